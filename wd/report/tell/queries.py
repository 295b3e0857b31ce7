"""Queries that a page shows, with what the evidence of this build answers."""

from __future__ import annotations

import re

from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.tables import markdown

MOST_ROWS = 25  # a page shows what a query is good for, not the file
_DIGITS = 4
_BLOCK = re.compile(r"\s*```sql\n(?P<query>.*?)\n```\s*", re.DOTALL)


def read_query(block: str) -> str:
    """Read the query out of a fenced block of Markdown.

    Raises:
        SiteError: If the block is no fence of SQL, or holds more than that.
    """
    found = _BLOCK.fullmatch(block)
    if found is None:
        raise SiteError("a query stands in a block of its own, fenced as sql")
    return found["query"]


def answer(evidence: Evidence, labels: Labels, query: str) -> str:
    """Execute a query and write its answer as a Markdown table.

    Raises:
        EvidenceError: If SQLite refuses it.
        SiteError: If the answer has more than `MOST_ROWS` rows.
    """
    header, rows = evidence.ask(query)
    if len(rows) > MOST_ROWS:
        raise SiteError(f"a query answers with {len(rows)} rows; a page shows {MOST_ROWS} at most")
    if not rows:
        return f"*{labels('word', 'no_rows')}*"
    numeric = 0
    for column in reversed(list(zip(*rows, strict=True))):
        if any(isinstance(value, str) for value in column):
            break
        numeric += 1
    cells = [[_write(value, labels) for value in row] for row in rows]
    return markdown([f"`{name}`" for name in header], cells, numeric)


def _write(value: float | str | None, labels: Labels) -> str:
    if value is None:
        return labels("word", "not_used")
    if isinstance(value, float) and not value.is_integer():
        return write(value, _DIGITS)
    return write_exactly(value)
