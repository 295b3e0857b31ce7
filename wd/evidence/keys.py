"""Keys: what identifies a number, so that it is made once and again only when it must be.

A cell is one setting of one study; its key is a digest of all that decides its numbers: the full
configuration, the code that makes it, and the version of torch.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from wd.config import EXACT, Config, Setting, Study

_LAB = Path(__file__).parents[1] / "lab"


@dataclass(frozen=True)
class Cell:
    """One setting of one study, with what identifies its numbers.

    Attributes:
        study: The study's name.
        setting: Every hyperparameter but the seed.
        key: Digest of setting, curve spacing, code and torch version.
    """

    study: str
    setting: Setting
    key: str


def plan(study: Study) -> tuple[Cell, ...]:
    """List the cells of a study with their keys, in the order of its settings."""
    return tuple(Cell(study.name, setting, _cell_key(study, setting)) for setting in study.settings)


def made_on(setting: Setting, device: str) -> str:
    """Name the device type that makes a setting's runs when `device` trains."""
    return "cpu" if setting.implementation in EXACT else device


@cache
def torch_version() -> str:
    """Name the installed version of torch without importing it."""
    return version("torch")


def _cell_key(study: Study, setting: Setting) -> str:
    decompose = study.decompose and setting.implementation not in EXACT
    parts = [
        asdict(setting),
        study.curves_every,
        decompose,
        code_digest(setting.implementation, decompose=decompose),
        torch_version(),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


@cache
def code_digest(implementation: str, *, decompose: bool = False) -> str:
    """Digest the code that makes an implementation's numbers, comments and docstrings aside.

    That is its own module in the lab, the draws, the losses, the batches of what is trained,
    whatever these import from the lab, the schedule and, where runs are decomposed, the measures.
    """
    schedule = "exact" if implementation in EXACT else "matrix"
    names = [implementation, "data", "objective"]
    names += [] if implementation in EXACT else ["inputs"]
    names += ["measures"] if decompose else []
    alone = _LAB / "studies" / f"{schedule}.py"
    return _digest([_find_module(name) for name in names], alone)


def check_key(config: Config, name: str) -> str:
    """Digest all that decides the numbers of a check."""
    code = _digest([_LAB / "studies" / f"{name}.py", _LAB / "data.py"])
    parts = [asdict(config.setting), config.checks[name], code, torch_version()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _find_module(name: str) -> Path:
    """Find a module of the lab by its name: a program's or solution's, or one of the root."""
    (path,) = _LAB.rglob(f"{name}.py")
    return path


def _digest(pending: list[Path], *alone: Path) -> str:
    """Digest modules with all they import from the lab, and those that stand alone without."""
    texts = {path: _read_module(path)[0] for path in alone}
    while pending:
        path = pending.pop()
        if path not in texts:
            texts[path], imports = _read_module(path)
            pending += imports
    code = "\n".join(f"# {path.name}\n{texts[path]}" for path in sorted(texts))
    return hashlib.sha256(code.encode()).hexdigest()


@cache
def _read_module(path: Path) -> tuple[str, tuple[Path, ...]]:
    """Read a module's bare code and which modules of the lab it imports."""
    tree = ast.parse(path.read_bytes())
    return _bare(tree), tuple(_lab_imports(tree))


def _lab_imports(tree: ast.Module) -> Iterator[Path]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                path = _LAB.parent.parent / f"{name.replace('.', '/')}.py"
                if name.startswith("wd.lab.") and path.is_file():
                    yield path


def _bare(tree: ast.Module) -> str:
    """The code without comments and docstrings, so that a better sentence trains nothing."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [
                part
                for part in body
                if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            ]
    return ast.unparse(tree)


def grid_key(study: Study) -> str | None:
    """Digest all that decides the arrays of a study of ridge with two features and one seed.

    None for any other study: it records no arrays.
    """
    first, *others = {replace(setting, weight_decay=None) for setting in study.settings}
    if others or (first.implementation, first.n_features, len(study.seeds)) != ("ridge", 2, 1):
        return None
    code = _digest([_LAB / "theory" / "landscape.py"])
    parts = [[cell.key for cell in plan(study)], study.seeds, code]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
