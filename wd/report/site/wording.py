"""What a reader should never see in a page's text: missing values, raw markup, raw numbers."""

import re
from collections.abc import Iterator
from itertools import pairwise

TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}")
RAW_TEX = re.compile(r"\\[A-Za-z]+|\\[()\[\]]|\$\$|\$[^\s$](?:[^$]*[^\s$])?\$")
# "None" may begin a sentence, "NaN" is what a reader of these pages asks about, and what has no
# definition is undefined.
NO_VALUE = re.compile(
    r"\bnan\b|\binf\b|\[object Object\]|(?<=[^.!?:\s]\s)None\b|(?<=[=(±\[])(?:None|undefined)\b"
    r"|(?<=[=±] )undefined\b|^undefined$"
)
CELL_NO_VALUE = re.compile(
    r"\bnan\b|\binf\b|\[object Object\]|^\W*(?:None|NaN|NaT|null|undefined)\W*$"
)
RAW_NUMBER = re.compile(
    r"(?<![\w.])\d+(?:\.\d+)?[eE][+-]?\d+(?!\w)"  # 1e-05
    r"|\d\.\d*(?:9{6}|0{6}(?=\d*[1-9]))"  # 9.999999999999, 0.30000000000000004
    r"|(?<![\w.)])[-−]0(?:\.0+)?(?![\w.]*\d)"  # -0.00
)
RAW_MARKDOWN = re.compile(r"\[\^[^\]\s]+\]|\]\(|\w\]\[\w|```|~~~|\*\*\w|\w\*\*|^!!! ")
NOTE_TO_SELF = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b|\blorem ipsum\b", re.IGNORECASE)
WRONG_ENCODING = re.compile("\ufffd|[\u00c2\u00c3\u00ce][\u0080-\u00bf]|\u00e2\u20ac")
_RULE = re.compile(r"\|[\s:|-]+\|$")
_NO_BORDER = re.compile(r"\\.|`[^`]*`")
_CHECKS = (
    (TEMPLATE, "an unrendered look-up"),
    (RAW_TEX, "raw TeX"),
    (RAW_NUMBER, "a raw number"),
    (RAW_MARKDOWN, "raw Markdown"),
    (NOTE_TO_SELF, "a note to oneself"),
    (WRONG_ENCODING, "letters in the wrong encoding"),
)


def text_problems(text: str, cell: bool = False) -> Iterator[str]:
    """Name what a reader should never see in a piece of prose.

    Args:
        text: The prose, without its code and formulas.
        cell: Whether it is the whole of a table's cell, where a bare "None" is a missing
            value and not a word.
    """
    for pattern, meaning in (*_CHECKS, (CELL_NO_VALUE if cell else NO_VALUE, "a missing value")):
        if found := pattern.search(text):
            start, end = max(found.start() - 25, 0), found.end() + 25
            yield f'{meaning} in the text: "{text[start:end].strip()}"'


def table_problems(markdown: str) -> Iterator[str]:
    """Name the rows of tables that have too few or too many cells, which Markdown evens out."""
    lines = ["", *map(str.strip, markdown.splitlines())]
    fenced, width = False, 0
    for before, line in pairwise(lines):
        fenced ^= line.startswith(("```", "~~~"))
        if fenced or not line.startswith("|"):
            width = 0
        elif _RULE.match(line):
            width = _count_borders(before)
        if width and (found := _count_borders(line)) != width:
            yield f'a row of {found - 1} cells in a table of {width - 1}: "{line[:60]}"'


def _count_borders(line: str) -> int:
    return _NO_BORDER.sub("", line).count("|")
