"""Declarations: what there is to run and to measure, as data, without the code that does it.

A report's module of `implementations` or `kinds` is found by its name, declares itself in
`DECLARATION`, and has its code in a module of the same name in the lab. Configuration, evidence and
report read these declarations and never the lab; nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TypeVar

from wd.declarations.forms import Hyperparameter, Implementation, Kind, list_allowed
from wd.project import REPORT

__all__ = [
    "DATA",
    "HYPERPARAMETERS",
    "IMPLEMENTATIONS",
    "KINDS",
    "MATRIX",
    "Hyperparameter",
    "Implementation",
    "Kind",
    "list_allowed",
    "list_read",
]

Form = TypeVar("Form", Implementation, Kind)
MATRIX = "matrix"
"""The kind of a study that doesn't say: runs of implementations."""


def find_module(name: str) -> ModuleType | None:
    """Import a module of the report's declarations, if it has one of that name."""
    whole = f"{REPORT.declarations}.{name}"
    return import_module(whole) if find_spec(whole) else None


_SHARED = import_module(f"{REPORT.declarations}.shared")
DATA: tuple[str, ...] = _SHARED.DATA
"""What a data set depends on: where it is the same, the same seed means the same data."""


def _find(folder: str, form: type[Form]) -> Mapping[str, Form]:
    """Import the declarations of a folder, by the names of their modules."""
    home = find_module(folder)
    if home is None:
        return MappingProxyType({})
    paths = [path for place in home.__path__ for path in Path(place).glob("[!_]*.py")]
    names = sorted(path.stem for path in paths)
    found = {name: import_module(f"{home.__name__}.{name}").DECLARATION for name in names}
    assert all(isinstance(each, form) for each in found.values())
    return MappingProxyType(found)


IMPLEMENTATIONS = _find("implementations", Implementation)
KINDS = _find("kinds", Kind)


def _list_hyperparameters() -> Mapping[str, Hyperparameter]:
    """The shared ones, then those that single implementations or kinds have; each name once."""
    implementation = Hyperparameter(
        "implementation",
        str,
        _SHARED.USUAL,
        "what is trained or solved",
        choices=tuple(IMPLEMENTATIONS),
        also=("program", "model"),
    )
    declared: list[Implementation | Kind] = [*IMPLEMENTATIONS.values(), *KINDS.values()]
    owned = [each for one in declared for each in one.own]
    rows = (implementation, *_SHARED.SHARED, *owned)
    assert len({row.name for row in rows}) == len(rows), "a hyperparameter is declared once"
    return MappingProxyType({row.name: row for row in rows})


HYPERPARAMETERS = _list_hyperparameters()


def list_read(kind: str, implementation: str | None = None) -> tuple[str, ...]:
    """Name the hyperparameters that a setting reads; of the matrix without a choice, any of it."""
    if kind != MATRIX:
        return KINDS[kind].reads
    chosen = [IMPLEMENTATIONS[implementation]] if implementation else IMPLEMENTATIONS.values()
    read = {"implementation"}.union(*(each.reads for each in chosen))
    return tuple(name for name in HYPERPARAMETERS if name in read)
