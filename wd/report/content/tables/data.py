"""Tables of the page about the data: what every column of the evidence file means, and its unit."""

from __future__ import annotations

from wd.declarations import HYPERPARAMETERS, MATRIX, list_read
from wd.errors import SiteError
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.read.tables import describe, markdown, table, tabulate_names

_SHARED = ("runs", "cells")
"""What tables and views share with these is described there."""


@table("columns")
def columns(readings: Readings, labels: Labels, of: str) -> str:
    """Tabulate every column of a table or view of the evidence file with unit and meaning.

    Raises:
        SiteError: If there is no such table, or the labels miss a column or describe one that
            doesn't exist.
    """
    found = readings.evidence.rows("SELECT name, type FROM pragma_table_info(?)", [of])
    if not found:
        raise SiteError(f"the evidence has no table {of!r}")
    described = labels.table("schema", of)
    if unknown := set(described) - {name for name, _ in found}:
        raise SiteError(f"{labels.path}: [schema.{of}] describes {sorted(unknown)}")
    tables = {home: labels.table("schema", home) for home in (of, *_SHARED)}
    homes = {name: [home for home in tables if name in tables[home]] for name, _ in found}
    if lacking := [name for name, there in homes.items() if not there]:
        places = [f"[schema.{_find_home(of, name)}] {name}" for name in lacking]
        file = labels.path / labels.home("schema", _find_home(of, lacking[0]))
        raise SiteError(
            f"{file}: nothing says what these columns of {of!r} mean: {', '.join(lacking)}.\n"
            f'Write {{ meaning = "…", unit = "…" }} for {", ".join(places)}.'
        )
    rows = [
        [f"`{name}`", kind.lower(), *describe(labels, "schema", homes[name][0], name)]
        for name, kind in found
    ]
    header = [labels("column", name) for name in ("column", "type", "unit", "meaning")]
    return markdown(header, rows, numeric=0)


def _find_home(of: str, name: str) -> str:
    """Find the table that is to describe a column: hyperparameters are described once for all."""
    if name not in HYPERPARAMETERS:
        return of
    return "runs" if name in list_read(MATRIX) else "cells"


@table("measures")
def measures(readings: Readings, labels: Labels) -> str:
    """Tabulate the names of the measures that the evidence holds of runs of the matrix."""
    names = readings.evidence.rows(
        "SELECT DISTINCT name FROM measures WHERE run IN (SELECT run FROM runs) ORDER BY name"
    )
    return tabulate_names([name for (name,) in names], labels, "measure")
