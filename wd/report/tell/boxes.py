"""The boxes of claims: verdict and seeds, the statement, what shows it, and each of its parts."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from wd.report.read.labels import Labels
from wd.report.read.numbers import set_powers
from wd.report.tell.rulings import Rulings

_UNSOUGHT = ' data-search-exclude="true"'  # the search looks for words, not for numbers


class Boxes:
    """The claims of one language as HTML in Markdown."""

    def __init__(self, rulings: Rulings, labels: Labels) -> None:
        """Write with these words what was ruled."""
        self._rulings = rulings
        self._labels = labels

    def write(self, name: str, anchor: str = "", links: Sequence[str] = ()) -> str:
        """Write a claim: verdict and seeds, then the statement, then what shows it."""
        ruling = self._rulings(name)
        parts = {
            "mark": ruling.mark,
            "seeds": ruling.seeds,
            "statement": ruling.statement,
            "evidence": ruling.evidence,
            "links": self._labels("word", "list_separator").join(links),
        }
        spans = " ".join(
            f'<span class="claim__{part}"{_UNSOUGHT * (part != "statement")}>'
            f"{set_powers(_keep_together(text))}</span>"
            for part, text in parts.items()
            if text
        )
        identity = f' id="{anchor}"' if anchor else ""
        return f'<div class="claim claim--{ruling.state}"{identity} markdown="span">{spans}</div>'

    def list_parts(self, name: str) -> str:
        """List what a claim compares: found, bound, basis and verdict of each part."""
        rows = []
        for part in self._rulings(name).parts:
            cells = {
                "mark": part.mark,
                "what": part.what,
                "found": part.found,
                "bound": part.bound,
                "basis": part.basis,
            }
            spans = " ".join(
                f'<span class="part__{cell}">{set_powers(html.escape(text))}</span>'
                for cell, text in cells.items()
            )
            rows.append(f'<li class="part part--{part.state}">{spans}</li>')
        return f'<ul class="parts"{_UNSOUGHT}>{"".join(rows)}</ul>' if rows else ""


def _keep_together(text: str) -> str:
    """Break no line at an equals sign or before a percent sign; leave code, to be copied, alone."""
    parts = text.split("`")
    parts[::2] = [re.sub(" (?=%|= )|(?<= =) ", "\u00a0", part) for part in parts[::2]]
    return "`".join(parts)
