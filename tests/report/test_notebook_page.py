"""A notebook's page has the site's own markup, its formulas marked, its code and outputs kept."""

import logging

import nbformat
import pytest
from bs4 import BeautifulSoup

from wd.errors import SiteError
from wd.report.site.notebook_page import image_texts, plain_page

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
PROSE = r"""# A title

With $a < b$ and `$code$`:

$$
w \leftarrow (1 - \eta\lambda) w
$$

```python
price = "$5 and $6"
```
"""


def notebook(prose=PROSE, alt="A red dot"):
    image = nbformat.v4.new_output("display_data", {"image/png": PIXEL})
    printed = nbformat.v4.new_output("stream", text="norm $w$: 0.364 <ok>\n")
    value = nbformat.v4.new_output("execute_result", {"text/plain": "{'a': 1}"})
    code = nbformat.v4.new_code_cell("print('$x$')", outputs=[printed, image, value])
    if alt is not None:
        code.metadata["alt"] = alt
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(prose), code])
    written.metadata["kernelspec"] = dict.fromkeys(("display_name", "name", "language"), "python")
    return written


@pytest.fixture
def convert(tmp_path, monkeypatch):
    """A notebook's page as mkdocs-jupyter makes it."""
    monkeypatch.setattr(logging.getLogger("traitlets"), "disabled", True)
    from mkdocs_jupyter.convert import nb2html

    def convert(written):
        path = tmp_path / "page.ipynb"
        nbformat.write(written, path)
        return nb2html(str(path), allow_errors=False)

    return convert


@pytest.fixture
def page(convert):
    written = notebook()
    return BeautifulSoup(plain_page(convert(written), written, "page.ipynb"), "html.parser")


def test_nothing_of_jupyterlab_is_left(convert):
    written = notebook()
    before = convert(written)
    after = plain_page(before, written, "page.ipynb")
    assert len(before) > 500_000
    assert len(after) < 5_000
    for trace in ("<style", "<script", "jp-", "clipboard", "cdn", "tabindex"):
        assert trace not in after


def test_formulas_in_the_prose_are_marked(page):
    formulas = [mark.get_text() for mark in page.select(".arithmatex")]
    assert formulas == [r"\(a < b\)", r"\[w \leftarrow (1 - \eta\lambda) w\]"]


def test_code_and_outputs_keep_their_dollars(page):
    assert "$code$" in [code.get_text() for code in page.select("p code")]
    assert 'price = "$5 and $6"\n' in [code.get_text() for code in page.select("pre > code")]
    assert "print('$x$')\n" in [code.get_text() for code in page.select("pre > code")]
    assert "norm $w$: 0.364 <ok>\n" in [pre.get_text() for pre in page.select("pre")]


def test_each_cell_of_code_is_there_once_and_highlighted(page):
    blocks = page.select(".language-python.highlight > pre > code")
    assert [block.get_text() for block in blocks] == ["print('$x$')\n"]
    assert blocks[0].select_one("span.nb").get_text() == "print"


def test_outputs_follow_their_code_in_order(page):
    outputs = page.select_one(".highlight.language-python + .notebook-output")
    assert [child.name for child in outputs.find_all(recursive=False)] == ["pre", "img", "pre"]


def test_an_image_has_the_description_of_its_cell(page):
    assert page.select_one("img")["alt"] == "A red dot"


def test_an_output_s_own_description_comes_first():
    written = notebook()
    written.cells[1].outputs[1].metadata["alt"] = "A dot of 1 pixel"
    assert image_texts(written) == ["A dot of 1 pixel"]


def test_an_image_without_a_description_has_none_invented(convert):
    """The placeholder that nbconvert puts there would hide what is missing."""
    written = notebook(alt=None)
    html = plain_page(convert(written), written, "page.ipynb")
    assert BeautifulSoup(html, "html.parser").select_one("img")["alt"] == ""


def test_headings_keep_the_anchors_that_the_contents_lead_to(page):
    heading = page.select_one("h1")
    assert heading["id"] == "a-title"
    assert heading.select_one("a.headerlink")["href"] == "#a-title"


def test_a_dollar_without_its_partner_stops_the_build(convert):
    written = notebook(prose="It costs $5.")
    with pytest.raises(SiteError, match=r'^page\.ipynb: a "\$" without its partner'):
        plain_page(convert(written), written, "page.ipynb")


def test_unknown_markup_stops_the_build():
    with pytest.raises(SiteError, match=r"page\.ipynb: this is not the notebook markup"):
        plain_page("<div>another version</div>", {"cells": []}, "page.ipynb")


def test_code_is_folded_behind_its_line_and_listed_whole(convert):
    written = notebook()
    helper = nbformat.v4.new_code_cell("def draw():\n    return 4")
    helper.metadata["fold"] = "How the numbers are drawn"
    end = nbformat.v4.new_markdown_cell("## All of it")
    end.metadata["listing"] = "The whole program"
    written.cells += [helper, end]

    page = BeautifulSoup(plain_page(convert(written), written, "page.ipynb"), "html.parser")

    folds = {fold.summary.get_text(): fold.code.get_text() for fold in page.select("details.fold")}
    assert folds["How the numbers are drawn"] == "def draw():\n    return 4\n"
    assert folds["The whole program"].split("\n\n\n") == [
        "print('$x$')",
        "def draw():\n    return 4",
        "",
    ]


def test_prose_is_folded_like_the_exercises_of_other_pages(convert):
    helper = nbformat.v4.new_markdown_cell("Take $\\lambda = 1$.\n\n**Solution.** It shrinks.")
    helper.metadata["fold"] = "Try it"
    asked = notebook()
    asked.cells.append(helper)

    page = BeautifulSoup(plain_page(convert(asked), asked, "page.ipynb"), "html.parser")
    [fold] = page.select("details.question")

    assert fold.summary.get_text() == "Try it"
    assert fold.select_one(".arithmatex").get_text() == r"\(\lambda = 1\)"
    assert fold.strong.get_text() == "Solution."
