"""Other cures: the loss of each on every kind of data."""

from __future__ import annotations

from wd.declarations.kinds.cures import CURES
from wd.report.content.claims.cures import compare_risks
from wd.report.content.compared import list_compared, name_data
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Readings, spread
from wd.report.read.tables import markdown, table


@table("cures")
def cures(readings: Readings, labels: Labels) -> str:
    """Tabulate the loss of each cure, and that over the best λ's, by median and percentiles."""
    rows = []
    for cell in list_compared(readings):
        for place, cure in enumerate((*CURES, "constant")):
            middle, low, high = spread(cell[f"{cure}_risk"])
            rows.append(
                [
                    "" if place else name_data(cell, labels),
                    labels("cure", cure),
                    write(middle),
                    f"{write(low)} – {write(high)}",
                    write(spread(compare_risks(cell, cure))[0]),
                ]
            )
    header = ("data", "cure", "median_loss", "loss_range", "over_ridge")
    return markdown([labels("column", name) for name in header], rows, numeric=3)
