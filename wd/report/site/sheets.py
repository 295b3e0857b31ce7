"""Tables in a frame that scrolls, and numbers kept out of the search."""

from __future__ import annotations

import re

_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_NUMBERS = "text-align: right"


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
    rows = f'<table class="sheet__rows">{table[1]}</table>'
    return f'<section class="sheet"{unsought}>{rows}</section>'
