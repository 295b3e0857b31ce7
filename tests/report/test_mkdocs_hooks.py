"""What MkDocs makes of a small site with the project's own mkdocs.yml."""

import json
import re

import nbformat
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from PIL import Image

from wd.errors import SiteError
from wd.project import PROJECT
from wd.report.site.address import LOCAL
from wd.report.site.cards import draw_card
from wd.report.site.narrow import NARROW
from wd.report.site.problems import gathering, tell_problems
from wd.report.site.search import leave_out_repeats

HOME = r"""# Home

A first line with $\lambda$ in it.

The first paragraph of *words* tells what it is about & more.

![A dot.](dot-light.svg#only-light){ width=660 height=300 loading=lazy data-narrow="358 500" }

[The program](program.ipynb) and [a page](other.md#part).
"""
OTHER = r"""---
description: Said by the author.
search:
  aliases:
    page: 权重衰减 d2l
    part: λ
---
# Other

## A part { #part }

The behaviour of *minimisers*.

<div data-search-exclude markdown>

| unsought | 1 |
|:--|--:|
| unsought | 2 |

unsought

</div>

## Tables { #tables }

| soughtword | of words |
|:--|:--|
| one | two |

| numberword | number |
|:--|--:|
| one | 2 |

And what follows.

$$
\eta\lambda < 1
$$

```python
tex = r"\lambda $x$ {{ nan }}"
```
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1"/></svg>'
REPOSITORY = "https://example.org/me/report"
SITE = "https://example.org/report/en/"
NAME = "Weight decay, measured"
PROMISE = "derived, then tested on runs that you can repeat"


def write_docs(folder, **changed):
    program = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Program\n\nWith $\\theta$ in it."),
            nbformat.v4.new_code_cell("print(1)"),
        ]
    )
    program.metadata["kernelspec"] = dict.fromkeys(("display_name", "name", "language"), "python")
    pages = {
        "index.md": HOME,
        "other.md": OTHER,
        "program.ipynb": nbformat.writes(program),
        "program.py": "print(1)\n",
        "dot-light.svg": DOT,
        "dot-narrow-light.svg": DOT,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (pages | changed).items():
        (folder / name).write_text(text, encoding="utf-8")


def build_site(root, monkeypatch, settings=None, **changed):
    """Build a small site in `root` with some pages changed; returns its folder."""
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    write_docs(root / "docs", **changed)
    config = load_config(
        str(PROJECT / "mkdocs.yml"),
        docs_dir=str(root / "docs"),
        site_dir=str(root / "site/en"),
        nav=["index.md", {"Section": ["other.md", "program.ipynb"]}],
        **{"site_url": SITE, "repo_url": REPOSITORY} | (settings or {}),
    )
    config.extra["cache"] = str(root / "cache")
    try:
        build(config)
    finally:
        config.plugins.on_shutdown()
    return root / "site/en"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield build_site(tmp_path_factory.mktemp("site"), monkeypatch)


@pytest.fixture(scope="module")
def local_site(tmp_path_factory):
    """The same without an address, in a repository on GitHub."""
    settings = {"site_url": f"{LOCAL}en/", "repo_url": "https://github.com/me/report"}
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield build_site(tmp_path_factory.mktemp("local"), monkeypatch, settings)


def text_of(site, name):
    return (site / name).read_text(encoding="utf-8")


def test_formulas_reach_the_page_typeset(site):
    for page in ("index.html", "other/index.html", "program/index.html"):
        assert text_of(site, page).count('<span class="katex">') == 1
        assert "arithmatex" not in text_of(site, page)
        assert "<!--formula" not in text_of(site, page)


def test_code_reaches_the_page_as_it_is(site):
    assert r"\lambda $x$ {{ nan }}" in re.sub(r"<[^>]*>", "", text_of(site, "other/index.html"))


def test_the_search_index_holds_the_words_and_neither_formulas_nor_listings(site):
    index = json.loads(text_of(site, "search/search_index.json"))
    texts = {entry["location"]: entry["text"] for entry in index["docs"]}
    assert texts[""].startswith("A first line with in it. ")
    assert re.search(r" [,.;:]", str(texts)) is None
    assert "katex" not in str(texts)
    assert r"\lambda" not in texts[""]
    assert r"\theta" not in str(texts)
    assert "tex =" not in str(texts)


def test_folds_and_summaries_stay_out_of_the_search_and_what_a_guess_reveals_does_not():
    folds = [f'<details class="{name}"><p>' for name in ("question", "expert", "note")]
    answer = '<details class="guess__answer"><p>'
    kept, other = '<h2 id="keep">', '<h2 id="other">'
    left_out = leave_out_repeats("".join([*folds, answer, kept, other]))
    excluded = [f'{fold[:-4]} data-search-exclude="true"><p>' for fold in folds]
    again = f'{kept[:-1]} data-search-exclude="true">'
    assert left_out == "".join([*excluded, answer, again, other])


def test_a_table_is_framed_by_the_build_and_what_follows_it_stays_out_of_the_search(site):
    page = text_of(site, "other/index.html")
    assert re.search(r'<section class="sheet"[^>]*><table class="sheet__rows">.*?</table></section>', page, re.DOTALL)  # fmt: skip  # noqa: E501
    assert page.count("unsought") == 3
    assert "unsought" not in text_of(site, "search/search_index.json")


def test_the_search_leaves_out_tables_of_numbers_and_has_those_of_words(site):
    text = entries(site)["other/#tables"]["text"]
    assert "soughtword" in text
    assert "numberword" not in text
    assert "what follows" in text


def entries(site):
    index = json.loads(text_of(site, "search/search_index.json"))
    return {entry["location"]: entry for entry in index["docs"]}


def test_the_search_index_has_a_page_s_aliases_where_they_belong(site):
    found = {at: entry["aliases"] for at, entry in entries(site).items() if "aliases" in entry}
    assert found == {"other/": "权重衰减 d2l", "other/#part": "λ"}


def test_an_alias_is_nowhere_on_its_page(site):
    assert "d2l" not in text_of(site, "other/index.html")


def test_a_word_is_found_by_its_american_spelling_too(site):
    found = {at: entry["spellings"] for at, entry in entries(site).items() if "spellings" in entry}
    assert found == {"other/#part": "behavior minimizers"}


def test_the_search_index_can_be_read_from_disk(site):
    script = text_of(site, "search/search_index.js")
    assert script == "var __index = " + text_of(site, "search/search_index.json")


@pytest.mark.parametrize(
    ("page", "source"),
    [
        ("index.html", "index.md.j2"),
        ("other/index.html", "other.md.j2"),
        ("program/index.html", "notebooks/program.py"),
    ],
)
def test_edit_this_page_leads_to_what_people_write(site, page, source):
    assert f'href="{REPOSITORY}/edit/main/docs/en/{source}"' in text_of(site, page)


def test_the_repository_s_link_asks_its_host_for_nothing(site):
    assert 'data-md-component="source"' not in text_of(site, "index.html")


@pytest.mark.parametrize(
    ("page", "description"),
    [
        ("index.html", "The first paragraph of words tells what it is about &amp; more."),
        ("other/index.html", "Said by the author."),
    ],
)
def test_each_page_has_a_description(site, page, description):
    assert f'<meta name="description" content="{description}">' in text_of(site, page)


def test_a_notebook_offers_itself_and_its_program(site):
    page = text_of(site, "program/index.html")
    assert '<a href="program.ipynb" download>' in page
    assert '<a href="../program.py" download>' in page
    assert (site / "program/program.ipynb").is_file()
    assert (site / "program.py").is_file()


def test_a_notebook_opens_in_colab_from_the_published_branch(site, local_site):
    """Which can open only what is on GitHub."""
    link = "https://colab.research.google.com/github/me/report/blob/notebooks/en/program.ipynb"
    assert f'<a href="{link}">' in text_of(local_site, "program/index.html")
    assert "colab" not in text_of(site, "program/index.html")


def metas(site, page):
    return dict(
        re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', text_of(site, page))
    )


@pytest.mark.parametrize(
    ("page", "card"),
    [("index.html", "index"), ("other/index.html", "other"), ("program/index.html", "program")],
)
def test_a_shared_page_shows_its_card(site, page, card):
    found = metas(site, page)
    assert found["og:image"] == f"{SITE}assets/cards/{card}.png"
    assert found["twitter:card"] == "summary_large_image"
    with Image.open(site / f"assets/cards/{card}.png") as image:
        assert (str(image.width), str(image.height)) == (
            found["og:image:width"],
            found["og:image:height"],
        )


@pytest.mark.parametrize(
    ("page", "title", "line"),
    [
        ("index", NAME, PROMISE),
        ("other", "Other", NAME),
        ("program", "Program", NAME),
    ],
)
def test_a_shared_title_stands_alone(site, page, title, line):
    """On the card and beside it: the site with its promise, or a page with the site's name."""
    found = metas(site, "index.html" if page == "index" else f"{page}/index.html")
    assert found["og:title"] == found["og:image:alt"] == f"{title} – {line}"
    assert (site / f"assets/cards/{page}.png").read_bytes() == draw_card(title, line)


