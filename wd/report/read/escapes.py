"""Filters for text that comes in, one for each context that it is put into.

HTML, also in attributes, has `html.escape`, which Jinja applies in the frames of widgets. Text
enters SQL as parameters alone, CSV through the module `csv`, drawings through matplotlib; none
enters LaTeX.
"""

from __future__ import annotations

import html
import re


def escape_markdown(text: str) -> str:
    """Keep a text from being read as Markdown or HTML; also inside the brackets of an image."""
    return re.sub(r"([\\`*_\[\]])", r"\\\1", html.escape(" ".join(text.split())))


def escape_cell(cell: str) -> str:
    """Keep a cell's Markdown from being read as the table's syntax or as HTML."""
    return cell.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;").replace("\n", " ")


def write_code(text: str) -> str:
    """Write a text as code in Markdown, which no backtick in it ends."""
    text = " ".join(text.split())
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"{fence}{text}{fence}"
