"""The built site in a real browser, from a server and from disk.

One look at all pages (`survey.cjs`) serves all tests; each test names what a reader would
find wrong, by page.
"""

import sys

import pytest

from wd.report.site.languages import FIRST, LANGUAGES
from wd.report.site.navigation import list_path

PATH = {
    f"{language.name}/{name}/index.html".replace("/index/index", "/index")
    for language in LANGUAGES.values()
    for name in list_path(language.mkdocs_file)
}
"""The pages that are read one after the other."""
KILOBYTE = 1000
PROSE_BUDGETS = {"first": 350, "next": 60}
NOTEBOOK_BUDGETS = {"first": 600, "next": 600}
SHIFT_BUDGET = 0.02

everywhere = pytest.mark.parametrize("source", ["http", "file"])


def seen(pages, what):
    """What was seen on the pages that aren't as they should be."""
    return {name: page[what] for name, page in pages.items() if page[what]}


@everywhere
def test_no_page_writes_an_error_to_the_console(survey, source):
    assert seen(survey[source], "errors") == {}


@everywhere
def test_no_page_asks_for_anything_outside_the_site(survey, source):
    assert seen(survey[source], "outside") == {}


@everywhere
def test_every_formula_is_laid_out_on_first_load(survey, source):
    pages = survey[source]
    assert sum(page["formulas"] for page in pages.values()) > 0
    assert seen(pages, "flatFormulas") == {}
    assert seen(pages, "missingFonts") == {}


@everywhere
def test_no_page_shows_raw_latex_or_an_unrendered_look_up(survey, source):
    assert seen(survey[source], "strayText") == {}


@everywhere
def test_every_image_is_there(survey, source):
    assert seen(survey[source], "brokenImages") == {}


