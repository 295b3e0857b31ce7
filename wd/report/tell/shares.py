"""What a page shows where its address is shared: its first figure, and a claim of it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

from wd.report.read.readings import Missing
from wd.report.tell.drawings import Drawings
from wd.report.tell.rulings import Rulings

_LOSSES = "chapter_loss_"  # the figure of a program's losses is called so
_CARD = re.compile(r"---\n(?:.*\n)*?card: (?P<card>\S+)\n(?:.*\n)*?---\n")


def put_card(
    text: str,
    page: str,
    figures: Sequence[str],
    claims: Sequence[str],
    rulings: Rulings,
    drawings: Drawings,
) -> str:
    """Say in a page's front matter what its card states, and keep the card's picture.

    The claim is the page's first that holds, or the one that its front matter names as `card`;
    `card: false` there is no card.
    """
    named = _CARD.match(text)
    if named and named["card"] == "false":
        return text
    found = [rulings(name) for name in ([named["card"]] if named else claims)]
    stated = next((each.statement for each in found if each.state in ("holds", "proved")), "")
    if figures:
        drawings.files[f"cards/{page}.png"] = drawings.take_picture(figures[0])
    statement = json.dumps(re.sub("<[^>]*>", "", stated), ensure_ascii=False)
    return text.replace("---\n", f"---\ncard_statement: {statement}\n", 1)


def picture_programs(
    programs: Iterable[str], figures: Collection[str], drawings: Drawings
) -> dict[str, bytes]:
    """Take the pictures of the programs' cards: the figure of the losses of each.

    Args:
        programs: Their names.
        figures: The names of all figures of the language.
        drawings: What draws them.

    Returns:
        By the file's name; a program whose losses no figure shows, or not in this build, has none.
    """
    pictures = {}
    for program in programs:
        if (name := f"{_LOSSES}{program}") in figures:
            with suppress(Missing):
                pictures[f"cards/{program}.png"] = drawings.take_picture(name)
    return pictures
