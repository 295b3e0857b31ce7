"""Translations say what ours say, were made from the present text, and keep to their script."""

import re
import tomllib
from collections import Counter

import pytest

from wd.errors import SiteError
from wd.report.read.translation import Stale, list_stale, mark, read_pieces
from wd.report.site import translations
from wd.report.site.derivation import TERMS
from wd.report.site.languages import FIRST, LANGUAGES, programs
from wd.report.site.translated_program import translate
from wd.report.site.translations import find_all, list_translated, stamp

TRANSLATED = list_translated()
PAGES = [(language, path) for language in TRANSLATED for path in language.folder.glob("*.md.j2")]
FILES = [
    (language, path)
    for language in TRANSLATED
    for path in sorted(language.folder.glob("labels/*.toml"))
]
DERIVED = [language for language in LANGUAGES.values() if language.derivation]
LOOK_UP = re.compile(
    r"\{\{\s*(?P<name>\w+)\(\s*(?P<first>\"[^\"]*\")(?P<rest>[^)]*)\)"
    r"|\{\{\s*(?P<value>[\w.]+)[^}]*\}\}|\{%\s*call (?P<call>\w+\([^)]*\))"
    r"|\{\{\s*\"[^{}]*\"\s*(?P<either>if \w+ else)"
)
PLACEHOLDER = re.compile(r"\{[a-z_][\w.]*[^}]*\}")


def named(each):
    return each.name if hasattr(each, "folder") else each.name.partition(".")[0]


def list_look_ups(text):
    """The look-ups of a page in order, without words among their arguments."""
    found = []
    for match in LOOK_UP.finditer(text):
        first, rest = match["first"] or "", match["rest"] or ""
        if match["name"] == "term":
            rest = ""
        if match["name"] == "mark":
            first = ""
        found.append(
            f"{match['name'] or match['value'] or match['call'] or match['either']} {first}{rest}"
        )
    return found


# Structure


@pytest.mark.parametrize(("language", "path"), PAGES, ids=named)
def test_a_page_has_the_sections_and_look_ups_of_its_original_in_their_order(language, path):
    text, original = (each.read_text(encoding="utf-8") for each in (path, FIRST.folder / path.name))

    anchors, theirs = (re.findall(r"\{ *#([\w-]+)", each) for each in (text, original))
    assert anchors == theirs
    assert list_look_ups(text) == list_look_ups(original)


@pytest.mark.parametrize(("language", "path"), PAGES, ids=named)
def test_a_page_has_the_displayed_formulas_of_its_original(language, path):
    def formulas(file):
        text = file.read_text(encoding="utf-8")
        found = re.findall(r"\{% call equation.*?%\}\n(.*?)\{% endcall", text, re.DOTALL)
        return [re.sub(r"\\text\{[^}]*\}|\s", "", formula) for formula in found]

    assert formulas(path) == formulas(FIRST.folder / path.name)


@pytest.mark.parametrize(("language", "path"), FILES, ids=named)
def test_a_file_of_labels_has_every_text_of_its_original_with_the_same_placeholders(language, path):
    own, original = (
        read_pieces(folder)[f"labels/{path.name}"] for folder in (language.folder, FIRST.folder)
    )

    assert own.keys() == original.keys(), (
        f"translate them in docs/{language.name}/labels/{path.name} as well, then run"
        f" `invoke translated {language.name}`; or move what is new into a file of its own"
    )
    for name, text in own.items():
        assert Counter(PLACEHOLDER.findall(text)) == Counter(PLACEHOLDER.findall(original[name])), (
            name
        )


# What a translation was made from


def test_no_number_and_no_claim_is_older_than_its_original():
    assert [stale for _, stale in find_all() if stale.numbers or stale.unknown] == []


