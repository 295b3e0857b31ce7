"""Tables in a frame that scrolls, room for their sentences, and numbers kept out of the search."""

from __future__ import annotations

import re

_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_NUMBERS = "text-align: right"
_CELL = re.compile(r'<td( style="text-align: left;")?>(.*?)</td>', re.DOTALL)
_NO_WORDS = re.compile(r'<span class="arithmatex">.*?</span>|<[^>]*>', re.DOTALL)
_SENTENCE = 24
"""Characters: a cell with more of them is read, and needs a wider column on a phone."""


def frame_tables(html: str) -> str:
    """Frame a page's tables; the search leaves out those that hold numbers.

    Nobody looks for a number, and the words beside numbers stand on many pages.

    Args:
        html: A page's content, of which only Markdown's own tables have no class.
    """
    return _TABLE.sub(_frame, html)


def _frame(table: re.Match[str]) -> str:
    unsought = ' data-search-exclude="true"' if _NUMBERS in table[1] else ""
    # No <div>: the search would index what comes after one inside an excluded <div>.
    rows = f'<table class="sheet__rows">{_CELL.sub(_mark_words, table[1])}</table>'
    return f'<section class="sheet"{unsought}>{rows}</section>'


def _mark_words(cell: re.Match[str]) -> str:
    if len(_NO_WORDS.sub("", cell[2])) <= _SENTENCE:
        return cell[0]
    return f'<td class="sheet__words"{cell[1] or ""}>{cell[2]}</td>'
