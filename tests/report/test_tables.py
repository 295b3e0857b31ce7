"""Tables hold what the evidence says, and nothing in a cell can break them."""

import markdown as python_markdown
import pytest

from wd.declarations import HYPERPARAMETERS
from wd.errors import SiteError
from wd.report.content.published import read_norms
from wd.report.publish import CONTENT
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Missing
from wd.report.read.tables import TABLES, markdown
from wd.report.site.sheets import frame_tables

TABLES.load(CONTENT)


def cells(text):
    """The cells of a Markdown table, by row."""
    rows = [line.strip("|").split("|") for line in text.splitlines()]
    return [[cell.strip() for cell in row] for row in rows]


HOSTILE = ["a|b", "a\nb", "<script>x</script>", "&lt;", "\\|", "`|`"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_can_break_out_of_its_table(cell):
    html = python_markdown.markdown(markdown(["one", "two"], [[cell, "end"]], 1), extensions=["tables"])  # fmt: skip  # noqa: E501

    assert html.count("<td") == 2
    assert html.count("<tr>") == 2
    assert ">end</td>" in html
    assert "<script" not in html


def test_numbers_are_set_flush_right_and_words_flush_left():
    assert cells(markdown(["a", "b", "c"], [["x", "1", "2"]], 2))[1] == [":--", "--:", "--:"]


def test_the_norms_are_one_row_per_program_and_strength(invent, labels):
    """Seed 0 as one reader would see it, the median, and where nine tenths lie."""
    chapter = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 3}

    header, _, *rows = cells(TABLES["norms"](invent({"chapter": chapter}), labels))

    assert header[2] == "‖w‖, seed 0"
    assert rows[0] == ["scratch", "0", "13.00", "14.3", "13.1 – 15.5"]
    assert [row[:2] for row in rows] == [
        ["scratch", "0"], ["scratch", "3"], ["concise", "0"], ["concise", "3"],
    ]  # fmt: skip


def test_a_program_that_diverged_is_shown_as_diverged_and_never_as_a_number(invent, labels):
    chapter = {"lr": [0.003, 10], "seeds": 3}
    readings = invent({"chapter": chapter})

    _, _, good, bad = cells(TABLES["norms"](readings, labels))
    assert bad == ["scratch", "0", "diverged", "diverged", ""]
    assert "diverged" not in good

    header, _, good, bad = cells(TABLES["study_norms"](readings, labels, study="chapter"))
    assert header[-1] == "diverged"
    assert (good[-1], bad[-1]) == ("0", "3")
    assert bad[2] == "diverged"
    assert not any(cell in ("nan", "None", "inf") for row in (good, bad) for cell in row)


def test_the_one_reader_whose_run_diverged_sees_it_while_others_are_counted(invent, labels):
    readings = invent({"chapter": {"seeds": 3}}, lambda _, seed: (1.0,) * 4 if seed else None)

    (row,) = cells(TABLES["norms"](readings, labels))[2:]
    assert row == ["scratch", "0", "diverged", "1.00", "1.00 – 1.00"]
    (row,) = cells(TABLES["study_norms"](readings, labels, study="chapter"))[2:]
    assert row[-1] == "1"


def test_a_study_shows_a_column_for_what_varies_in_its_grid_and_no_other(invent, labels):
    readings = invent({"mine": {"weight_decay": [0, 3], "n_train": [20, 40], "seeds": 1}})

    header, _, *rows = cells(TABLES["study_norms"](readings, labels, study="mine"))

    assert header[:3] == ["program", "λ", "n"]
    assert sorted(row[1:3] for row in rows) == [["0", "20"], ["0", "40"], ["3", "20"], ["3", "40"]]
    assert header[3] == "‖w‖"


def test_what_differs_by_itself_between_two_programs_is_no_column(invent, labels):
    """Concise starts its bias at random, scratch knows a decay of the bias: no one chose that."""
    study = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 1}

    header = cells(TABLES["study_norms"](invent({"mine": study}), labels, study="mine"))[0]

    assert header[:3] == ["program", "λ", "‖w‖"]


def test_what_an_implementation_does_not_read_is_shown_as_not_used(invent, labels):
    study = {"implementation": ["scratch", "constant"], "weight_decay": [0, 3], "seeds": 1}

    rows = cells(TABLES["study_norms"](invent({"mine": study}), labels, study="mine"))[2:]

    assert [row[:2] for row in rows] == [["scratch", "0"], ["scratch", "3"], ["constant", "–"]]


@pytest.mark.parametrize(
    ("name", "arguments"), [("norms", {}), ("study_norms", {"study": "nonsense"})]
)
def test_a_table_of_a_study_that_is_not_there_is_missing(invent, labels, name, arguments):
    with pytest.raises(Missing):
        TABLES[name](invent({"mine": {"seeds": 1}}), labels, **arguments)


def test_every_hyperparameter_that_can_vary_has_a_heading(invent, labels):
    for name in HYPERPARAMETERS:
        assert labels("column", name)


# Labels


