"""Numbers of the page to explore."""

from __future__ import annotations

from wd.report.read.numbers import number
from wd.report.read.readings import Missing, Readings


@number("replay_every")
def replay_every(readings: Readings) -> str:
    """Write how many epochs lie between two recorded points of the chapter's curves."""
    readings.cells("chapter")
    (study,) = (each for each in readings.config.studies if each.name == "chapter")
    if study.curves_every is None:
        raise Missing("curves", study="chapter")
    return f"{study.curves_every}"
