"""Why something isn't shown, and what to write into the configuration to get it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from wd.report.read.labels import Labels
from wd.report.read.readings import Missing


@contextmanager
def expecting_numbers() -> Iterator[None]:
    """Make what is divided by zero missing: whoever sets all targets to 0 must see the other pages.

    NumPy divides without a word, and `numbers.write` refuses what comes out of it.

    Raises:
        Missing: Where Python itself refuses, or a matrix has no inverse.
    """
    try:
        with np.errstate(all="ignore"):
            yield
    except (ZeroDivisionError, np.linalg.LinAlgError):
        raise Missing("infinite") from None


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
