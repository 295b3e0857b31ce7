"""Where the checkout is, and which report this process makes of it."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""The folder of the code, of the site's own style and scripts, and of npm's packages."""
ARGUMENT = "WD_REPORT"
"""The variable of the environment by which the engine, in all its processes, gets a report."""


@dataclass(frozen=True)
class Report:
    """A report, as it is given to the engine: all that the engine doesn't know by itself.

    Attributes:
        name: What files that readers take away are called after.
        folder: What people write: mkdocs.yml, docs and CITATION.cff.
        declarations: The package that says what there is to run: the module `shared`, and modules
            of `kinds` and of `implementations`.
        lab: The folder whose modules `studies/KIND.py` make the numbers.
        content: The package with claims, figures, tables, numbers, widgets and guesses.
    """

    name: str
    folder: Path
    declarations: str
    lab: Path
    content: str


def _find_report() -> Report:
    """The report that the environment names, as a module with a `REPORT`; else this checkout's."""
    if module := os.environ.get(ARGUMENT):
        return import_module(module).REPORT
    lab = PROJECT / "wd" / "lab"
    return Report("weight-decay", PROJECT, "wd.declarations", lab, "wd.report.content")


def name_in_commands(config: Path) -> str:
    """The option by which a reader gives this configuration to a command; none for the usual."""
    path = config.resolve()
    if path == PROJECT / "report.toml":
        return ""
    shown = path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else Path(path.name)
    name = shown.as_posix()
    if re.search(r"[`<>&|\\\x00-\x1f]", name):  # which no code in Markdown holds for sure
        name = "FILE.toml"
    return f" --config {shlex.quote(name)}"


def name_options(config: Path, output: Path) -> str:
    """The options by which a command takes the same files, where they aren't the usual ones."""
    given = (("config", config, Path("report.toml")), ("output", output, Path("build")))
    return "".join(
        f" --{name} {shlex.quote(str(path))}" for name, path, usual in given if path != usual
    )


REPORT = _find_report()
"""The report that this process makes."""


def list_sources(engine: Path = PROJECT / "wd") -> list[Path]:
    """List the modules of the engine, or of a part of it, and those of the report's content."""
    homes = [engine, *map(Path, import_module(REPORT.content).__path__)]
    return sorted({path for home in homes for path in home.rglob("*.py")})
