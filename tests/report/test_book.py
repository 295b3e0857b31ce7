"""The pages stand in one, in the order of the navigation, and their links lead within it."""

import pytest
from bs4 import BeautifulSoup

from wd.errors import SiteError
from wd.report.print.book import join, read_chapters, read_words

FRAME = """<!doctype html><html lang="en"><head><title>T</title>
<meta name="description" content="What it is."><meta property="og:site_name" content="The site">
<link rel="stylesheet" href="{root}assets/site.css">{canonical}</head><body dir="ltr">
<nav>Navigation</nav><article class="md-content__inner md-typeset">{article}</article>
<div class="md-copyright__highlight">Text: <a href="https://example.org/by">CC BY</a></div>
</body></html>"""
HOME = """<h1 id="home">Home<a class="headerlink" href="#home">¶</a></h1>
<p><a href="soft/#pull">there</a> <a href="soft/">whole</a> <a href="data/runs.csv">runs</a></p>"""
SOFT = """<h1 id="soft">Soft</h1><a class="md-content__button" href="x">edit</a>
<h2 id="pull">The pull</h2><details><summary>More</summary>hidden</details>
<picture><source media="screen" srcset="../figures/a-narrow-light.svg">
<img src="../figures/a-light.svg#only-light" loading="lazy" alt="a"></picture>
<img src="../figures/a-dark.svg#only-dark" alt="a"><script>let x;</script>
<p class="take">Take it</p><div class="explore__still"><img src="../figures/a-light.svg" alt="a">
</div><div class="explore"><input></div><p id="home" aria-labelledby="pull">x</p>
<a href="../#home">back</a> <a href="#pull">up</a> <a href="https://example.org/">out</a>"""
PARTS = [("", ["index"])], [("The idea", ["soft"])]
WORDS = {"contents": "Contents", "path": "Path", "aside": "Aside", "still": "It stands still."}


@pytest.fixture
def write_site(tmp_path):
    """A function that writes a site of two pages, with or without an address."""

    def write(address=""):
        canonical = f'<link rel="canonical" href="{address}">' if address else ""
        for name, article, root in (("", HOME, ""), ("soft", SOFT, "../")):
            (tmp_path / name).mkdir(exist_ok=True)
            text = FRAME.format(article=article, root=root, canonical=canonical)
            (tmp_path / name / "index.html").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def read_book(site, numbers=None, left_out=()):
    chapters = read_chapters(site, PARTS, WORDS, left_out)
    html = join(site, chapters, WORDS, ["By someone"], numbers or {})
    return BeautifulSoup(html, "html.parser")


def test_every_page_is_there_once_in_the_order_of_the_navigation(write_site):
    book = read_book(write_site())

    headings = [heading.get_text() for heading in book.select("h1")]
    assert headings == ["The site", "Home", "Aside", "Soft"]
    assert [each["id"] for each in book.select(".pdf-chapter")] == ["index", "soft"]
    assert book.select_one("#soft .pdf-section").get_text() == "The idea"
    assert "Navigation" not in book.get_text()


def test_no_two_things_have_one_id(write_site):
    ids = [each["id"] for each in read_book(write_site()).select("[id]")]

    assert len(set(ids)) == len(ids)
    assert {"index--home", "soft--home"} <= set(ids)


def test_links_between_pages_lead_within_the_book(write_site):
    book = read_book(write_site())

    links = {link.get_text(): link["href"] for link in book.select(".pdf-chapter a")}
    assert links == {
        "there": "#soft--pull",
        "whole": "#soft",
        "back": "#index--home",
        "up": "#soft--pull",
        "out": "https://example.org/",
    }
    anchors = {each["id"] for each in book.select("[id]")}
    within = [link["href"][1:] for link in book.select('a[href^="#"]')]
    assert set(within) <= anchors
    assert book.select_one("[aria-labelledby]")["aria-labelledby"] == "soft--pull"


def test_what_only_the_site_has_is_linked_there_where_it_has_an_address(write_site):
    assert "runs" in read_book(write_site()).get_text()

    book = read_book(write_site("https://example.org/report/en/"))
    links = {link.get_text(): link["href"] for link in book.select(".pdf-chapter a")}
    assert links["runs"] == "https://example.org/report/en/data/runs.csv"


def test_figures_are_the_light_ones_and_found_from_anywhere(write_site):
    site = write_site()

    for image in read_book(site).select("img"):
        assert image["src"] == (site / "figures/a-light.svg").as_uri()
        assert "loading" not in image.attrs
    assert read_book(site).select("source") == []


def test_what_is_for_the_screen_is_left_out_and_what_is_folded_is_open(write_site):
    book = read_book(write_site())

    for selector in (".headerlink", ".md-content__button", ".take", ".explore", "script"):
        assert book.select(selector) == []
    assert book.select("details:not([open])") == []


def test_the_contents_name_pages_and_headings_with_their_sheets(write_site):
    book = read_book(write_site(), {"index": 3, "soft": 5, "soft--pull": 6})

    lines = [
        (link["href"], *(part.get_text() for part in link.select("span")))
        for link in book.select(".pdf-contents a")
    ]
    assert lines == [
        ("#index", "Home", "3"),
        ("#soft", "Soft", "5"),
    ]  # what is looked up without its headings
    assert [part.get_text() for part in book.select(".pdf-contents__part")] == ["Path", "Aside"]


def test_a_picture_that_moves_on_the_site_says_so(write_site):
    (still,) = read_book(write_site()).select(".explore__still")

    assert still.get_text().strip() == "It stands still."


def test_a_page_for_the_screen_is_left_out_and_linked_where_the_site_has_an_address(write_site):
    book = read_book(write_site(), left_out=["soft"])

    assert [each["id"] for each in book.select(".pdf-chapter")] == ["index"]
    assert book.select(".pdf-chapter a") == []
    book = read_book(write_site("https://example.org/en/"), left_out=["soft"])
    assert book.select_one(".pdf-chapter a")["href"] == "https://example.org/en/soft/index.html"


def test_the_title_page_says_what_the_site_says_of_itself(write_site):
    description, licence, address = read_words(write_site("https://example.org/report/en/"))

    assert description == "What it is."
    assert licence.startswith("Text: <a href=")
    assert address == "https://example.org/report/en/"


def test_a_page_that_was_not_built_stops_the_printing(write_site):
    with pytest.raises(SiteError, match="invoke build-report"):
        read_chapters(write_site(), ([("", ["index", "hard"])], []), WORDS)
