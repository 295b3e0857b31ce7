"""While somebody writes, only what changed is made again, and it is as if all had been."""

import shutil

import pytest

from wd.report.preview import _is_alike, _list_languages
from wd.report.publish import CONTENT
from wd.report.site.languages import FIRST, LANGUAGES
from wd.report.site.navigation import list_pages
from wd.report.tell.pages import Pages

HOME = "---\ntitle: T\n---\n# Home\n\nText.\n"
EQUATION = '<div class="equation" id="eq-a" markdown>\n\n$$\n{}\n$$\n\n</div>'


@pytest.mark.parametrize(
    ("before", "after", "alike"),
    [
        (HOME, HOME.replace("Text", "Other text"), True),
        (HOME, HOME.replace("# Home", "# House"), False),
        (HOME, HOME.replace("title: T", "title: U"), False),
        (EQUATION.format("a"), EQUATION.format("b"), False),
        (HOME + '<a id="claim-a">', HOME, False),
        (HOME + '<figure id="fig-a">', HOME + '<figure id="fig-b">', False),
    ],
)
def test_other_pages_show_titles_equations_claims_and_figures_of_a_page(before, after, alike):
    assert _is_alike(before, after) is alike


def test_words_of_a_language_change_it_and_those_derived_from_it():
    first = str(FIRST.folder / "labels" / "site.toml")
    assert _list_languages([first]) == [FIRST.name]
    for name, language in LANGUAGES.items():
        path = str(language.written[-1] / "labels" / "site.toml")
        assert name in _list_languages([path])
    assert _list_languages([first, str(FIRST.folder / "references.toml")]) == list(LANGUAGES)
    assert _list_languages(None) == list(LANGUAGES)


def test_a_template_that_is_rendered_alone_gives_what_all_together_give(
    invent, labels, no_drawings, tmp_path
):
    readings = invent({"chapter": {"weight_decay": [0, 3], "seeds": 8, "curves_every": 50}})
    folder = tmp_path / "docs"
    shutil.copytree(FIRST.folder, folder)
    about = (folder, list_pages(FIRST.mkdocs_file), readings, labels, no_drawings, CONTENT)
    pages = Pages(*about)
    before = pages.render()
    template = folder / "soft.md.j2"
    template.write_text(f"{template.read_text()}\nOne more sentence.\n")

    alone = pages.revise({template.name})

    whole = Pages(*about).render()
    assert alone == {"soft.md": whole["soft.md"]}
    assert "One more sentence." in alone["soft.md"]
    assert whole == before | alone
    assert _is_alike(before["soft.md"], alone["soft.md"])