def write_labels(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_word_that_is_not_there_fails_with_its_name(tmp_path):
    words = Labels(write_labels(tmp_path, site='[word]\none = "{a} of {b}"\n'))

    assert words("word", "one", a=1, b=2) == "1 of 2"
    lacking = [(("word", "two"), {}), (("nope", "one"), {}), (("word", "one"), {"a": 1})]
    for keys, numbers in lacking:
        with pytest.raises(SiteError, match="nope" if "nope" in keys else r"word\.(one|two)"):
            words(*keys, **numbers)


def test_a_word_that_is_not_there_is_told_with_the_file_to_write_it_in(tmp_path):
    """That is the file that has its table; where several have it, or none, any will do."""
    texts = {"a": '[word]\none = "1"\n[figure.x]\n', "b": '[word]\ntwo = "2"\n'}
    words = Labels(write_labels(tmp_path, **texts))

    for keys, place in (
        (("figure", "x", "alt"), r'Write alt = "…" under \[figure\.x\] in a\.toml'),
        (("word", "three"), r'Write three = "…" under \[word\] in \*\.toml'),
        (("figure", "y", "alt"), r"Write it in a\.toml"),
    ):
        with pytest.raises(SiteError, match=place):
            words(*keys)


def test_a_list_among_the_numbers_has_the_languages_own_signs(tmp_path):
    text = '[word]\nenumeration = "、"\nlist_separator = "；"\ncosts = "代价{costs}。"\n'
    words = Labels(write_labels(tmp_path, site=text))

    assert words("word", "costs", costs=("1", "2")) == "代价1、2。"
    assert words("word", "costs", costs=(("1", "2"), ("3",))) == "代价1、2；3。"


@pytest.mark.parametrize("text", ["[word\n", "word", '[word]\none = "two'])
def test_words_that_are_no_toml_fail_with_the_files_name(tmp_path, text):
    with pytest.raises(SiteError, match=r"site\.toml"):
        Labels(write_labels(tmp_path, site=text))


def test_one_text_in_two_files_is_refused(tmp_path):
    with pytest.raises(SiteError, match="one"):
        Labels(write_labels(tmp_path, a='[word]\none = "1"\n', b='[word]\none = "2"\n'))


# Editions

BOTH = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 2}
CONSTANT = {"implementation": "constant", "seeds": 2}
ENGLISH = {"init_std": 0.01, "lr": 0.01, "epochs": 10, "weight_decay": [0, 3], "seeds": 2}


def test_each_edition_has_its_programs_beside_the_constant(invent, labels):
    """The invented constant tests at 2 and 2.2, as every program does without decay."""
    readings = invent({"chapter": BOTH, "english": ENGLISH, "reference": CONSTANT})

    _, _, *rows = cells(TABLES["editions"](readings, labels))

    assert [row[:3] for row in rows] == [
        ["Chinese", "scratch", "0"], ["Chinese", "scratch", "3"],
        ["Chinese", "concise", "0"], ["Chinese", "concise", "3"],
        ["English", "scratch", "0"], ["English", "scratch", "3"],
    ]  # fmt: skip
    assert rows[0][3].startswith("13.7")
    assert rows[0][4] == write((13**2 + 14.3**2) / 4)
    assert [row[6].split()[0] for row in rows[:2]] == ["1.00", "0.250"]


def test_an_edition_with_other_settings_than_its_books_is_not_shown(invent, labels):
    readings = invent({"chapter": BOTH, "english": ENGLISH | {"epochs": 9}, "reference": CONSTANT})

    _, _, *rows = cells(TABLES["editions"](readings, labels))
    assert {row[0] for row in rows} == {"Chinese"}


def test_a_published_half_square_is_placed_among_half_squares(invent, labels):
    """Norms of which one in four prints less than the published numbers."""

    def value(setting, seed):
        halves = [0.0, 1.0, 1.0, 1.0]
        published = {
            ("scratch", 0.0): 0.010327, ("scratch", 3.0): 0.000598,
            ("concise", 3.0): 0.001001 if setting.epochs == 30 else 0.0125,
        }.get((setting.implementation, setting.weight_decay), 1.0)  # fmt: skip
        return 1.0, 1.0, (2 * published * (0.9 + 0.2 * halves[seed])) ** 0.5, 0.0

    four = ENGLISH | {"seeds": 4}
    concise = four | {
        "implementation": "concise",
        "init": "uniform",
        "init_std": 0.0408248290463863,
    }
    studies = {
        "english_concise": concise,
        "newest": four | {"epochs": 30},
        "newest_concise": concise | {"epochs": 30},
    }
    _, _, *rows = cells(TABLES["published_half_squares"](invent(studies, value), labels))

    shares = {row[3]: float(row[4].split()[0]) for row in rows}
    assert (shares["0.010327"], shares["0.000598"], shares["0.001001"]) == (25, 25, 25)
    assert len(rows) == len(read_norms(printed="half_square"))


def test_a_cell_with_a_sentence_is_marked_also_where_its_column_is_set_to_the_left():
    name = '<a href="#"><code>sweep</code></a>'
    left = 'style="text-align: left;"'
    framed = frame_tables(
        f"<table><td {left}>{name} How do norm and losses depend on λ?</td><td {left}>0.1</td>"
        "<td>half of the mean squared error</td></table>"
    )
    assert framed.count("sheet__words") == 2
    assert f'<td class="sheet__words" {left}>{name} How' in framed
