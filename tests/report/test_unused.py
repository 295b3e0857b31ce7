"""What the report has stands on a page, and no words are left of what is gone."""

import re

import pytest

from wd.project import PROJECT
from wd.report.content.published import PATH, _read, read_norms
from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS
from wd.report.read.figures import FIGURES
from wd.report.read.guesses import GUESSES
from wd.report.read.labels import Labels
from wd.report.read.numbers import NUMBERS
from wd.report.read.tables import TABLES
from wd.report.read.widgets import WIDGETS
from wd.report.tell.pages import NOTE
from wd.report.tell.studies import TEMPLATE

KINDS = {
    "claim": CLAIMS,
    "figure": FIGURES,
    "guess": GUESSES,
    "number": NUMBERS,
    "table": TABLES,
    "widget": WIDGETS,
}
MADE_FOR_EACH = {TEMPLATE, NOTE}
"""What stands on pages that one template makes, without being named there."""
ENGLISH = PROJECT / "docs/en"  # which the other languages follow, as their own tests say
LABELLED = ("claim", "figure", "guess", "widget")


def find_words(text):
    return set(re.findall(r'"([\w-]+)"', text))


def find_unused(names, *texts):
    return sorted(set(names) - MADE_FOR_EACH - set().union(*map(find_words, texts)))


@pytest.fixture(scope="module")
def code():
    folder = PROJECT / "wd/report/content"
    return [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_registered_is_asked_for(kind):
    templates = (ENGLISH).glob("*.md.j2")

    assert (
        find_unused(KINDS[kind].load(CONTENT), *(path.read_text("utf-8") for path in templates))
        == []
    )


@pytest.mark.parametrize("kind", LABELLED)
def test_labels_are_of_something_that_there_is(kind, code):
    labels = Labels(ENGLISH / "labels").table(kind)

    assert find_unused(labels, *code) == []


def test_one_that_nothing_names_is_found():
    assert find_unused(["mine", "other"], '{{ figure("mine") }}') == ["other"]


def test_every_published_norm_has_its_settings():
    norms = read_norms() + read_norms(printed="half_square")

    assert {norm.study for norm in norms} <= _read(PATH)["settings"].keys()
