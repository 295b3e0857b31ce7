"""The tables that templates place by name, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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
        SiteError: If the labels miss one.
    """
    header = [labels("column", name) for name in ("name", "unit", "meaning")]
    rows = [[f"`{name}`", *describe(labels, *where, name)] for name in names]
    return markdown(header, rows, numeric=0)


def describe(labels: Labels, *keys: str) -> list[str]:
    """Look up a column's unit and meaning."""
    return [labels(*keys, "unit"), labels(*keys, "meaning")]


Tabulate = Callable[..., str]
TABLES: Registry[Tabulate] = Registry("tables")
"""Look-ups of `{{ table("name") }}`; each raises Missing where its study isn't there."""


table = TABLES.register
"""Registers a table function under the name that templates use."""
