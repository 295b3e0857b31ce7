"""Numbers of the page to explore."""

from __future__ import annotations

from wd.report.page_numbers import number
from wd.report.readings import Missing, Readings


@number("replay_every")
def replay_every(readings: Readings) -> str:
    """Write how many epochs lie between two recorded points of the chapter's curves."""
    for study in readings.config.studies:
        if study.name == "chapter" and study.curves_every:
            return f"{study.curves_every}"
    raise Missing("chapter")
