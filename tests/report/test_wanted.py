"""All words that a language lacks are told at once, with their places, before a page is made."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from wd.errors import SiteError
from wd.project import PROJECT
from wd.report import publish
from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS, Finding
from wd.report.read.labels import Labels
from wd.report.read.parts import worst
from wd.report.read.readings import Missing
from wd.report.site.languages import FIRST, LANGUAGES, Language
from wd.report.tell.pages import Pages
from wd.report.wanted import check_words, list_lacking

CLAIMS.load(CONTENT)
ENGLISH = Labels(FIRST.folder / "labels")
CLAIM = "smaller-bound-larger-training-loss"
PARTS = {name: ENGLISH.names("claim", name, "part") for name in CLAIMS}
UNASKED = {name: Missing("study", study="none") for name in CLAIMS}
ASKED = {
    name: Finding(tuple(worst(part, np.ones(2), above=0) for part in parts))
    for name, parts in PARTS.items()
}
FOUND = UNASKED | {CLAIM: ASKED[CLAIM]}
GONE = {
    "hard.toml": [
        r"\[figure\.hard_loss\]\n(?:.+\n)+",
        rf"\[claim\.{CLAIM}\]\n(?:.+\n)+",
    ],
    "guesses.toml": [r"(?<=\[guess\.bound_on_new_data\.why\]\n)a = .*\n"],
}
"""Words of a page that a translation has as well."""
DECLARED = {
    "schema.toml": [r'lasso = "L1.*\n', r"factor = .*\n", r"gradient_noise = \{.*\n"],
    "site.toml": [r'projected = ".*\n'],
}
"""Words for what is declared."""


@pytest.fixture
def write(tmp_path):
    """A function that copies a language, without the words that the patterns match."""

    def copy(name, gone):
        folder = tmp_path / "docs" / name
        shutil.copytree(PROJECT / "docs" / name, folder)
        for file, patterns in gone.items():
            path = folder / "labels" / file
            text = path.read_text(encoding="utf-8")
            for pattern in patterns:
                text, found = re.subn(rf"(?m)^{pattern}", "", text, count=1)
                assert found, pattern
            path.write_text(text, encoding="utf-8")
        return folder

    return copy


@pytest.fixture
def readings(invent):
    return invent({"mine": {"seeds": 1}})


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_has_all_words_that_are_wanted_of_it(language, readings, tmp_path):
    labels = Labels(language.prepare(tmp_path) / "labels")
    above = None if language is FIRST else ENGLISH

    assert all(PARTS.values())
    assert list_lacking(labels, readings, ASKED, CONTENT, above) == {}


def test_all_that_is_missing_is_told_with_its_place_and_what_it_is_for(write, readings):
    labels = Labels(write("en", GONE | DECLARED) / "labels")

    with pytest.raises(SiteError) as refused:
        check_words([(labels, None)], readings, FOUND, CONTENT)
    head, *lines = str(refused.value).splitlines()
    assert head == f"{labels.path}: missing texts: 13. Write:"
    assert set(lines) == {
        '[figure.hard_loss] in *.toml: caption = "…", alt = "…" (hard.md.j2)',
        f'[claim.{CLAIM}] in *.toml: statement = "…", evidence = "…", part.loss = "…",'
        ' part.norm = "…" (hard.md.j2)',
        '[guess.bound_on_new_data] in guesses.toml: why.a = "…" (hard.md.j2)',
        '[kind] in schema.toml: lasso = "…" (a kind of study)',
        '[implementation] in site.toml: projected = "…" (a program or exact solution)',
        '[schema.decay_alone] in schema.toml: factor.meaning = "…", factor.unit = "…"'
        " (a column of the evidence's decay_alone)",
        '[schema.cells] in schema.toml: gradient_noise.meaning = "…", gradient_noise.unit = "…"'
        " (a column of the evidence's noise_alone)",
    }


def test_a_hyperparameter_without_a_name_is_told_with_what_it_means(write, readings):
    labels = Labels(write("en", {"schema.toml": [r'dropped = "p.*\n']}) / "labels")

    with pytest.raises(SiteError, match=r'\[column\] in .*: dropped = "…" \(a hyperparameter: '):
        check_words([(labels, None)], readings, UNASKED, CONTENT)


def test_a_translation_is_told_of_the_words_of_widgets_and_programs_that_its_pages_show(
    write, readings
):
    """A script's words reach the reader unseen by the build, and a program may be on any page."""
    gone = {
        "train.toml": [r'many = ".*\n'],
        "explore.toml": [r'(?<=\[widget\.replay\]\n)name = ".*\n'],
        "site.toml": [r'projected = ".*\n'],
    }
    labels = Labels(write("zh-Hans", gone) / "labels")

    lacking = list_lacking(labels, readings, ASKED, CONTENT, ENGLISH)

    assert set(lacking) == {
        ("widget", "train", "script", "many"),
        ("widget", "replay", "name"),
        ("implementation", "projected"),
    }


