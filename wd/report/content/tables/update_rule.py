"""The update rule's table: how far apart three ways of taking one step are."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.update_rule import WAYS, list_steps
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.tables import markdown, table


@table("one_step")
def one_step(readings: Readings, labels: Labels) -> str:
    """Tabulate median and largest difference of one step, in units in the last place."""
    rows = []
    for cell in list_steps(readings):
        gaps = [cell[way] for way in WAYS]
        texts = [f"{write(float(np.median(gap)), 2)} ({write(gap.max(), 2)})" for gap in gaps]
        rows.append([cell.setting.dtype, write_exactly(cell.setting.weight_decay), *texts])
    header = [
        labels("column", "format"),
        labels("column", "weight_decay"),
        *(labels("column", way) for way in WAYS),
    ]
    return markdown(header, rows, numeric=4)
