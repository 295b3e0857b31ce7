"""Tables of the page about the data: what every column of the evidence file means, and its unit."""

from __future__ import annotations

from wd.errors import SiteError
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.read.tables import describe, find_home, markdown, table, tabulate_names


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
    homes = {name: find_home(labels, of, name) for name, _ in found}
    if lacking := [name for name in homes if not labels.has("schema", homes[name], name)]:
        places = [f"[schema.{homes[name]}] {name}" for name in lacking]
        file = labels.path / labels.home("schema", homes[lacking[0]])
        raise SiteError(
            f"{file}: nothing says what these columns of {of!r} mean: {', '.join(lacking)}.\n"
            f'Write {{ meaning = "…", unit = "…" }} for {", ".join(places)}.'
        )
    rows = [
        [f"`{name}`", kind.lower(), *describe(labels, "schema", homes[name], name)]
        for name, kind in found
    ]
    header = [labels("column", name) for name in ("column", "type", "unit", "meaning")]
    return markdown(header, rows, numeric=0)


@table("measures")
def measures(readings: Readings, labels: Labels) -> str:
    """Tabulate the names of the measures that the evidence holds of runs of the matrix."""
    names = readings.evidence.rows(
        "SELECT DISTINCT name FROM measures WHERE run IN (SELECT run FROM runs) ORDER BY name"
    )
    return tabulate_names([name for (name,) in names], labels, "measure")
