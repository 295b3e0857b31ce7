"""While somebody writes, only what changed is made again, and it is as if all had been."""

import shutil
from pathlib import Path

import pytest

from wd import config
from wd.output import EVIDENCE
from wd.report import preview as previews
from wd.report import publish
from wd.report.preview import Preview, _is_alike, _list_languages
from wd.report.site.languages import FIRST, LANGUAGES

SMALL = Path(__file__).parents[1] / "small.toml"
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


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of the first language that a test may change, as the only one of the report."""
    folder = tmp_path / "docs" / FIRST.name
    shutil.copytree(FIRST.folder, folder)
    language = type(FIRST)(FIRST.name, folder, FIRST.mkdocs_file)
    for module in (previews, publish):
        monkeypatch.setattr(module, "LANGUAGES", {FIRST.name: language})
    monkeypatch.setattr(previews, "FIRST", language)
    monkeypatch.setattr(previews, "PROJECT", tmp_path)
    return folder


def test_a_changed_sentence_is_rendered_alone_and_as_in_a_whole_rendering(
    small_report, sources, tmp_path, monkeypatch
):
    output = tmp_path / "build"
    for name in (EVIDENCE, f"{EVIDENCE}.sha256"):
        output.mkdir(exist_ok=True)
        shutil.copy(small_report / name, output)
    shutil.copytree(small_report / "cache/figures", output / "cache/figures")
    wanted, page = config.load(SMALL), output / "docs" / FIRST.name / "soft.md"
    preview = Preview(output / EVIDENCE, output, "")
    preview.render(wanted)
    template = sources / "soft.md.j2"
    template.write_text(f"{template.read_text()}\nOne more sentence.\n")

    with monkeypatch.context() as patch:
        patch.setattr(previews, "write_pages", None)  # would fail
        preview.render(wanted)
    alone = page.read_text()
    preview.close()
    preview = Preview(output / EVIDENCE, output, "")
    preview.render(wanted)

    assert "One more sentence." in alone
    assert page.read_text() == alone
    preview.close()
