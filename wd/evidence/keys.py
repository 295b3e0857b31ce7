"""Cache keys: what identifies a number, so that it is made once and again only when it must be.

The key of a cell is a digest of all that decides its numbers and of nothing else: the values that
it reads, what it records, the declaration and the code that make it, and the versions of the
libraries which that code imports. Adding a program, a hyperparameter or a kind changes no key of
another.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from wd.config import Setting, Study
from wd.declarations import IMPLEMENTATIONS, KINDS, MATRIX
from wd.project import PROJECT, REPORT

_LAB = PROJECT / "wd" / "lab"
_DISTRIBUTIONS = {"sklearn": "scikit-learn"}
"""Packages that are installed under another name than they are imported by."""


@dataclass(frozen=True)
class Cell:
    """One setting of one study, with what identifies its numbers."""

    study: str
    kind: str
    setting: Setting
    key: str
    versions: str


@dataclass(frozen=True)
class Code:
    """What makes the numbers of some cells.

    Attributes:
        modules: The lab's modules, as paths below its folder; a report's own are as if in it.
        digest: Of their code, comments and docstrings aside.
        versions: Of the libraries that they import.
    """

    modules: tuple[str, ...]
    digest: str
    versions: str


def plan(study: Study) -> tuple[Cell, ...]:
    """List the cells of a study with their keys, in the order of its settings."""
    return tuple(_make_cell(study, setting) for setting in study.settings)


def made_on(setting: Setting, device: str) -> str:
    """Name the device type that makes a setting's runs when `device` trains."""
    trained = setting.implementation and IMPLEMENTATIONS[setting.implementation].trained
    return device if trained else "cpu"


def _make_cell(study: Study, setting: Setting) -> Cell:
    decomposed = study.decomposes(setting)
    code = find_code(study.kind, setting.implementation, decomposed=decomposed)
    key = find_key(study.kind, setting, study.curves_every, decomposed=decomposed)
    return Cell(study.name, study.kind, setting, key, code.versions)


def find_key(kind: str, setting: Setting, curves_every: int | None, *, decomposed: bool) -> str:
    """Digest what decides the numbers of a setting: it, the declarations, code and versions."""
    trained = kind == MATRIX and IMPLEMENTATIONS[setting.implementation].trained
    code = find_code(kind, setting.implementation, decomposed=decomposed)
    parts = [
        kind,
        sorted(setting.values),
        curves_every if trained else None,
        decomposed,
        _declared(kind, setting, decomposed=decomposed),
        code.digest,
        code.versions,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _declared(kind: str, setting: Setting, *, decomposed: bool) -> str:
    """What a declaration decides about numbers: what shares a product, and conventions."""
    together = [name for name in KINDS[kind].together if name in dict(setting.values)]
    if setting.implementation is None:
        return repr(together)
    declared = IMPLEMENTATIONS[setting.implementation]
    return repr((together, declared.tile, declared.theory if decomposed else None))


@cache
def find_code(kind: str, implementation: str | None = None, *, decomposed: bool = False) -> Code:
    """Find the code that makes the numbers of a kind of study, or of an implementation.

    That is what hands over numbers (`chunks` and what it imports), the kind's own module, of the
    matrix the implementation's and, where runs are decomposed, the measures; and whatever these
    import from the lab. What is loaded by name while it runs is named here.
    """
    names = ["chunks"]
    if kind != MATRIX or implementation is None:
        names.append(f"studies/{kind}")
    elif IMPLEMENTATIONS[implementation].trained:
        names += ["studies/matrix", f"programs/{implementation}"]
    else:
        names += ["studies/exact", f"solutions/{implementation}"]
    names += ["studies/measures"] if decomposed else []
    pending = [_find_module(name) for name in names]
    texts: dict[str, str] = {}
    libraries: set[str] = set()
    while pending:
        path = pending.pop()
        if (name := _name(path)) not in texts:
            texts[name], imports, imported = _read_module(path)
            pending += imports
            libraries |= imported
    modules = tuple(sorted(texts))
    code = "\n".join(f"# {name}\n{texts[name]}" for name in modules)
    versions = ", ".join(f"{name} {library_version(name)}" for name in sorted(libraries))
    return Code(modules, hashlib.sha256(code.encode()).hexdigest(), versions)


def read_versions(listed: str) -> dict[str, str]:
    """Read what `Code.versions` lists: versions by library."""
    return dict(each.split(" ", 1) for each in listed.split(", ") if each)


def _list_homes() -> list[Path]:
    """Where code is that makes numbers: what another report has of its own, and what all share."""
    return [REPORT.lab, _LAB] if REPORT.folder != PROJECT else [_LAB]


def _find_module(name: str) -> Path:
    paths = [home / f"{name}.py" for home in _list_homes()]
    return next((path for path in paths if path.is_file()), paths[-1])


def _name(path: Path) -> str:
    home = next(home for home in _list_homes() if home in path.parents)
    return path.relative_to(home).as_posix()


@cache
def library_version(name: str) -> str:
    """Name the installed version of a distribution without importing it."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


@cache
def _read_module(path: Path) -> tuple[str, tuple[Path, ...], frozenset[str]]:
    """Read a module's bare code, which modules of the lab it imports, and which libraries."""
    tree = ast.parse(path.read_bytes())
    names = list(_list_imports(tree))
    places = [f"{name.replace('.', '/')}.py" for name in names]
    paths = (root / place for place in places for root in {_LAB.parents[1], PROJECT})
    homes = _list_homes()
    libraries = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"wd"}
    return (
        _bare(tree),
        tuple(path for path in paths if path.is_file() and {*homes} & {*path.parents}),
        frozenset(_DISTRIBUTIONS.get(name, name) for name in libraries),
    )


def _list_imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _bare(tree: ast.Module) -> str:
    """The code without comments and docstrings, so that a better sentence trains nothing."""
    for node in ast.walk(tree):
        body: Any = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [
                part
                for part in body
                if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            ]
    return ast.unparse(tree)
