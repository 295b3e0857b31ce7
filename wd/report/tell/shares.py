"""What a page shows where its address is shared: its first figure, and a claim of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from wd.report.tell.drawings import Drawings
from wd.report.tell.rulings import Rulings

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
