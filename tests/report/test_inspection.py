"""Each fault that strict MkDocs lets pass is found, and sound pages are left in peace."""

import pytest

from wd.report.site.inspection import Page, heading_problems, read_page
from wd.report.site.links import dead_links
from wd.report.site.wording import text_problems

FRAME = "<html><body><h1>Title</h1>{}</body></html>"


def problems(body):
    return read_page(FRAME.format(body)).problems


@pytest.mark.parametrize(
    "body",
    [
        "<p>A sound page, with <code>{{ x }}</code>, <code>nan</code> and <code>\\lambda</code>.",
        "<pre><code>a = None  # $x$ \\(y\\)</code></pre>",
        '<p><span class="math"><math><annotation>\\lambda</annotation></math></span> is it.</p>',
        "<p>None of these is wrong. None, really. Why NaN? The null space, an infimum.</p>",
        "<table><tr><td>none</td><td>null space</td><td>n. a.</td></tr></table>",
        "<p>It costs $5 here and $6 there.</p>",
        '<img src="a.svg" alt="Loss against epochs"><img src="b.svg" alt="" role="presentation">',
        '<a href="https://example.org/a/">elsewhere</a>',
        '<link rel="canonical" href="https://example.org/"><link rel="license" href="//x.org">',
        '<h2 id="a">A</h2><h3 id="b">B</h3><h2 id="c">C</h2>',
        "<script>const x = '{{ y }} \\\\(';</script>",
        '<svg viewBox="0 0 1 1"><text>nan</text><path d="M0 0"/></svg>',
    ],
)
def test_a_sound_page_has_no_problem(body):
    assert problems(body) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<p>The norm is {{ norm }}.</p>", "an unrendered look-up"),
        ("<p>{% call x %}</p>", "an unrendered look-up"),
        ("<p>the price \\(\\lambda\\)</p>", "raw TeX"),
        ("<p>then \\[ a \\]</p>", "raw TeX"),
        ("<p>then $$ a $$</p>", "raw TeX"),
        ("<p>the price $a_1$ is</p>", "raw TeX"),
        ("<p>the price \\lambda</p>", "raw TeX"),
        ("<p>$a <em>b</em> c$</p>", "raw TeX"),
        ("<td>nan</td>", "a missing value"),
        ("<td>1.2 (nan–nan)</td>", "a missing value"),
        ("<td>None</td>", "a missing value"),
        ("<td><b>NaN</b></td>", "a missing value"),
        ("<p>the norm is nan</p>", "a missing value"),
        ("<p>the norm is None here</p>", "a missing value"),
        ("<p>λ =None</p>", "a missing value"),
        ('<img src="a" alt="falls to nan">', "a missing value"),
        ('<a title="{{ x }}">a</a>', "an unrendered look-up"),
        ('<img src="a.svg">', 'the image "a.svg" has no description'),
        ('<img src="a.svg" alt=" ">', 'the image "a.svg" has no description'),
        (
            '<img src="a.svg" alt="No description has been provided for this image">',
            'the image "a.svg" has no description',
        ),
        ('<p id="a"></p><p id="a"></p>', 'the anchor "a" is there 2 times'),
        ("<h1>Again</h1>", "2 headings of level 1"),
        ("<h3>Too deep</h3>", "a heading of level 3 follows one of level 1"),
        ('<script src="https://cdn.example.org/x.js"></script>', "<script> asks another server"),
        ('<link rel="preload stylesheet" href="//example.org/x">', "<link> asks another server"),
        ('<img alt="a" src="HTTP://example.org/x.png">', "<img> asks another server"),
        ('<img alt="a" src="x" srcset="y 1x, https://z 2x">', "<img> asks another server"),
    ],
)
def test_each_fault_is_named(body, problem):
    assert [found[: len(problem)] for found in problems(body)] == [problem]


def test_a_problem_shows_the_words_around_it():
    text = "The norm that was printed at the end is nan for each of the seeds of this study."
    (problem,) = text_problems(text)
    assert "printed at the end is nan for each of the" in problem


def test_words_on_two_sides_of_a_formula_do_not_meet():
    """Without this, a price in dollars before a formula and one after it would be TeX."""
    assert problems("<p>from $1<math>a</math>$ on</p>") == []


def test_a_page_without_a_first_heading_is_refused():
    assert heading_problems([]) == ["0 headings of level 1 (one is right)"]


def linked(**pages):
    """Pages by name, each with its links and the anchors "here" and "there"."""
    return {
        f"{name}/index.html" if name != "home" else "index.html": Page(
            ids=["here", "there"], links=links
        )
        for name, links in pages.items()
    }


@pytest.mark.parametrize(
    "link",
    [
        "",
        ".",
        "#here",
        "../hard/",
        "../hard",
        "../hard/index.html",
        "../hard/#there",
        "..",
        "../",
        "../figures/a.svg#only-dark",
        "../data/all%20runs.csv",
        "/report/en/hard/#here",
        "../../zh/",
        "/elsewhere/",
        "mailto:me@example.org",
        "https://example.org/none",
        "javascript:void(0)",
    ],
)
def test_a_live_link_is_left_in_peace(link):
    pages = linked(home=[], soft=[link], hard=[])
    files = {*pages, "figures/a.svg", "data/all runs.csv"}
    assert list(dead_links(pages, files, "/report/en/")) == []


@pytest.mark.parametrize(
    ("link", "lost"),
    [
        ("hard/", "leads nowhere"),
        ("../figures/b.svg", "leads nowhere"),
        ("/report/en/sofd/", "leads nowhere"),
        ("#nowhere", "leads to an anchor that isn't there"),
        ("../hard/#nowhere", "leads to an anchor that isn't there"),
    ],
)
def test_a_dead_link_is_named_with_its_page(link, lost):
    pages = linked(home=[], soft=[link], hard=[])
    assert list(dead_links(pages, set(pages), "/report/en/")) == [
        ("soft/index.html", f'the link "{link}" {lost}')
    ]


def test_a_place_that_many_pages_miss_is_named_once():
    pages = linked(home=["gone/"], soft=["../gone/"], hard=["../gone/"])
    assert list(dead_links(pages, set(pages))) == [
        ("index.html", 'the link "gone/" leads nowhere (also on 2 other pages)')
    ]


def test_a_page_notes_what_it_loads_and_where_it_leads():
    page = read_page(
        FRAME.format(
            '<a href="soft/">a</a><img src="a.svg" alt="a"><link rel="icon" href="b.svg">'
            '<script src="c.js"></script><img alt="d" src="data:image/png;base64,AA">'
        )
    )
    assert page.links == ["soft/", "a.svg", "b.svg", "c.js"]
