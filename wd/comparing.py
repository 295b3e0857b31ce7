"""Two evidence files compared, and the whole report repeated on fresh seeds."""

from __future__ import annotations

from pathlib import Path

from wd.console import print_table, progress
from wd.declarations import list_allowed
from wd.errors import ConfigError, DifferenceError
from wd.report.compare.cells import Answer
from wd.report.compare.comparison import ALLOWED, Comparison
from wd.report.compare.comparison import compare as compare_sides
from wd.report.compare.sides import open_side
from wd.report.compare.telling import Section, tell, write_page
from wd.report.publish import CONTENT
from wd.report.read.labels import Labels
from wd.report.site.languages import FIRST

PAGE = "compare.md"
SHOWN = 10
"""So many rows of what differs are printed; the page has all."""


def compare(first: str, second: str, output: Path, allow: str) -> None:
    """Compare two sides, print what was found, and write it as a page.

    Raises:
        DifferenceError: If cells differ by more than is allowed, or the second side refutes
            claims that the first doesn't.
    """
    allowed = {answer.value: answer for answer in ALLOWED}
    if allow not in allowed:
        raise ConfigError(f"--allow {allow} isn't allowed.\n{list_allowed(allow, list(allowed))}")
    labels = Labels(FIRST.folder / "labels")
    with open_side(first) as one, open_side(second) as other, progress() as advance:
        found = compare_sides(one, other, labels, CONTENT, advance)
        sections = tell(found, labels)
    output.mkdir(parents=True, exist_ok=True)
    page = output / PAGE
    page.write_text(write_page(sections, labels("compare", "title")), encoding="utf-8")
    for section in sections:
        _print(section, labels, page)
    _judge(found, allowed[allow], labels, page)


def _print(section: Section, labels: Labels, page: Path) -> None:
    print(f"\n{section.title}")  # noqa: T201
    shown = section.rows
    if section.title == labels("compare", "cells"):
        shown = shown[:SHOWN]
    if shown:
        print_table(section.header, shown, section.numeric)
    elif section.sentences:
        print(section.sentences[-1])  # noqa: T201
    if len(shown) < len(section.rows):
        count = f"{len(section.rows) - len(shown):,}"
        print(labels("compare", "more", count=count, path=page))  # noqa: T201


def _judge(found: Comparison, allowed: Answer, labels: Labels, page: Path) -> None:
    beyond = found.list_beyond(allowed)
    refuted = [each.name for each in found.claims if each.newly_refuted]
    word = labels("compare", "answer", allowed.value)
    if not beyond and not refuted:
        print(f"{labels('compare', 'within', allowed=word)} {page}")  # noqa: T201
        return
    told = labels(
        "compare",
        "beyond",
        cells=f"{len(beyond):,}",
        all=f"{len(found.pairs):,}",
        allowed=word,
        claims=len(refuted),
    )
    raise DifferenceError(f"{told}\n{page}")