def test_what_is_older_is_listed_with_the_command_that_notes_its_translation(monkeypatch, capsys):
    language, *_ = list_translated()
    changed = Stale("soft.md.j2", "one", numbers=False, unknown=False, untouched=False)
    unread = Stale("hard.md.j2", "", numbers=False, unknown=False, untouched=True)
    for found, told in (([changed, changed], 1), ([unread], 0)):
        monkeypatch.setattr(
            translations, "find_all", lambda found=found: [(language, each) for each in found]
        )

        assert translations.main() == 0
        said = capsys.readouterr().out
        assert said.count(f"run: invoke translated {language.name}\n") == told


@pytest.fixture
def pair(tmp_path):
    """The folders of a small original and its translation, noted as that of the original."""
    first, folder = tmp_path / "aa", tmp_path / "bb"
    for each in (first, folder):
        (each / "labels").mkdir(parents=True)
    (first / "soft.md.j2").write_text(
        "# Title\n\nIntro.\n\n## One { #one }\n\nProse.\nFound: {{ number('x') }}.\n\n"
        "## Two { #two }\n\nMore.\n"
    )
    (first / "labels/soft.toml").write_text('[claim.a]\nstatement = "So."\n[word]\nb = "Word"\n')
    (folder / "soft.md.j2").write_text("# T\n\n## E { #one }\n\n## Z { #two }\n")
    (folder / "labels/soft.toml").write_text('[claim.a]\nstatement = "S."\n[word]\nb = "W"\n')
    assert stamp(first, folder) == 5
    return first, folder


def change(folder, before, after, name="soft.md.j2"):
    text = (folder / name).read_text()
    assert before in text
    (folder / name).write_text(text.replace(before, after))


def test_a_translation_of_the_present_text_is_not_stale(pair):
    assert list_stale(*pair) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "place", "numbers"),
    [
        ("soft.md.j2", "Prose.", "Other prose.", "one", False),
        ("soft.md.j2", "Found:", "We found:", "one", True),
        ("soft.md.j2", "Intro.", "Introduction.", "", False),
        ("labels/soft.toml", "So.", "So it is.", "claim.a.statement", True),
        ("labels/soft.toml", '"Word"', '"A word"', "word.b", False),
    ],
)
def test_a_change_makes_just_its_piece_stale(pair, name, before, after, place, numbers):
    change(pair[0], before, after, name)

    (stale,) = list_stale(*pair)
    assert (stale.file, stale.place, stale.numbers) == (name, place, numbers)


def test_how_lines_are_filled_makes_nothing_stale(pair):
    change(pair[0], "Prose.\n", "Prose.  \n\n")

    assert list_stale(*pair) == []


def test_one_place_can_be_noted_alone(pair):
    change(pair[0], "Prose.", "Other prose.")
    change(pair[0], "More.", "Much more.")

    assert stamp(*pair, "soft.md.j2#one") == 1
    assert [stale.place for stale in list_stale(*pair)] == ["two"]
    with pytest.raises(SiteError, match="there is no 'nowhere'"):
        stamp(*pair, "nowhere")


def test_what_nobody_has_translated_is_not_noted_but_told_as_such(pair):
    first, folder = pair
    (folder / "translated.toml").unlink()
    (first / "labels/soft.toml").write_text('[word]\nb = "Two words"\nc = "λ of {a} and {b}"\n')
    for name in ("soft.md.j2", "labels/soft.toml"):
        (folder / name).write_text((first / name).read_text())
    change(folder, "Prose.", "P.")

    assert stamp(first, folder) == 4
    assert [(each.file, each.place) for each in list_stale(first, folder)] == [
        ("labels/soft.toml", "word.b")
    ]


def test_what_is_the_same_in_both_languages_is_noted_where_it_is_named(pair):
    first, folder = pair
    for each in pair:
        (each / "labels/soft.toml").write_text('[word]\nb = "Dive into Deep Learning"\n')

    assert stamp(first, folder) == 0
    assert stamp(first, folder, "labels/soft.toml#word.b") == 1
    assert list_stale(first, folder) == []


