"""Tables of the pages about reproducing: where the build comes from, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence

from wd.report.read.escapes import write_code
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.read.tables import markdown, table


@table("provenance")
def provenance(readings: Readings, labels: Labels, only: Sequence[str] = ()) -> str:
    """Tabulate what made the runs that are shown; with `only`, these entries of it.

    Where several builds made them, each entry has all its values, the latest first.
    """
    return markdown(
        [labels("column", "what"), labels("column", "value")],
        [
            [
                labels("provenance", name),
                labels("word", "list_separator").join(map(write_code, values)),
            ]
            for name, values in readings.provenance.items()
            if values and name != "config" and (name in only or not only)
        ],
        numeric=0,
    )


@table("timings")
def timings(readings: Readings, labels: Labels, stage: str) -> str:
    """Tabulate how long each part of a stage took, and all together.

    Studies that the configuration doesn't have are left out.
    """
    wanted = readings.studies if stage == "train" else None
    found = [
        row
        for row in readings.evidence.rows(
            "SELECT name, items, seconds FROM durations WHERE stage = ? ORDER BY seconds DESC",
            (stage,),
        )
        if wanted is None or row[0] in wanted
    ]
    if not found:
        return f"*{labels('word', 'no_rows')}*"
    rows = [[f"`{name}`", items, seconds] for name, items, seconds in found]
    if len(rows) > 1:
        total = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
        rows.append([labels("word", "together"), *total])
    if not any(items for _, items, _ in rows):
        header = [labels("column", name) for name in ("what", "seconds")]
        return markdown(header, [[name, f"{seconds:.1f}"] for name, _, seconds in rows], numeric=1)
    header = [labels("column", name) for name in ("what", "runs", "seconds", "rate")]
    cells = [
        [name, f"{items:,}", f"{seconds:.1f}", f"{items / seconds:,.0f}" if seconds else ""]
        for name, items, seconds in rows
    ]
    return markdown(header, cells, numeric=3)
