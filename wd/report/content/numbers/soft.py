"""Numbers of the page about the soft constraint."""

from __future__ import annotations

from wd.report.content.book import DECAY
from wd.report.read.estimates import estimate_ratio, find_settled, write_interval
from wd.report.read.numbers import number
from wd.report.read.readings import Readings


@number("optimum_shrinks")
def optimum_shrinks(readings: Readings) -> str:
    """Write the norm of the exact optimum at the chapter's λ over that without decay."""
    bare, decayed = (
        find_settled(readings, "reference", implementation="ridge", weight_decay=decay)
        for decay in (0, DECAY)
    )
    return write_interval(estimate_ratio(decayed, bare, "w_norm"))
