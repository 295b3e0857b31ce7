"""A page that isn't translated is a marked link; every page leads to itself in other languages."""

import pytest

from wd.report.site.editions import Editions

LANGUAGES = [("en", "English"), ("xx", "Xish")]


@pytest.fixture
def make(tmp_path):
    """A function that makes the editions as a language sees them: xx lacks the page `proofs`."""
    for language, pages in {"en": ("index", "soft", "proofs"), "xx": ("index", "soft")}.items():
        (tmp_path / "docs" / language).mkdir(parents=True)
        for page in pages:
            (tmp_path / "docs" / language / f"{page}.md").touch()
    proofs = tmp_path / "site/en/proofs/index.html"
    proofs.parent.mkdir(parents=True)
    proofs.write_text('<h2 id="kkt">', encoding="utf-8")

    def editions(language="xx", folders=True):
        docs, site = tmp_path / "docs" / language, tmp_path / "site" / language
        return Editions(docs, site, LANGUAGES, folders=folders)

    return editions


def test_the_switch_stays_on_the_page(make):
    hrefs = {each.language: each.href for each in make().list_editions("soft/index.html", "soft")}

    assert hrefs == {"en": "../../en/soft/", "xx": "../../xx/soft/"}


def test_the_switch_leads_home_where_the_page_is_not_translated(make):
    (_, other) = make("en").list_editions("proofs/index.html", "proofs")
    assert other.href == "../../xx/"

    (_, other) = make("en", folders=False).list_editions("proofs.html", "proofs")
    assert other.href == "../xx/index.html"


def test_a_page_names_its_translations_and_the_first_language_as_default(make):
    assert make().list_alternates("soft", "https://a.example/r/xx/") == [
        ("en", "https://a.example/r/en/soft/"),
        ("xx", "https://a.example/r/xx/soft/"),
        ("x-default", "https://a.example/r/en/soft/"),
    ]
    assert make("en").list_alternates("proofs", "https://a.example/r/en/") == []
    assert make().list_alternates("soft", "http://127.0.0.1:8000/xx/") == []


def test_a_link_to_a_page_that_is_not_translated_leads_to_the_first_language_and_is_marked(make):
    editions = make()
    text = editions.mark_markdown("[a](soft.md#penalty), [b](proofs.md#kkt), [c](proofs.md)")
    assert text == "[a](soft.md#penalty), [b](elsewhere:proofs#kkt), [c](elsewhere:proofs)"

    html = editions.lead('<a href="elsewhere:proofs#kkt">b</a>', "soft/index.html", "in English")
    assert html == (
        '<a href="../../en/proofs/#kkt" hreflang="en" data-elsewhere="in English">'
        "<span>b</span></a>"
    )
    assert editions.problems == []


def test_such_a_link_of_a_notebook_is_marked_too(make):
    editions = make()

    assert editions.mark_notebook('<a href="../proofs/">') == '<a href="elsewhere:proofs">'
    assert editions.mark_notebook('<a href="../soft/">') == '<a href="../soft/">'


def test_a_link_to_an_anchor_that_is_not_there_is_a_problem(make):
    editions = make()
    editions.lead('<a href="elsewhere:proofs#nowhere">', "soft/index.html", "")

    assert editions.problems == ["the link to proofs#nowhere leads to no anchor there"]


def test_the_navigation_marks_such_a_page(make):
    editions = make()
    nav = [{"Z": [{"Proofs": "proofs.md"}, "soft.md"]}]

    marked = editions.mark_navigation(nav)
    assert marked == [{"Z": [{"Proofs": "elsewhere:proofs"}, "soft.md"]}]
    assert list(editions.list_elsewhere(marked)) == [("Proofs", "../en/proofs/")]
