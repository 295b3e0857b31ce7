"""Choosing λ: what every method costs in every set-up."""

from __future__ import annotations

import numpy as np

from wd.declarations.kinds.choosing import METHODS
from wd.report.content.claims.choosing import fails, list_all, takes_next_to_none
from wd.report.content.compared import describe_data
from wd.report.read.estimates import estimate_share
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Readings, spread
from wd.report.read.tables import markdown, table


@table("choosing")
def choosing(readings: Readings, labels: Labels) -> str:
    """Tabulate each method's regret, how often it fails, and what it chooses."""
    rows = []
    for cell in list_all(readings):
        for place, method in enumerate(METHODS):
            middle, _, high = spread(cell[f"{method}_regret"])
            failed, low, most = (100 * each for each in estimate_share(fails(cell, method)))
            tiny = 100 * float(np.mean(takes_next_to_none(cell, method)))
            rows.append(
                [
                    "" if place else describe_data(cell),
                    labels("method", method),
                    write(middle),
                    write(high),
                    f"{write(failed, 2)} [{write(low, 2)}, {write(most, 2)}]",
                    write(tiny, 2),
                ]
            )
    header = ("data", "method", "regret", "regret_95", "failed", "tiny")
    return markdown([labels("column", name) for name in header], rows, numeric=4)
