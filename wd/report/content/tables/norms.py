"""The table of the chapter's norms, and how tables write what varies from seed to seed."""

from __future__ import annotations

import math

from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings, spread
from wd.report.read.tables import markdown, table


@table("norms")
def norms(readings: Readings, labels: Labels) -> str:
    """Tabulate the printed norm of every cell of the chapter's study."""
    rows = []
    for cell in readings.cells("chapter"):
        if cell.setting.weight_decay is None:
            continue
        rows.append(
            [
                labels("implementation", cell.setting.implementation),
                write_exactly(cell.setting.weight_decay),
                _number(cell["w_norm"][0], labels, digits=4),
                *write_spread(cell, "w_norm", labels),
            ]
        )
    seed = write_exactly(int(readings.cells("chapter")[0].seeds[0]))
    header = [
        labels("column", "implementation"),
        labels("column", "weight_decay"),
        labels("column", "one_seed", seed=seed),
        labels("column", "median"),
        labels("column", "percentiles"),
    ]
    return markdown(header, rows, numeric=4)


def write_spread(cell: Reading, column: str, labels: Labels) -> tuple[str, str]:
    """The median and the range of the 5th to 95th percentile, diverged runs left out."""
    if cell.diverged.all():
        return labels("word", "diverged"), ""
    middle, low, high = spread(cell[column])
    return write(middle), f"{write(low)} – {write(high)}"


def _number(value: float, labels: Labels, digits: int) -> str:
    return write(value, digits) if math.isfinite(value) else labels("word", "diverged")
