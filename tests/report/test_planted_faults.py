"""Faults of many kinds, each planted into a page of its own: the gate after the build tells all."""

import logging

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from wd.errors import SiteError
from wd.project import PROJECT
from wd.report.site import mkdocs_hooks

FAULTS = {
    "[a](gone.md)": "gone.md",
    "[a](#gone)": "#gone",
    '<a href="../gone/">a</a>': 'the link "../gone/" leads nowhere',
    '<a href="../sound/#gone">a</a>': "leads to an anchor that isn't there",
    "![A dot.](gone.svg)": "gone.svg",
    '<img src="../gone.svg" alt="A dot.">': 'the link "../gone.svg" leads nowhere',
    '<a href="../gone.csv" download>a</a>': 'the link "../gone.csv" leads nowhere',
    '<object data="../none.svg">a</object>': 'the link "../none.svg" leads nowhere',
    '<p id="a">a</p><p id="a">b</p>': 'the anchor "a" is there 2 times',
    '<img src="../dot.svg">': 'the image "../dot.svg" has no description',
    "The norm is {{ norm }}.": "an unrendered look-up",
    "The norm is nan here.": "a missing value",
    "λ = None": "a missing value",
    "λ = undefined": "a missing value",
    "The norm is [object Object].": "a missing value",
    "| a |\n|---|\n| None |": "a missing value",
    "| a |\n|---|\n| NaN |": "a missing value",
    r"The rate \lambda is small.": "raw TeX",
    "# Again": "2 headings of level 1",
    "### Too deep": "a heading of level 3 follows one of level 1",
    '<img src="https://a.example/x.png" alt="A dot.">': "<img> asks another server",
    '<img src="../dot.svg" srcset="//a.example/x 2x" alt="A dot.">': "<img> asks another server",
    '<script src="https://a.example/x.js"></script>': "<script> asks another server",
    '<link rel="stylesheet" href="https://a.example/x.css">': "<link> asks another server",
    '<video poster="https://a.example/x.png"></video>': "<video> asks another server",
    '<p style="background: url(https://a.example/x)">a</p>': "a style asks another server",
    '<style>@import "https://a.example/x.css";</style>': "a style asks another server",
    '<form action="https://a.example/"><button>a</button></form>': "sends what is typed to",
    '<button formaction="/x">a</button>': "sends what is typed to",
    '<a href="javascript:a()">a</a>': "is code",
    '<a href="java\tscript:a()">a</a>': "is code",
    '<iframe title="a" srcdoc="<p>a</p>"></iframe>': '<iframe> has code in "srcdoc"',
    '<p onclick="a()">a</p>': '<p> has code in "onclick"',
    "<script>a()</script>": "a script is written into the text",
    '<a href="http://a.example/">a</a>': "isn't encrypted",
    '<a href="../sound/"></a>': 'the link "../sound/" has no text',
    '<button type="button"></button>': "a <button> has no text",
    '<iframe src="../sound/"></iframe>': 'the frame "../sound/" has no title',
    '<input type="text">': "a field, <input>, has no label",
    '<p aria-labelledby="gone">a</p>': "the aria-labelledby of <p> refers to",
    '<p aria-describedby="gone">a</p>': "the aria-describedby of <p> refers to",
    '<label for="gone">a</label>': "the for of <label> refers to",
    "<div>\n\nA part.": "<div> is opened",
    "A part.\n\n```python\nprint(1)\n": "raw Markdown",
    "| a | b |\n|---|---|\n| 1 |": "a row of 1 cells in a table of 2",
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td></tr></table>": "row 2 of a table",
    "As said[^gone].": "raw Markdown",
    "As [said][gone].": "raw Markdown",
    "The norm is 1e+05.": "a raw number",
    "The norm is 9.999999999999.": "a raw number",
    "The norm is 0.30000000000000004.": "a raw number",
    "The norm is -0.00.": "a raw number",
    "TODO: say why.": "a note to oneself",
    "Lorem ipsum dolor.": "a note to oneself",
    "Itâ€™s small.": "letters in the wrong encoding",
    "GrÃ¶ÃŸe \N{REPLACEMENT CHARACTER}": "letters in the wrong encoding",
    "A long line. " * 80_000: "more than a page may have",
}
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1"/></svg>'
SOUND = """# Sound

Nothing is wrong here: λ = 10<sup>−8</sup>, 3.0 and −0.5, `1e-08`, [said](#sound)[^note].

| a | b |
|---|---|
| `a|b` | c \\| d |

[^note]: In a note.
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is told of each page: one has no fault, each other one just one."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "docs").mkdir()
    pages = {"index": "# Home\n\nA page.\n", "sound": SOUND}
    pages |= {f"fault-{n}": f"# A fault\n\nIt is {n}.\n\n{text}\n" for n, text in enumerate(FAULTS)}
    for name, text in pages.items():
        (folder / f"docs/{name}.md").write_text(text, encoding="utf-8")
    (folder / "docs/dot.svg").write_text(DOT, encoding="utf-8")
    config = load_config(
        str(PROJECT / "mkdocs.yml"),
        docs_dir=str(folder / "docs"),
        site_dir=str(folder / "site/en"),
        nav=[f"{name}.md" for name in pages],
        site_url="https://a.example/en/",
    )
    lines = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: lines.append(record.getMessage())
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        with pytest.raises(SiteError):
            build(config)
    finally:
        config.plugins.on_shutdown()
        logging.getLogger("mkdocs").removeHandler(handler)
    # MkDocs calls a page by its source, the gate by its address
    return {
        name: [line for line in lines if f"wd: {name}/" in line or f"'{name}.md'" in line]
        for name in pages
    }


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[text[:40] for text in FAULTS])
def test_a_planted_fault_is_told(told, number):
    found = told[f"fault-{number}"]
    expected = list(FAULTS.values())[number]
    assert any(expected in line for line in found), found


def test_a_sound_page_is_left_in_peace(told):
    assert told["sound"] == []


def test_the_longest_page_is_allowed(built_site):
    longest = max(len(path.read_text(encoding="utf-8")) for path in built_site.rglob("*.html"))
    assert longest < mkdocs_hooks.LARGEST / 2
