"""A language needs a folder and a MkDocs file: one made from English leaves no English word."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup

from tests.pseudo import NAME, disguise, write_language
from wd import config
from wd.declarations import IMPLEMENTATIONS
from wd.pipeline import EVIDENCE
from wd.report.site.languages import FIRST, LANGUAGES

ROOT = Path(__file__).parents[1]
ENGLISH = re.compile(r"(?<![\w./_-])[A-Za-z]{3,}(?![\w/_]|-\w|\.\w)")
NOT_WORDS = (
    "script, style, svg, math, .katex, code, pre, kbd, [hreflang], .md-copyright, .md-source,"
    " .references, [id^=ref-], [id^=preview-ref-], a[href*='#ref-'], [lang='en']"
)
"""Code, formulas, names of works and links to pages in other languages."""


def studies_of(file: str) -> tuple[config.Study, ...]:
    """The studies of a configuration of this repository."""
    return config.load(ROOT / file).studies


READ = ("alt", "title", "aria-label", "content", "placeholder", "data-elsewhere")
NAMES = (
    {"nan", "inf", "max", "min", "SGD", "PyTorch", "CSV", "SVG", "integer", "real", "text"}
    | {study.name for file in ("report.toml", "tests/small.toml") for study in studies_of(file)}
    | IMPLEMENTATIONS.keys()
)
"""What is the same in every language: numbers, types, programs and studies."""


@pytest.fixture(scope="module")
def site(small_report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a copy of this project in which that language stands beside English."""
    project = tmp_path_factory.mktemp("pseudo") / "project"
    left_out = shutil.ignore_patterns("build", "node_modules", ".git", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, project, ignore=left_out)
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    write_language(project)
    for name in LANGUAGES.keys() - {FIRST.name}:
        shutil.rmtree(project / "docs" / name)
        (project / f"mkdocs.{name}.yml").unlink()
    output = project / "build"
    output.mkdir()
    for path in small_report.glob(f"{EVIDENCE}*"):
        shutil.copy(path, output)
    done = subprocess.run(
        [sys.executable, "-m", "invoke", "build-report", "--config", "tests/small.toml"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    return output / "site"


def find_english(text: str) -> set[str]:
    return set(ENGLISH.findall(text)) - NAMES


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    """What all pages in that language tell."""
    paths = (site / NAME).rglob("*.html")
    return {path.relative_to(site).as_posix(): read_page(path) for path in paths}


class Page(NamedTuple):
    """What a page tells: all that a reader sees, hears or shares, and what its widgets know."""

    words: list[str]
    widgets: list[str]


def read_page(path: Path) -> Page:
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    widgets = [str(widget["data-content"]) for widget in soup.select("[data-content]")]
    for each in soup.select(NOT_WORDS):
        each.decompose()
    words = [soup.get_text(" ")]
    for name in READ:
        for each in soup.select(f"[{name}]"):
            if each.name != "meta" or each.get("name") == "description":
                words.append(str(each[name]))
    return Page(words, widgets)


def test_disguised_words_are_no_english_ones_and_markup_stays() -> None:
    text = disguise('The [bias](hard.md#bias) is `b`, {{ number("x") }} and $\\lambda$.')

    assert text == 'Thè字 [bìàs字](hard.md#bias) ìs字 `b`, {{ number("x") }} ànd字 $\\lambda$.'
    assert find_english("The norm") == {"The", "norm"}
    assert find_english(disguise("The norm")) == set()


def test_no_page_has_an_english_word(pages: dict[str, Page]) -> None:
    words = {name: set().union(*map(find_english, page.words)) for name, page in pages.items()}
    assert {name: sorted(each) for name, each in words.items() if each} == {}


def test_no_figure_has_an_english_word(site: Path) -> None:
    """Matplotlib notes in a comment what it writes as outlines."""
    found = {}
    for path in sorted((site / NAME / "figures").glob("*-light.svg")):
        notes = " ".join(re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8"), re.DOTALL))
        if words := find_english(notes):
            found[path.name] = sorted(words)
    assert found == {}


def test_no_widget_has_an_english_word(pages: dict[str, Page]) -> None:
    found = set()
    for content in (each for page in pages.values() for each in page.widgets):
        words = json.loads(content).get("words", {})
        found |= find_english(json.dumps(words, ensure_ascii=False))
    assert {word for word in found if not word.islower() or "_" in word} == set()


def test_the_search_finds_no_english_word(site: Path) -> None:
    index = json.loads((site / NAME / "search/search_index.json").read_text(encoding="utf-8"))
    titles = " ".join(entry["title"] for entry in index["docs"])

    assert find_english(re.sub("<code>.*?</code>|<[^>]*>", " ", titles)) == set()


def test_no_notebook_has_an_english_word_outside_its_code(site: Path) -> None:
    for path in (site / NAME).glob("**/*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        prose = [
            "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"
        ]
        bare = re.sub(
            r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)", " ", "\n".join(prose), flags=re.S
        )
        assert find_english(bare) == set(), path.name
