"""Whoever links to a section finds it there after its heading was reworded."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs/en"
TEMPLATES = sorted(DOCS.glob("*.md.j2"))
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)

every_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)


def headings(path):
    """The headings below the title, outside code."""
    return re.findall(r"^##+ .*$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)


@every_template
def test_every_heading_has_an_anchor_of_its_own(path):
    anchors = [
        re.search(
            r""" \{ #([a-z][a-z0-9-]*|[a-z-]*{{ [a-z.]+ }})(?: [a-z-]+="[^"]*")* \}$""", heading
        )
        for heading in headings(path)
    ]

    assert None not in anchors
    names = [anchor[1] for anchor in anchors]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("page", "anchors"),
    [
        ("soft", ["conventions"]),
        ("update-rule", ["null-space"]),
        ("optimum", ["null-space"]),
        ("reproduce", ["provenance", "commands", "cite"]),
        ("data", ["queries", "runs", "curves", "key", "licence"]),
    ],
)
def test_the_anchors_that_others_are_told_about_are_there(page, anchors):
    text = (DOCS / f"{page}.md.j2").read_text(encoding="utf-8")

    assert [anchor for anchor in anchors if f"{{ #{anchor} }}" not in text] == []
