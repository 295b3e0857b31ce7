"""Titles of a script without spaces, which break between words alone.

A browser breaks Chinese text between any two letters. In a paragraph that is right; in a title of
two lines it tears a word apart. The stylesheet forbids it in titles, and here they are told where
their words end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_TITLE = re.compile(r"(<h([123])\b[^>]*>)(.*?)(</h\2>)", re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")
_HAN = re.compile("[\u3400-\u9fff]")
BREAK = "<wbr>"


def part_titles(html: str, cut: Callable[[str], Iterable[str]]) -> str:
    """Mark in a page's titles where a line may end.

    Args:
        html: A finished page.
        cut: Cuts a text into its words.
    """
    return _TITLE.sub(lambda title: title[1] + _part(title[3], cut) + title[4], html)


def _part(title: str, cut: Callable[[str], Iterable[str]]) -> str:
    parts = _TAG.split(title)
    parts[::2] = [_part_words(text, cut) if _HAN.search(text) else text for text in parts[::2]]
    return "".join(parts)


def _part_words(text: str, cut: Callable[[str], Iterable[str]]) -> str:
    """Mark the ends of words; a word of one letter, which is mostly a particle, ends another."""
    marked = before = ""
    for word in cut(text):
        if len(word) > 1 and word[0].isalnum() and before[-1:].isalnum() and len(before) > 1:
            marked += BREAK
            before = ""
        marked += word
        before += word
    return marked
