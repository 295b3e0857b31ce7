"""What the search of the built site finds, from a server and from disk.

One session (`search.cjs`) asks all questions and serves all tests.
"""

import re
from html import unescape
from pathlib import Path

import pytest

from wd.report.site.navigation import list_pages
from wd.report.site.node import PROJECT

HERE = Path(__file__).parent
PAGES = list_pages(PROJECT / "mkdocs.yml")
INDEX_BUDGET = 200_000  # bytes; with the tables of the full report it would have 300,000

QUERIES = {
    # Symbols and their names
    "λ": ["soft#penalty", "notation#objective"],
    "lambda": ["soft#penalty", "notation#objective"],
    "η": ["update-rule#derivation", "notation#training"],
    "eta": ["update-rule#derivation", "notation#training"],
    "θ": ["hard#problem", "notation#objective"],
    "theta": ["notation#objective"],
    "σ": ["notation#data"],
    "sigma": ["notation#data"],
    # The course's own language, in both scripts and both wordings
    "权重衰减": ["index", "update-rule#derivation"],
    "权重衰退": ["index", "update-rule#derivation"],
    "權重衰減": ["index", "update-rule#derivation"],
    "權重衰退": ["index", "update-rule#derivation"],
    "权重": ["index"],
    "\u200b权重衰减\u200b": ["index"],  # as pasted from a page whose words are marked so
    "正则化": ["soft#penalty"],
    "L2正則化": ["soft#penalty"],
    "L2范数": ["my-norm"],
    "w的L2範數是：": ["my-norm"],
    "d2l": ["index", "references"],
    # American spelling
    "regularization": ["soft#penalty"],
    "regularizer": ["soft#penalty"],
    "regularisation": ["soft#penalty"],
    "optimizer": ["optimisers"],
    "optimiser": ["optimisers"],
    "penalized": ["twice"],
    "minimizer": ["proofs#uniqueness"],
    # Terms and questions
    "weight decay": ["index"],
    "what is weight decay?": ["index"],
    "weight decay bias": ["hard#bias"],
    "the bias": ["test-loss#bias", "hard#bias"],
    "ridge": ["optimum#closed-form"],
    "ridge?": ["optimum#closed-form"],
    "null space": ["update-rule#null-space"],
    "initial weights": [
        "scratch#the-initial-values",
        "concise#the-model-and-its-initial-values",
    ],
    "KKT": ["twice#kkt", "proofs#lagrange"],
    "AdamW": ["in-practice"],
    "sklearn alpha": ["two-programs#conventions"],
    "why nan": ["questions#nan", "diverging#nan"],
    "double descent": ["real-data"],
    "heat map": ["learning-rate"],
    "dropout": ["questions#cures"],
    "is my norm normal": ["my-norm", "explore#norm"],
    "cite": ["reproduce#cite"],
}
"""What readers look for, and what is about it: each of these is among the first two offers."""

everywhere = pytest.mark.parametrize("source", ["http", "file"])


@pytest.fixture(scope="module")
def headings(built_site):
    """The first heading of each page, by the page's name."""
    texts = {}
    for name in PAGES:
        folder = built_site / "en" / ("" if name == "index" else name)
        html = (folder / "index.html").read_text(encoding="utf-8")
        (heading,) = re.findall(r"<h1[^>]*>(.*?)<(?:a|/h1)", html, flags=re.DOTALL)
        texts[name] = unescape(heading).strip()
    return texts


@pytest.fixture(scope="module")
def asked(browse, built_site, offline_site, headings):
    """What the search answered: see `search.cjs`."""
    queries = ["ridge", *QUERIES.keys() - {"ridge"}, *headings.values(), "wieght"]
    return browse("search.cjs", built_site, offline_site, "en", *queries)


def places(offers):
    """Offers as sets of what they show: a page, such as "hard", and sections, "hard#bias"."""
    return [{place(address) for address in offer} for offer in offers]


def place(address):
    path, _, anchor = address.removeprefix("en/").partition("#")
    page = path.removesuffix(".html").strip("/") or "index"
    return f"{page}#{anchor}" if anchor else page


@everywhere
@pytest.mark.parametrize("query", QUERIES)
def test_the_first_two_offers_hold_what_the_query_is_about(asked, source, query):
    answer = asked[source]["answers"][query]
    first = set().union(*places(answer["offers"])[:2])
    assert set(QUERIES[query]) <= first, answer


@everywhere
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_found_by_its_heading(asked, headings, source, name):
    answer = asked[source]["answers"][headings[name]]
    assert name in set().union(*places(answer["offers"])[:2]), answer


@everywhere
def test_a_word_that_is_nowhere_is_said_to_be_nowhere(asked, source):
    assert asked[source]["answers"]["wieght"] == {"said": "No matching documents", "offers": []}


@everywhere
def test_where_nothing_is_found_near_words_and_pages_are_offered(asked, source):
    offered = asked[source]["offered"]
    assert offered["words"][0] == "weight"
    assert "index" in set().union(*places(offered["then"])[:2])
    assert [place(address) for address in offered["pages"]] == ["summary", "questions", "notation"]


@everywhere
def test_typing_key_by_key_ends_with_the_same_offers(asked, source):
    assert asked[source]["typed"] == asked[source]["answers"]["ridge"]["offers"]


@everywhere
def test_the_search_makes_no_error(asked, source):
    assert asked[source]["errors"] == []


@everywhere
def test_no_stop_of_the_keyboard_is_out_of_sight(asked, source):
    """What the search shows is one only while it shows something."""
    assert asked[source]["unseen"] == []


def test_server_and_disk_offer_the_same(asked):
    for query, answer in asked["http"]["answers"].items():
        other = asked["file"]["answers"][query]
        assert places(answer["offers"]) == places(other["offers"]), query


def test_the_index_is_within_its_budget(built_site):
    assert (built_site / "en/search/search_index.json").stat().st_size < INDEX_BUDGET