def test_of_a_program_only_words_are_translated(pair):
    first, folder = pair
    cells = "# %%\nimport torch\n\n# %%\n# Train the model.\nmodel.train()\n"
    for each in pair:
        (each / "notebooks").mkdir()
        (each / "notebooks/a.py").write_text(cells)

    assert stamp(first, folder) == 1
    assert [each.place for each in list_stale(first, folder) if each.untouched] == ["2"]


def test_what_was_never_noted_is_told_as_such(pair):
    (pair[1] / "translated.toml").unlink()

    assert all(stale.unknown for stale in list_stale(*pair))


def test_a_page_says_under_which_headings_its_original_is_newer():
    page = mark("# T\n\nA.\n\n## One { #one }\n\nB.\n", ["", "one"], lambda place: f"newer {place}")

    assert page == (
        "# T\n\nnewer \n{: .newer }\n\n\nA.\n\n## One { #one }\n\nnewer one\n{: .newer }\n\n\nB.\n"
    )


# Programs


@pytest.mark.parametrize("language", TRANSLATED, ids=named)
def test_a_translated_program_prints_what_its_notebook_says(language, executed, tmp_path):
    """Its results are taken from the original; here it is executed in truth."""
    from wd.report.site.notebooks import execute_all

    sources = programs(language.folder)
    truth = execute_all(sources.values(), timeout_s=300)
    for name, source in sources.items():
        made = translate(executed[name].encode(), programs()[name], source, tmp_path)
        printed = [
            [re.findall(r'"text": \[(.*?)\]', text, re.DOTALL)]
            for text in (made.decode(), truth[source][0])
        ]
        assert printed[0] == printed[1]


def test_a_program_whose_code_differs_is_refused(executed, tmp_path):
    source = programs()["scratch"]
    other = tmp_path / "scratch.py"
    other.write_text(source.read_text(encoding="utf-8").replace("lr = 0.003", "lr = 0.004"))

    with pytest.raises(SiteError, match="its code isn't that of the first language's program"):
        translate(executed["scratch"].encode(), source, other, tmp_path)


# Scripts


def list_texts(folder):
    """All that people read of a language, by file; without what the search alone reads."""
    files = [*folder.glob("*.md.j2"), *folder.glob("labels/*.toml"), *folder.glob("notebooks/*.py")]
    for path in sorted(files):
        text = path.read_text(encoding="utf-8")
        yield path, re.sub(r"^search:\n(?:[ ][^\n]*\n)+", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "language",
    [each for each in LANGUAGES.values() if (each.folder / "words.toml").is_file()],
    ids=named,
)
def test_a_language_has_no_word_and_no_letter_that_it_forbids(language, tmp_path):
    rules = tomllib.loads((language.folder / "words.toml").read_text(encoding="utf-8"))
    letters = set(rules.get("letters", ""))
    found = []
    for path, text in list_texts(language.prepare(tmp_path)):
        for number, line in enumerate(text.splitlines(), start=1):
            bare = "".join(letter for letter in line if letter not in letters)
            han = "".join(re.findall("[\u4e00-\u9fff]", bare))
            foreign = [each for each in han if not each.encode(rules["encoding"], "ignore")]
            words = [word for word in rules["forbidden"] if word in line]
            found += [f"{path.name}:{number}: {each}" for each in [*foreign, *words]]
    assert found == []


@pytest.mark.parametrize("language", DERIVED, ids=named)
def test_every_word_of_the_list_is_needed(language):
    derivation = language.derivation
    source = LANGUAGES[derivation.source]
    texts = [path.read_text(encoding="utf-8") for path, _ in list_texts(source.folder)]
    texts.append(source.mkdocs_file.read_text(encoding="utf-8"))
    words = sorted(derivation.terms, key=len, reverse=True)
    used = set(re.findall("|".join(map(re.escape, words)), "\n".join(texts)))

    assert sorted(set(words) - used) == [], language.folder / TERMS
