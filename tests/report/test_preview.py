"""While somebody writes, only what changed is made again, and it is as if all had been."""

import shutil
from contextlib import closing
from dataclasses import replace

import pytest

from wd import config
from wd.evidence.store import Evidence
from wd.pipeline import EVIDENCE
from wd.project import PROJECT
from wd.report import preview, publish
from wd.report.preview import Preview, _is_alike, _list_languages
from wd.report.publish import CONTENT
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
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


@pytest.fixture
def docs(tmp_path, monkeypatch):
    """A copy of the first language's words, which alone is rendered."""
    shutil.copytree(PROJECT / "docs", tmp_path / "docs")
    first = replace(FIRST, folder=tmp_path / "docs" / FIRST.name)
    for module in (preview, publish):
        monkeypatch.setattr(module, "REPORT", replace(module.REPORT, folder=tmp_path))
        monkeypatch.setattr(module, "LANGUAGES", {FIRST.name: first})
    monkeypatch.setattr(preview, "FIRST", first)
    # the labels stay where they are, so that no figure is drawn again
    monkeypatch.setattr(publish, "Labels", lambda _: Labels(FIRST.folder / "labels"))
    return first.folder


@pytest.fixture
def built(monkeypatch):
    """What was built, in its order: the whole site, or the names of some pages."""
    found = []
    monkeypatch.setattr(
        preview, "write_site", lambda *_, keep: found.append("whole") or [FIRST.name]
    )
    monkeypatch.setattr(preview, "update_site", lambda *arguments: found.append(arguments[-1]))
    return found


def test_a_sentence_more_is_rendered_and_built_into_its_page_alone(
    small_report, docs, built, tmp_path
):
    output = tmp_path / "build"
    output.mkdir()
    for path in small_report.glob(f"{EVIDENCE}*"):
        shutil.copy(path, output)
    shutil.copytree(small_report / "cache", output / "cache")
    small, template = config.load(PROJECT / "tests/small.toml"), docs / "soft.md.j2"
    with closing(Preview(output / EVIDENCE, output, "")) as writing:
        writing.make(small, "http://localhost/")
        before = {path: path.read_bytes() for path in (output / "docs").rglob("*.md")}
        template.write_text(f"{template.read_text('utf-8')}\nOne more sentence.\n", "utf-8")
        writing.make(small, "http://localhost/")
        writing.make(small, "http://localhost/")

    assert built == ["whole", [f"{FIRST.name}/soft.md"], []]
    changed = [path for path in before if path.read_bytes() != before[path]]
    assert changed == [output / "docs" / FIRST.name / "soft.md"]
    assert "One more sentence." in changed[0].read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_words_of_one_language_are_told_anew_beside_the_known_pages_of_others(
    language, small_report, tmp_path
):
    shutil.copytree(small_report, tmp_path / "build")
    changed = _list_languages([str(language.written[-1] / "labels" / "site.toml")])
    with Evidence(small_report / EVIDENCE) as evidence:
        readings = Readings(config.load(PROJECT / "tests/small.toml"), evidence)
        known = publish.write_pages(readings, tmp_path / "build")

        pages = publish.write_pages(readings, tmp_path / "build", "", known, changed)

    assert pages.keys() == known.keys()
    assert {name for name in pages if pages[name] is not known[name]} == {*changed}


def test_another_order_of_pages_builds_the_whole_site(small_report, docs, built, tmp_path):
    settings = docs.parents[1] / "mkdocs.yml"
    shutil.copy(PROJECT / "mkdocs.yml", settings)
    output = tmp_path / "build"
    shutil.copytree(small_report, output, ignore=shutil.ignore_patterns("site", "offline"))
    small = config.load(PROJECT / "tests/small.toml")
    with closing(Preview(output / EVIDENCE, output, "")) as writing:
        writing.make(small, "http://localhost/")
        settings.write_text(f"{settings.read_text('utf-8')}\n# another\n", "utf-8")
        writing.make(small, "http://localhost/")

    assert built == ["whole", "whole"]