def test_a_page_names_its_address_only_where_it_has_one(site, local_site):
    assert f'<link rel="canonical" href="{SITE}other/">' in text_of(site, "other/index.html")
    assert metas(site, "other/index.html")["og:url"] == f"{SITE}other/"
    for page in ("index.html", "other/index.html", "404.html"):
        text = text_of(local_site, page)
        assert "canonical" not in text
        assert "127.0.0.1" not in text
        assert not {"og:url", "og:image", "twitter:card"} & metas(local_site, page).keys()


def test_the_sitemap_lists_every_page_and_no_day(site, local_site):
    """Instant navigation reads it too, so that it is there without an address as well."""
    for folder, base in ((site, SITE), (local_site, f"{LOCAL}en/")):
        sitemap = text_of(folder, "sitemap.xml")
        pages = [base, f"{base}other/", f"{base}program/"]
        assert sorted(re.findall(r"<loc>(.*?)</loc>", sitemap)) == sorted(pages)
        assert "lastmod" not in sitemap


def test_the_search_is_a_dialog_with_a_name(site):
    assert 'role="dialog" aria-label="Search"' in text_of(site, "index.html")


def test_no_page_names_another_server_for_what_it_loads(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r'src="(?:https?:)?//[^"]*"|@import|fonts\.g', text) == []


