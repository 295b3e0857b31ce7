"""Where lines may end: not within "λ = 0" or "5 %", and in Chinese titles between words alone.

A browser breaks Chinese text between any two letters. In a paragraph that is right; in a title of
two lines it tears a word apart, and in a narrow column it writes one letter a line. The stylesheet
forbids it there, and here these texts are told where their words end. A cell of a few letters
stays in one line; one of many gets a class, by which the stylesheet makes its column wide enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_PLACE = re.compile(r"(<(h[123]|t[hd]|summary)\b[^>]*>)(.*?)(</\2>)", re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")
_HAN = re.compile("[\u3400-\u9fff]")
BREAK = "<wbr>"
_SHORT = 5  # letters of a cell that stays in one line
_PROSE = "cell--prose"  # the class of the other cells
_AS_IT_IS = re.compile(r"(<(pre|code|script|style|svg)\b.*?</\2>|<[^>]*>)", re.DOTALL)
_WITHIN = re.compile(
    r" (?=%|[=≠≤≥≈−] )|(?<= [=≠≤≥≈−]) |(?<=\b\w) (?=\+ \d)|(?<=\b\w \+) (?=\d)"
    r"|(?<=\d,) (?=−?[\d.,]+\])|(?<=\d) (?=– [\d−])|(?<=\d –) (?=[\d−])"
)
_AFTER = re.compile(r"(?<=\d)–(?=\d)|[–|](?=\u00a0)")
"""Signs after which a line may end, though they stand within a range or a formula."""
JOIN = "\u2060"
"""No line ends here."""
_CODE = re.compile(r"<code>([^<]*)</code>")
_NAME = 14
"""Characters: a piece of code that has no more stays whole."""
_PLACES = re.compile(r"(?<=\()(?=[^)])|(?<=, )|(?<=[0-9a-f]{20})(?=[0-9a-f]{20})")
"""Where a line may end within a longer one."""


def keep_together(html: str) -> str:
    """End no line in a plain formula, in a range, an interval or before a percent sign.

    A short piece of code stays whole too, and a long one may end its line after a bracket.

    Args:
        html: A finished page, its typeset formulas not yet in it.
    """
    parts = _AS_IT_IS.split(html)
    parts[::3] = [_keep_text(text) for text in parts[::3]]
    parts[1::3] = [_keep_code(part) for part in parts[1::3]]
    return "".join(part for place, part in enumerate(parts) if place % 3 != 2)


def _keep_text(text: str) -> str:
    return _AFTER.sub(rf"\g<0>{JOIN}", _WITHIN.sub("\u00a0", text))


def _keep_code(tag: str) -> str:
    code = _CODE.fullmatch(tag)
    if code is None:
        return tag
    if len(code[1]) > _NAME:
        return f"<code>{_PLACES.sub(BREAK, code[1])}</code>"
    return f'<code class="whole">{code[1]}</code>' if re.search("[ -]", code[1]) else tag


def mark_breaks(html: str, cut: Callable[[str], Iterable[str]]) -> str:
    """Mark in a page's titles and tables where a line may end.

    Args:
        html: A finished page.
        cut: Cuts a text into its words.
    """

    def mark(place: re.Match[str]) -> str:
        opening, name, inner, closing = place.groups()
        if name == "td" and (letters := len(_HAN.findall(_TAG.sub("", inner)))):
            if letters <= _SHORT:
                return place[0]
            if "class=" not in opening:
                opening = f'<td class="{_PROSE}"{opening.removeprefix("<td")}'
        return opening + _part(inner, cut) + closing

    return _PLACE.sub(mark, html)


def _part(inner: str, cut: Callable[[str], Iterable[str]]) -> str:
    parts = _TAG.split(inner)
    parts[::2] = [_part_words(text, cut) if _HAN.search(text) else text for text in parts[::2]]
    return "".join(parts)


def _part_words(text: str, cut: Callable[[str], Iterable[str]]) -> str:
    """Mark the ends of words; a word of one letter, which is mostly a particle, stays with one.

    Words of other letters are cut by their spaces alone.
    """
    marked = run = ""
    for word in cut(text):
        apart = len(word) > 1 and word[0].isalnum() and len(run) > 1 and run[-2:].isalnum()
        if apart and _HAN.search(run[-1] + word[0]):
            marked += BREAK
            run = ""
        marked += word
        run += word
    return marked
