"""What the real pages are called where they are shared."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from wd.report.cards import draw_card
from wd.report.navigation import list_pages
from wd.report.node import PROJECT

MKDOCS = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
NAME, PROMISE = (
    re.search(rf"^ *{key}: (.*)$", MKDOCS, re.MULTILINE)[1] for key in ("site_name", "promise")
)
PAGES = list_pages(PROJECT / "mkdocs.yml")


@pytest.fixture(scope="module")
def pages(built_site: Path) -> dict[str, str]:
    """The HTML of every page."""
    folders = {name: built_site / "en" / ("" if name == "index" else name) for name in PAGES}
    return {
        name: (folder / "index.html").read_text(encoding="utf-8")
        for name, folder in folders.items()
    }


@pytest.mark.parametrize("name", PAGES)
def test_each_page_s_title_and_card_stand_alone(
    built_site: Path, pages: dict[str, str], name: str
) -> None:
    heading = unescape(re.search(r"<h1[^>]*>(.*?)<(?:a|/h1)", pages[name], re.DOTALL)[1]).strip()
    title, line = (NAME, PROMISE) if name == "index" else (heading, NAME)
    shared = re.search('<meta property="og:title" content="(.*?)">', pages[name])[1]
    assert unescape(shared) == f"{title} – {line}"
    assert (built_site / f"en/assets/cards/{name}.png").read_bytes() == draw_card(title, line)


def test_the_root_has_the_first_page_s_title(built_site: Path, pages: dict[str, str]) -> None:
    root = (built_site / "index.html").read_text(encoding="utf-8")
    title = re.search("<meta property=.og:title.*?>", pages["index"])[0]
    assert title in root
