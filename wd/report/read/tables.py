"""The tables that templates place by name, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from wd.declarations import HYPERPARAMETERS, MATRIX, list_read
from wd.errors import SiteError
from wd.report.read.escapes import escape_cell
from wd.report.read.labels import Labels
from wd.report.read.numbers import set_powers
from wd.report.read.registry import Registry


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]], numeric: int) -> str:
    """Write a Markdown table.

    Args:
        header: Column headings.
        rows: Cells, as many per row as headings.
        numeric: How many of the last columns hold numbers, set flush right.
    """
    marks = [":--"] * (len(header) - numeric) + ["--:"] * numeric
    lines = [header, marks, *rows]
    return "\n".join(
        f"| {' | '.join(set_powers(escape_cell(cell)) for cell in line)} |" for line in lines
    )


def tabulate_names(names: Sequence[str], labels: Labels, *where: str) -> str:
    """Tabulate names with their units and meanings from a table of the labels.

    Raises:
        SiteError: If the labels miss some; the message names all of them.
    """
    if lacking := [
        name
        for name in names
        if not all(labels.has(*where, name, key) for key in ("meaning", "unit"))
    ]:
        raise SiteError(
            f"{labels.path / labels.home(*where)}: nothing says what these mean: "
            f"{', '.join(lacking)}.\n"
            f'Write {{ meaning = "…", unit = "…" }} for each under [{".".join(where)}].'
        )
    header = [labels("column", name) for name in ("name", "unit", "meaning")]
    rows = [[f"`{name}`", *describe(labels, *where, name)] for name in names]
    return markdown(header, rows, numeric=0)


def describe(labels: Labels, *keys: str) -> list[str]:
    """Look up a column's unit and meaning."""
    return [labels(*keys, "unit"), labels(*keys, "meaning")]


def find_home(labels: Labels, of: str, name: str) -> str:
    """Find the table of `schema` that describes a column of the evidence, or else is to.

    What others share with `runs` and `cells` is described there, a hyperparameter once for all.

    Args:
        labels: The language's words.
        of: The table or view of the evidence.
        name: The column's.
    """
    for home in (of, "runs", "cells"):
        if labels.has("schema", home, name):
            return home
    if name not in HYPERPARAMETERS:
        return of
    return "runs" if name in list_read(MATRIX) else "cells"


Tabulate = Callable[..., str]
TABLES: Registry[Tabulate] = Registry("tables")
"""Look-ups of `{{ table("name") }}`; each raises Missing where its study isn't there."""


table = TABLES.register
"""Registers a table function under the name that templates use."""