def test_what_stands_in_a_comment_or_in_markup_is_no_look_up(tmp_path, readings):
    (tmp_path / "labels").mkdir()
    (tmp_path / "soft.md.j2").write_text(
        '{# {{ figure("hard_loss") }} #} <p data-figure="hard_loss">\n'
    )

    assert list_lacking(Labels(tmp_path / "labels"), readings, FOUND, CONTENT, ENGLISH) == {}


def test_a_build_is_told_of_all_languages_before_it_renders_a_page(
    write, readings, tmp_path, monkeypatch
):
    files = {name: LANGUAGES[name].mkdocs_file for name in ("en", "zh-Hans")}
    languages = {name: Language(name, write(name, GONE), files[name]) for name in files}
    monkeypatch.setattr(publish, "LANGUAGES", languages)
    monkeypatch.setattr(publish, "count_cores", lambda: 1)
    monkeypatch.setattr(Pages, "render", lambda self: pytest.fail("a page is rendered"))

    with pytest.raises(SiteError) as refused:
        publish.write_pages(readings, tmp_path / "build", languages=languages)
    for name in languages:
        head = f"{tmp_path / 'docs' / name / 'labels'}: missing texts: 5. Write:\n"
        assert head in str(refused.value)


def test_a_language_needs_words_for_what_its_pages_show_and_no_others(readings, tmp_path):
    folder = tmp_path / "docs"
    (folder / "labels").mkdir(parents=True)
    page, labels = folder / "soft.md.j2", Labels(folder / "labels")
    assert list_lacking(labels, readings, FOUND, CONTENT, ENGLISH) == {}

    page.write_text(f'{{{{ figure("hard_loss") }}}}\n{{{{ claim("{CLAIM}") }}}}\n')
    keys = {("figure", "hard_loss", "caption"), ("figure", "hard_loss", "alt")}
    keys |= {("claim", CLAIM, key) for key in ("statement", "evidence")}
    keys |= {("claim", CLAIM, "part", part) for part in ("loss", "norm")}
    assert list_lacking(labels, readings, FOUND, CONTENT, ENGLISH) == dict.fromkeys(
        keys, "soft.md.j2"
    )


@pytest.mark.parametrize("kind", ["figure", "claim", "guess", "widget"])
def test_a_misspelt_name_is_left_to_the_look_up_which_tells_its_line(kind, readings, tmp_path):
    (tmp_path / "labels").mkdir()
    (tmp_path / "soft.md.j2").write_text(f'{{{{ {kind}("nonsense") }}}}\n')

    assert list_lacking(Labels(tmp_path / "labels"), readings, FOUND, CONTENT, ENGLISH) == {}


def test_where_nothing_is_missing_matplotlib_is_not_loaded():
    """It takes longer than all the rest."""
    code = (
        "import sys; from pathlib import Path; from wd.report.publish import CONTENT\n"
        "from wd.report.read.labels import Labels; from wd.report import wanted\n"
        "wanted.list_shown = lambda *_: ['hard_loss']\n"
        "assert not wanted.list_lacking(Labels(Path('docs/en/labels')), None, {}, CONTENT)\n"
        "assert 'matplotlib' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
