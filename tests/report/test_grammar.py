"""The pages are HTML by its grammar; what every browser repairs in its own way, isn't on them.

The build doesn't ask this of a page: it would take twice as long as all its other checks.
"""

import json
from pathlib import Path

import pytest

from wd.report.site.policy import ARTICLE

HERE = Path(__file__).parent


@pytest.fixture
def validate(run_node):
    """A function that names the faults of pages that have some: see `validate.cjs`."""

    def run(pages):
        found = run_node(HERE / "validate.cjs", typed=json.dumps([*pages.items()]))
        return {name: faults for name, faults in found.items() if faults}

    return run


def test_every_article_and_the_frame_around_it_keep_to_the_grammar(validate, built_site):
    """One page of a study stands for all: they are made from one template."""
    paths = sorted(built_site.glob("en/**/index.html"))
    studies = [path for path in paths if path.parent.name.startswith("study-")]
    pages = {}
    for path in [path for path in paths if path not in studies[1:]]:
        html = path.read_text(encoding="utf-8")
        pages[path.parent.name] = ARTICLE.search(html)[0] if pages else html

    assert len(pages) > 10
    assert validate(pages) == {}


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<div><p>a</div></p>", "close-order"),
        ("<div><span>a</div>", "close-order"),
        ("<p><div>a</div></p>", "close-order"),
        ("<ul><p>a</p></ul>", "element-permitted-content"),
        ('<a href="x"><a href="y">a</a></a>', "element-permitted-content"),
        ('<button type="button"><a href="x">a</a></button>', "element-permitted-content"),
        ('<p class="a" class="b">a</p>', "no-dup-attr"),
        ("<figure><figcaption>a</figcaption><figcaption>b</figcaption></figure>", "element-perm"),
        ("<blik>a</blik>", "element-name"),
        ('<img src="a.svg"alt="a">', "attr-spacing"),
        ("<p>&nosuch;</p>", "unrecognized-char-ref"),
    ],
)
def test_a_planted_fault_of_grammar_is_told(validate, html, rule):
    found = validate({"planted": html}).get("planted", [])
    assert any(each.startswith(rule) for each in found), found
