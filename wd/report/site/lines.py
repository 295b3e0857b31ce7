"""Lines of the source joined as the script asks: Chinese has no spaces between its words."""

from __future__ import annotations

import re

_KEPT = re.compile(r"(<(pre|script|style|textarea|svg|math)\b.*?</\2>|<!--.*?-->)", re.DOTALL)
_WIDE = "\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Han letters, kana, and the punctuation that is as wide, as a range of a regular expression."""
_TAGS = r"(?:</?(?:a|abbr|b|code|em|i|mark|q|s|small|span|strong|sub|sup|u|var)\b[^>]*>)*"
_BREAK = re.compile(
    rf"(?P<before>[{_WIDE}][”’…]?{_TAGS})\s*\n\s*(?=\S)"  # after a wide sign
    rf"|(?<=[^\s.,;:])[ \t]*\n\s*(?={_TAGS}[“‘]?[{_WIDE}])"  # or before one, but no new sentence
)


def join_lines(html: str) -> str:
    """Join lines between which the script has no space: where one of the sides is Han.

    A browser shows the end of a line as a space. Code, scripts and formulas stay as they are.

    Args:
        html: A page's content.
    """
    parts = _KEPT.split(html)  # text, what is kept, its tag, and so on
    for place in range(0, len(parts), 3):
        parts[place] = _BREAK.sub(lambda found: found["before"] or "", parts[place])
    return "".join(part for place, part in enumerate(parts) if place % 3 != 2)
