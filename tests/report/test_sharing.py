"""What the real pages are called where they are shared, and what of them can be found."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from wd.report.site.cards import draw_card
from wd.report.site.navigation import list_pages
from wd.report.site.node import PROJECT
from wd.report.site.search import find_greedy

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


@pytest.fixture(scope="module")
def entries(built_site: Path) -> list[dict]:
    """What the search looks through."""
    text = (built_site / "en/search/search_index.json").read_text(encoding="utf-8")
    return json.loads(text)["docs"]


@pytest.fixture(scope="module")
def index(entries: list[dict]) -> dict[str, str]:
    """Each section's text in the search's index, by address."""
    return {entry["location"]: entry["text"] for entry in entries}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_s_title_and_card_stand_alone(
    built_site: Path, pages: dict[str, str], name: str
) -> None:
    heading = unescape(re.search(r"<h1[^>]*>(.*?)<(?:a|/h1)", pages[name], re.DOTALL)[1]).strip()
    title, line = (NAME, PROMISE) if name == "index" else (heading, NAME)
    shared = re.search('<meta property="og:title" content="(.*?)">', pages[name])[1]
    assert unescape(shared) == f"{title} – {line}"
    rendered = built_site.parent / "docs/en"
    page = rendered / f"{name}.md"  # a program has none
    text = page.read_text(encoding="utf-8") if page.is_file() else 'card_statement: ""'
    statement = json.loads(re.search("^card_statement: (.*)$", text, re.MULTILINE)[1])
    picture = rendered / f"cards/{name}.png"
    card = draw_card(title, line, statement, picture.read_bytes() if picture.is_file() else b"")
    assert (built_site / f"en/assets/cards/{name}.png").read_bytes() == card


def test_the_root_has_the_first_page_s_title(built_site: Path, pages: dict[str, str]) -> None:
    root = (built_site / "index.html").read_text(encoding="utf-8")
    title = re.search("<meta property=.og:title.*?>", pages["index"])[0]
    assert title in root


def test_generated_tables_are_left_out_of_the_search(
    pages: dict[str, str], index: dict[str, str]
) -> None:
    """Pages of a study, the figures' files, and the claims page, which repeats other pages."""
    assert "study-chapter" in pages["matrix"]
    assert "chapter_loss_scratch.csv" in pages["data"]
    assert [at for at in index if re.match("study-|claims/#", at)] == []
    assert "study-chapter" not in index["matrix/#studies"]
    assert [at for at, text in index.items() if "chapter_loss_scratch" in text] == []


def test_of_a_claim_the_search_has_the_statement_alone_and_once(
    pages: dict[str, str], index: dict[str, str]
) -> None:
    texts = " ".join(text for at, text in index.items() if at.startswith("questions/"))
    page = BeautifulSoup(pages["questions"], "html.parser")
    cited = ".claim--line .claim__statement"

    def list_first(selector: str) -> list[str]:
        texts = (next(span.strings).strip() for span in page.select(selector))
        return [text.replace("\u00a0", " ") for text in texts]

    stated = list_first(".claim:not(.claim--line) .claim__statement")
    left_out = list_first(f"{cited}, .claim__evidence")
    assert stated and page.select(cited) and page.select(".claim__evidence")
    assert [text for text in stated if text not in texts] == []
    assert [text for text in left_out if text in texts] == []


def test_no_alias_answers_to_a_word_of_every_sentence(tmp_path: Path) -> None:
    """A typed word finds all that it begins: "the" would find "theta"."""
    assert find_greedy(PROJECT / "docs/en") == []
    page = "---\nsearch:\n  aliases:\n    page: lambda Theta\n---\n\n# A\n"
    (tmp_path / "a.md.j2").write_text(page, encoding="utf-8")
    (line,) = find_greedy(tmp_path)
    assert line.startswith(f"{tmp_path / 'a.md.j2'}: the alias 'theta' begins like a stop word")


def test_a_source_is_found_where_it_is_listed_and_not_on_every_page_that_cites_it(
    entries: list[dict],
) -> None:
    """What a page keeps at its end, to show where its links lead, is left out of the search."""
    sources = tomllib.loads((PROJECT / "docs/en/references.toml").read_text(encoding="utf-8"))
    titles = [each["title"] for each in sources.values() if each["title"].isascii()]
    found = {
        title: {entry["location"].partition("/")[0] for entry in entries if title in entry["text"]}
        for title in titles
        if len(title) > 30
    }
    assert len(found) > 10
    assert set().union(*found.values()) == {"references"}


def test_what_is_for_the_search_alone_is_not_on_the_page(pages: dict[str, str]) -> None:
    assert [name for name, html in pages.items() if "data-search-" in html] == []
    assert [name for name, html in pages.items() if "權重衰退" in html] == []
