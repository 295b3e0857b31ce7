"""Learning rate and λ: for each rate what its best λ gains, in loss and in mistakes."""

from __future__ import annotations

from wd.report.content.rate_grid import read_grids
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.tables import markdown, table


@table("grid_rates")
def grid_rates(readings: Readings, labels: Labels) -> str:
    """Tabulate the λ of the smallest mean loss of each rate, and means there and without decay."""
    rows = []
    for grid in read_grids(readings):
        mistaken = 100 * grid.mistaken.mean(0)
        for place, rate in enumerate(grid.rates):
            best = int(grid.mean[place].argmin())
            rows.append(
                [
                    labels("grid_program", grid.setting.algorithm),
                    write_exactly(float(rate)),
                    write_exactly(float(grid.decays[best])),
                    write(float(grid.mean[place, 0])),
                    write(float(grid.mean[place, best])),
                    write(float(mistaken[place, 0]), 2),
                    write(float(mistaken[place, best]), 2),
                ]
            )
    header = (
        "grid_program",
        "lr",
        "best_on_average",
        "loss_bare",
        "loss_best",
        "mistaken_bare",
        "mistaken_best",
    )
    return markdown([labels("column", name) for name in header], rows, numeric=6)