def test_the_page_for_lost_readers_leads_to_every_page(site):
    lost = text_of(site, "404.html")
    for address in ("/report/en/", "/report/en/other/", "/report/en/program/"):
        assert f'<li><a href="{address}">' in lost
    assert "<kbd>/</kbd>" in lost
    assert "<h2>Section</h2>" in lost
    assert f"<title>This page is not here - {NAME}</title>" in lost


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("The $\\lamda$.", "other.md: the formula"),
        ("## A part with $x$", "other.md: the heading .* holds a formula"),
        ("A look-up {{ norm }}.", "other/index.html: an unrendered look-up"),
        ('<a href="../none/">x</a>', r'other/index.html: the link "\.\./none/" leads nowhere'),
        ('<img src="../dot-light.svg">', "other/index.html: the image .* has no description"),
        ('<p id="part">x</p>', 'other/index.html: the anchor "part" is there 2 times'),
    ],
)
def test_a_fault_on_a_page_stops_the_build(tmp_path, monkeypatch, fault, message):
    with pytest.raises(SiteError, match=message):
        build_site(tmp_path, monkeypatch, **{"other.md": f"{OTHER}\n\n{fault}\n"})


def test_a_fault_that_is_known_stops_the_next_build_too(tmp_path, monkeypatch):
    for _ in range(2):
        with pytest.raises(SiteError, match="an unrendered look-up"):
            build_site(tmp_path, monkeypatch, **{"other.md": f"{OTHER}\n\nA {{{{ norm }}}}.\n"})


def test_an_alias_of_a_section_that_is_not_there_stops_the_build(tmp_path, monkeypatch):
    astray = OTHER.replace("part: λ", "prat: λ")
    with pytest.raises(SiteError, match=r"other/#prat: the front matter has words for the search"):
        build_site(tmp_path, monkeypatch, **{"other.md": astray})


def test_two_pages_with_one_description_stop_the_build(tmp_path, monkeypatch):
    same = HOME.replace("# Home", "---\ndescription: Said by the author.\n---\n# Home")
    with pytest.raises(SiteError, match=r"index\.html: its description is also that of other/"):
        build_site(tmp_path, monkeypatch, **{"index.md": same})


def test_of_many_faults_ten_are_told_and_the_log_has_them_all(tmp_path, monkeypatch):
    faults = "\n\n".join(f"A look-up {{{{ n{number} }}}}." for number in range(15))
    with gathering() as problems, pytest.raises(SiteError) as caught:
        build_site(tmp_path, monkeypatch, **{"other.md": f"{OTHER}\n\n{faults}\n"})
    log = tmp_path / "log.txt"
    told = tell_problems(problems.listed(str(caught.value)), log).splitlines()

    assert len(told) == 11
    assert told[-1] == f"and 5 more: all are in {log}"
    logged = log.read_text(encoding="utf-8").splitlines()
    assert len(logged) == 15
    assert all("an unrendered look-up" in line for line in logged)


def test_a_narrow_screen_is_offered_the_narrow_drawing_of_a_figure(tmp_path, monkeypatch):
    """In its own size, so that nothing moves; paper and wide screens take the image itself."""
    page = (build_site(tmp_path, monkeypatch) / "index.html").read_text(encoding="utf-8")

    (picture,) = re.findall(r"<picture>.*?</picture>", page)
    assert 'srcset="dot-narrow-light.svg" width="358" height="500"' in picture
    assert f'media="{NARROW}"' in picture
    assert re.search(r'<img [^>]*src="dot-light.svg#only-light"', picture)


def test_the_style_sheet_and_the_pages_agree_on_what_is_narrow():
    css = (PROJECT / "docs/assets/site.css").read_text(encoding="utf-8")

    assert f"@media {NARROW} {{\n  .md-typeset .chart img" in css
