"""Formulas are typeset while the site is built, or the build stops and says which and where."""

import re
from xml.etree.ElementTree import fromstring

import pytest

from wd.errors import SiteError
from wd.report.site.mathematics import Shelf, Typesetter, marked, typeset_page


@pytest.fixture(scope="module")
def typesetter():
    with Typesetter() as typesetter:
        yield typesetter


class Echo:
    """Stands for KaTeX: shows what it was asked for."""

    def typeset(self, tex, display):
        return f"[{'display' if display else 'inline'}: {tex}]"


def test_a_formula_comes_out_as_html_and_as_mathml(typesetter):
    html = typesetter.typeset(r"\lambda", display=False)
    assert '<span class="katex-html" aria-hidden="true">' in html
    assert "<mi>λ</mi>" in html


def test_a_display_formula_is_marked_as_one(typesetter):
    assert typesetter.typeset("a", display=True).startswith('<span class="math math--display">')
    assert typesetter.typeset("a", display=False).startswith('<span class="math">')


def test_no_line_of_a_long_formula_ends_between_its_brackets(typesetter):
    """KaTeX lets it end after the + and the first −, of which one stands in brackets."""
    html = typesetter.typeset(r"x^\top (w + w^\circ) - \sigma\varepsilon + c", display=False)
    pieces = list(fromstring(html).find(".//span[@class='katex-html']"))
    assert [piece.get("class") for piece in pieces] == ["math--held", "katex-base", "katex-base"]
    assert [piece.get("class") for piece in pieces[0]] == ["katex-base", "katex-base"]

    long = r"(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p)"
    assert "math--held" not in typesetter.typeset(long, display=False), "a line has no room for it"


def test_one_process_sets_all_formulas(typesetter):
    typesetter.typeset("a", display=False)
    process = typesetter._process
    typesetter.typeset("b", display=False)
    assert typesetter._process is process


def test_closing_ends_the_process():
    typesetter = Typesetter()
    typesetter.typeset("a", display=False)
    process = typesetter._process
    typesetter.close()
    assert process.returncode is not None


def test_without_formulas_no_process_starts():
    with Typesetter() as typesetter:
        assert typesetter._process is None


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\frac{1}{", "Unexpected end of input"),
        (r"\lamda", r"Undefined control sequence: \lamda"),
        (r"a \label{eq} b", r"Undefined control sequence: \label"),
        (r"\href{https://example.org}{a}", r"\href is not allowed"),
        (r"\htmlId{a}{b}", "HTML extension"),
        ("é", "Accented Unicode text character"),
        (r"\text{☃}", "Unrecognized Unicode character"),
    ],
)
def test_a_formula_that_a_reader_could_not_read_stops_the_build(typesetter, tex, reason):
    with pytest.raises(SiteError) as caught:
        typeset_page(f"<p>{marked(tex, False)}</p>", typesetter, "soft.md")
    message = str(caught.value)
    assert message.startswith("soft.md: ")
    assert tex in message
    assert reason in message


def test_an_error_leaves_the_process_ready_for_the_next_formula(typesetter):
    with pytest.raises(SiteError):
        typesetter.typeset(r"\oops", display=False)
    assert "katex" in typesetter.typeset("c", display=False)


def test_a_missing_katex_says_how_to_get_it(monkeypatch, tmp_path):
    script = tmp_path / "typeset.cjs"
    script.write_text("require('no-such-package')")
    monkeypatch.setattr("wd.report.site.mathematics.SCRIPT", script)
    with Typesetter() as typesetter, pytest.raises(SiteError, match=r"no-such-package.*npm ci"):
        typesetter.typeset("a", display=False)


def test_a_page_keeps_everything_but_its_formulas_byte_for_byte():
    page = (
        '<p title="a &lt; b">Let <span class="arithmatex">\\(a &lt; b\\)</span>.</p>\n'
        '<pre><code>&lt;span class="arithmatex"&gt;\\(x\\)&lt;/span&gt; $y$</code></pre>\n'
        '<div class="arithmatex">\\[\na \\\\ b\n\\]</div>\n<img src=x>'
    )
    assert typeset_page(page, Echo(), "page") == (
        '<p title="a &lt; b">Let '
        '<span class="math--whole math--ended">[inline: a < b].</span></p>\n'
        '<pre><code>&lt;span class="arithmatex"&gt;\\(x\\)&lt;/span&gt; $y$</code></pre>\n'
        "[display: a \\\\ b]\n<img src=x>"
    )


@pytest.mark.parametrize("display", [True, False])
def test_a_marked_formula_is_found_again(display):
    tex = r"a < b \quad \& \quad c > d"
    formula = Echo().typeset(tex, display)
    expected = formula if display else f'<span class="math--whole">{formula}</span>'
    assert typeset_page(marked(tex, display), Echo(), "page") == expected


def test_a_short_formula_takes_its_punctuation_along_and_a_long_one_may_break():
    long = " + ".join("abcdefghijkl")
    page = typeset_page(f"{marked('a', False)}, ({marked(long, False)}; x", Echo(), "page")
    assert page == (
        '<span class="math--whole math--ended">[inline: a],</span> '
        f'<span class="math--whole math--long math--opened math--ended">([inline: {long}];</span> x'
    )


@pytest.mark.parametrize(("before", "after"), [("(", ")"), ("（", "）"), ("「", "」，")])
def test_a_short_formula_stays_with_the_brackets_around_it(before, after):
    page = typeset_page(f"x{before}{marked('a', False)}{after}y", Echo(), "page")
    whole = f"{before}[inline: a]{after}"
    assert page == f'x<span class="math--whole math--opened math--ended">{whole}</span>y'


@pytest.mark.parametrize(("before", "opened"), [("令", ""), ("（平均）", " math--opened")])
def test_no_room_is_added_where_a_wide_mark_has_its_own(before, opened):
    page = typeset_page(f"{before}{marked('a', False)}为", Echo(), "page")
    assert page == f'{before}<span class="math--whole{opened}">[inline: a]</span>为'


def test_shelved_formulas_return_to_their_places():
    shelf = Shelf(Echo())
    page = typeset_page(f"<p>{marked('a', False)} and {marked('b', True)}</p>", shelf, "page")
    assert "inline" not in page
    assert shelf.put_back(page) == (
        '<p><span class="math--whole">[inline: a]</span> and [display: b]</p>'
    )


def test_a_shelved_formula_leaves_no_text_to_be_indexed():
    page = typeset_page(marked(r"\lambda", False), Shelf(Echo()), "page")
    assert re.sub(r"<[^>]*>", "", page) == ""
    assert "data-search-exclude" in page