@everywhere
def test_the_theme_switch_changes_every_figure(survey, source):
    for name, page in survey[source].items():
        for state in page["figures"]:
            variant = {"default": "only-light", "slate": "only-dark"}[state["scheme"]]
            assert state["shown"] == [variant] * (state["all"] // 2), name
        before, after = page["figures"]
        assert (before["scheme"], after["scheme"]) == ("default", "slate"), name


@everywhere
@pytest.mark.parametrize(("width", "narrow"), [("390", True), ("1440", False)])
def test_a_phone_gets_narrow_drawings_and_no_figure_scrolls(survey, source, width, narrow):
    pages = {name: page["drawings"][width] for name, page in survey[source].items()}
    wanted = {"narrow": narrow, "fits": True, "shape": True}
    assert sum(map(len, pages.values())) > 0
    for name, figures in pages.items():
        assert [figure for figure in figures if figure != wanted] == [], name


@everywhere
@pytest.mark.parametrize("width", ["360", "768", "1440"])
def test_no_page_is_wider_than_the_screen(survey, source, width):
    too_wide = {name: page["overflow"][width] for name, page in survey[source].items()}
    assert {name: elements for name, elements in too_wide.items() if elements} == {}


@everywhere
def test_no_formula_is_cut_on_a_phone(survey, source):
    wide = {name: page["wide"]["390"] for name, page in survey[source].items()}
    assert {name: formulas for name, formulas in wide.items() if formulas} == {}


@everywhere
def test_a_table_that_is_cut_keeps_its_head_and_first_column_and_leads_to_its_last(survey, source):
    for name, page in survey[source].items():
        for sheet in page["sheets"]["390"]:
            assert (sheet["first"], sheet["last"], sheet["head"]) == (True, True, True), name


@everywhere
def test_where_there_is_a_margin_no_table_of_a_page_is_cut(survey, source):
    pages = {name: page["sheets"]["1220"] for name, page in survey[source].items()}
    assert sum(map(len, pages.values())) > 0
    cut = [name for name, sheets in pages.items() if any(sheet["cut"] for sheet in sheets)]
    assert [name for name in cut if "study-" not in name] == []


def test_a_page_of_the_path_shows_a_picture_within_two_phone_screens(survey):
    pages = {name: page for name, page in survey["http"].items() if name in PATH}
    assert len(pages) > len(LANGUAGES)
    prose = {name: page["screens"]["390"] for name, page in pages.items() if not page["notebook"]}
    assert {name: late for name, late in prose.items() if late is None or late > 2} == {}


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_axe_finds_nothing_serious_or_critical(survey, look):
    found = {name: page["axe"][look] for name, page in survey["http"].items() if page["axe"]}
    assert found.keys() >= {name for name in survey["http"] if name.startswith(f"{FIRST.name}/")}
    assert {name.split("/")[0] for name in found} >= LANGUAGES.keys()
    assert {name: findings for name, findings in found.items() if findings} == {}


def named(name):
    """Whether a navigation names the page: studies are led to by the matrix."""
    return "/study-" not in name and not name.endswith("404.html")


def test_the_navigation_leads_to_every_page_of_its_language(survey):
    walks = survey["walks"]
    walked = {step["name"] for walk in walks for step in walk["steps"]}
    assert len(walks) == len(LANGUAGES)
    assert walked | {walk["steps"][0]["nameBefore"] for walk in walks} == {
        name for name in survey["all"] if named(name)
    }


def test_from_disk_the_navigation_leads_from_file_to_file(survey):
    """A link to a folder would show the reader what is in it; of the first language, as of all."""
    walk = survey["fromDisk"]
    reached = {step["name"].replace(".html", "/index.html"): step for step in walk["reached"]}
    assert reached.keys() == {
        name
        for name in survey["all"]
        if named(name)
        and name.startswith(f"{FIRST.name}/")
        and name != f"{FIRST.name}/index.html"  # where it begins
    }
    for name, step in reached.items():
        assert step["heading"] == survey["http"][name]["heading"]
        assert step["fitted"] == 1, name
        assert (step["flatFormulas"], step["missingFonts"]) == ([], []), name
        assert (step["strayText"], step["brokenImages"]) == ([], []), name
    assert (walk["errors"], walk["outside"]) == ([], [])


def test_the_navigation_never_reloads_a_page_and_makes_no_error(survey):
    for walk in survey["walks"]:
        assert [step["name"] for step in walk["steps"] if not step["instant"]] == []
        assert walk["errors"] == []
        assert walk["outside"] == []


def arrivals(survey):
    """Every page as it was when it was come to: by a click, of one language back and forward."""
    for step in (step for walk in survey["walks"] for step in walk["steps"]):
        for moment, name in (("there", "name"), ("back", "nameBefore"), ("again", "name")):
            if moment in step:
                yield step[name], step[moment]


def find_source(name):
    """The page from which a page is written letter by letter, if it is; else itself."""
    language, _, page = name.partition("/")
    derived = LANGUAGES[language].derivation
    return f"{derived.source}/{page}" if derived else name


def test_every_formula_is_laid_out_after_instant_navigation_back_and_forward(survey):
    opened = survey["http"]
    pages = dict(arrivals(survey)) | opened
    for name, page in arrivals(survey):
        if name in opened:
            assert page["heading"] == opened[name]["heading"]
        assert page["formulas"] == pages[find_source(name)]["formulas"], name
        assert (page["flatFormulas"], page["missingFonts"]) == ([], []), name
        assert page["strayText"] == [], name


def test_every_image_is_there_after_instant_navigation(survey):
    assert {
        name: page["brokenImages"] for name, page in arrivals(survey) if page["brokenImages"]
    } == {}


def test_every_page_is_within_its_budget(survey, capsys):
    """Bytes transferred with gzip, on a first visit and coming from the home page."""
    table = ["", "  first kB   next kB   shift  script ms  page"]
    over = {}
    for name, page in survey["http"].items():
        first = sum(page["bytes"].values()) / KILOBYTE
        after = survey["next"].get(name, 0) / KILOBYTE
        most = NOTEBOOK_BUDGETS if page["notebook"] else PROSE_BUDGETS
        if first > most["first"] or after > most["next"] or page["shift"] > SHIFT_BUDGET:
            over[name] = first, after, page["shift"], page["bytes"]
        table.append(
            f"  {first:8.1f}  {after:8.1f}  {page['shift']:.4f}  {page['script']:9.0f}  {name}"
        )
    with capsys.disabled():
        sys.stdout.write("\n".join(table) + "\n")
    assert not over, "\n".join(f"{name}: {figures}" for name, figures in over.items())
