"""A note for the top of pages, where a report's settings aren't those of the chapter."""

from __future__ import annotations

from wd.report.content.book import CHAPTER
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Readings
from wd.report.read.tables import table

_STUDY = "chapter"  # the chapter's own runs


@table("note")
def note_own_settings(readings: Readings, labels: Labels) -> str:
    """Say in which settings this build differs from the chapter; nothing where it doesn't."""
    told = [
        labels(
            "word",
            "own_setting",
            name=labels("column", name),
            value=labels.enumerate(map(write_exactly, values)),
            usual=write_exactly(usual),
        )
        for name, usual in CHAPTER.items()
        if (values := _list_values(readings, name)) != [usual]
    ]
    settings = labels("word", "list_separator").join(told)
    return labels("word", "own_settings", settings=settings) if told else ""


def _list_values(readings: Readings, name: str) -> list[float]:
    """List what the defaults and the chapter's study have of a hyperparameter, rising."""
    default = readings.config.defaults[name]
    values = set(default) if isinstance(default, list) else {default}
    if _STUDY in readings.studies:
        found = (getattr(cell.setting, name) for cell in readings.cells(_STUDY))
        values |= {value for value in found if value is not None}
    return sorted(values)
