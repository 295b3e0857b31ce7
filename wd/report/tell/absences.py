"""Why something isn't shown, and what to write into the configuration to get it, in words."""

from __future__ import annotations

from wd.report.read.labels import Labels
from wd.report.read.readings import Missing


def explain(missing: Missing, labels: Labels, place: str, **details: str) -> str:
    """Write the sentences about something that this build lacks.

    Args:
        missing: What it lacks.
        labels: The language's words.
        place: Where they will stand: "page", "claim" or "command".
        **details: What else the words of that place ask for.

    Returns:
        Markdown, of one line on a page and of three for a command.

    Raises:
        SiteError: If the labels have no words for it.
    """
    about = dict(missing.details)
    if "premise" in about:
        about["premise"] = labels("premise", about["premise"])
    why, remedy = (labels("missing", missing.kind, part, **about) for part in ("why", "remedy"))
    return labels("missing", place, why=why, remedy=remedy, **details)
