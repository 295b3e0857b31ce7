"""Every study of a configuration has a page, made from one template, and its numbers are true."""

import csv
import gzip
import io
import math
import random
import re
import tomllib
from pathlib import Path

import pytest

from wd import config as configs
from wd.config import Config
from wd.declarations import IMPLEMENTATIONS, KINDS, MATRIX
from wd.report.publish import CONTENT
from wd.report.read.figures import FIGURES
from wd.report.read.numbers import write
from wd.report.read.registry import Registry
from wd.report.read.style import LIGHT
from wd.report.tell import rulings
from wd.report.tell.downloads import gather_downloads
from wd.report.tell.drawings import Drawings
from wd.report.tell.pages import Pages

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "docs/en/study.md.j2"
FIGURES.load(CONTENT)


@pytest.fixture
def tell(tmp_path, monkeypatch, invent, labels):
    """A function that renders the pages of some invented studies, and the table of all."""
    monkeypatch.setattr(rulings, "CLAIMS", Registry("claims"))
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
    (folder / "matrix.md.j2").write_text('{{ table("studies") }}\n', encoding="utf-8")

    def tell(studies, *arguments, **document):
        readings = invent(studies, *arguments, **document)
        drawings = Drawings(readings, labels, tmp_path / "cache", CONTENT)
        return Pages(folder, ["matrix"], readings, labels, drawings, CONTENT).render(), readings

    return tell


def read_table(page, anchor):
    """The cells of the first table of a section, its head first."""
    section = page.split(f"{{ #{anchor} ")[1].split("\n## ")[0]
    lines = re.search(r"(?:^\| .*\n)+", section, re.MULTILINE)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if not set("".join(row)) <= set(":-")]


def percentile(values, share):
    """By linear interpolation between the two nearest, as in a textbook."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def written(values):
    """What a page shows of some numbers: median, and 5–95 %."""
    low, middle, high = (write(percentile(values, share)) for share in (0.05, 0.5, 0.95))
    return [middle, f"{low} – {high}"]


def wobbly(setting, seed):
    """Numbers without a pattern; a third of the runs with a large η diverge."""
    draw = random.Random(f"{setting} {seed}")
    if (setting.lr or 0) > 1 and draw.random() < 0.3:
        return None
    return tuple(draw.lognormvariate(0, 2) for _ in range(4))


# Which studies have pages


def names_in(config: Config):
    return [study.name for study in config.studies]


def test_every_published_study_has_a_question_and_its_figures_exist(labels):
    """And nothing has words that isn't published."""
    names = names_in(configs.load(ROOT / "report.toml"))
    words = labels.table("study")

    assert set(words) == set(names)
    assert all(each["purpose"].endswith("?") for each in words.values())
    assert {name for each in words.values() for name in each.get("figures", [])} <= FIGURES.keys()


@pytest.mark.parametrize("path", ["report.toml", "tests/small.toml"])
def test_every_configured_study_has_a_page_and_a_row_and_no_other(tell, monkeypatch, path):
    monkeypatch.setattr(Drawings, "place", lambda self, name: f"figure {name}")
    document = tomllib.loads((ROOT / path).read_text(encoding="utf-8"))
    studies = {name: table | {"seeds": 1} for name, table in document["study"].items()}

    pages, readings = tell(studies)

    assert set(pages) == {"matrix.md", *(f"study-{study}.md" for study in studies)}
    linked = re.findall(r"\[`(.*?)`\]\((.*?)\)", pages["matrix.md"])
    assert linked == [(study, f"study-{study}.md") for study in readings.studies]
    pictured = {study for study in studies if "\nfigure " in pages[f"study-{study}.md"]}
    assert pictured >= set(readings.matrix)


def read_box():
    """The lines of the first page about studies that the published report doesn't have."""
    home = (ROOT / "docs/en/index.md.j2").read_text(encoding="utf-8")
    return home[home.index("{% set own") : home.index("## Three doors")]


def test_the_readmes_example_leads_somewhere(tmp_path, tell):
    """From the first page, in the words of the README itself."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    studies = tomllib.loads(text)["study"]
    (tmp_path / "docs/index.md.j2").write_text(read_box(), encoding="utf-8")

    pages, _ = tell(studies)

    assert "(study-mine.md)" in pages["index.md"]
    assert read_table(pages["study-mine.md"], "varies")[1:] == [
        ["`implementation`", "program", "`scratch`, `concise`"],
        ["`weight_decay`", "λ", "0, 1, 3"],
    ]
    assert ["`n_train`", "n", "40"] in read_table(pages["study-mine.md"], "fixed")
    assert len(read_table(pages["study-mine.md"], "numbers")) == 1 + 6
    assert "figures/study-mine-light.svg" in pages["study-mine.md"]


def test_the_first_page_says_nothing_of_own_studies_where_there_are_none(tmp_path, tell):
    (tmp_path / "docs/index.md.j2").write_text(read_box(), encoding="utf-8")

    pages, _ = tell({"chapter": {"seeds": 1}})

    assert pages["index.md"].strip() == ""


# What a page says


def draw_study(draw):
    """A random study of the matrix: programs, and lists of values."""
    programs = draw.sample(list(IMPLEMENTATIONS), draw.randint(1, 3))
    choices = {
        "weight_decay": [0, 0.001, 0.1, 3, 50, 1e8],
        "theta": [1e-9, 0.5, 40],
        "lr": [1e-5, 0.003, 2],
        "init_std": [0, 1],
        "n_train": [1, 3, 300],
        "true_w": [-1, 0.5],
        "dtype": ["float32", "float64"],
    }
    read = {name for each in programs for name in IMPLEMENTATIONS[each].reads}
    varied = draw.sample(
        sorted(read & choices.keys()), draw.randint(0, min(3, len(read & choices.keys())))
    )
    table = {
        name: draw.sample(choices[name], draw.randint(1, len(choices[name]))) for name in varied
    }
    table |= {"batch_size": 1} if "batch_size" in read else {}
    return {"implementation": programs, "seeds": draw.choice([1, 2, 25])} | table


@pytest.mark.parametrize("seed", range(5))
def test_the_numbers_of_any_study_are_those_of_its_runs(tell, seed):
    """Row by row, recomputed from the file; and nothing is shown that is no number."""
    draw = random.Random(seed)
    pages, readings = tell({f"s{index}": draw_study(draw) for index in range(3)}, wobbly)

    for study in readings.config.studies:
        page = pages[f"study-{study.name}.md"]
        head, *rows = read_table(page, "numbers")
        assert len(rows) == len(study.settings)
        assert not re.search(r"\b(nan|inf|None)\b", page)
        at = [head.index(name) for name in ("‖w‖", "‖w‖, 5–95 %", "test loss", "test loss, 5–95 %")]
        for row, cell in zip(rows, readings.cells(study.name), strict=True):
            runs = readings.evidence.rows(
                "SELECT w_norm, test_loss, status FROM results WHERE cell = ?", [cell.identity]
            )
            norms, losses = ([run[k] for run in runs if run[2] == "ok"] for k in (0, 1))
            shown = [row[place] for place in at]
            wanted = [*written(norms), *written(losses)] if norms else ["diverged", ""] * 2
            assert shown == wanted
            diverged = len(runs) - len(norms)
            assert (row[-1] == str(diverged)) if "diverged" in head else diverged == 0


@pytest.mark.parametrize("kind", [name for name in KINDS if name != MATRIX])
def test_a_study_of_another_kind_shows_each_of_its_numbers_at_each_setting(tell, kind):
    chosen = {"n_train": 3, "n_features": 2 if kind == "landscape" else 9, "batch_size": 2}
    table = {name: value for name, value in chosen.items() if name in KINDS[kind].reads}
    pages, readings = tell({"mine": {"kind": kind, "seeds": 3} | table})

    head, *rows = read_table(pages["study-mine.md"], "numbers")

    (cell,) = readings.cells("mine")
    assert [row[0] for row in rows] == [f"`{name}`" for name in KINDS[kind].numbers]
    assert [row[-2:] for row in rows] == [
        written(cell[name].tolist()) for name in KINDS[kind].numbers
    ]
    assert head[-2:] == ["median", "5–95 %"]


def test_a_study_in_which_everything_diverges_says_so_and_shows_no_number(tell):
    pages, _ = tell({"hot": {"lr": 10, "weight_decay": [0, 3], "seeds": 4}})

    page = pages["study-hot.md"]
    assert "| 2 | 4 | 8 | 8 |" in page
    assert [row[2:] for row in read_table(page, "numbers")[1:]] == [
        ["diverged", "", "diverged", "diverged", "", "4"]
    ] * 2
    assert '!!! info ""' in page
    assert "figures/" not in page


def test_every_value_that_is_not_varied_is_told_with_whose_it_is(tell):
    pages, _ = tell({"mine": {"implementation": ["scratch", "concise", "ridge"], "seeds": [4]}})

    told = {row[0]: row[2] for row in read_table(pages["study-mine.md"], "fixed")[1:]}

    assert told["`bias_init_std`"] == "0 (scratch); 1 (concise)"
    assert told["`lr`"] == "0.003 (scratch, concise)"
    assert told["`n_train`"] == "20"
    assert told["`seeds`"] == "4"
    read = {
        name for each in ("scratch", "concise", "ridge") for name in IMPLEMENTATIONS[each].reads
    }
    assert {name.strip("`") for name in told} == {*read, "seeds", "curves_every", "decompose"}


def test_a_name_that_markdown_would_read_as_emphasis_stays_a_name(tell):
    pages, _ = tell({"_mine_": {"seeds": 1}})

    assert "\n# Study `_mine_`\n" in pages["study-_mine_.md"]


# Its picture


def draw_figure(readings, labels, study="mine"):
    return FIGURES["study"](readings, labels, LIGHT, study=study)


def test_over_one_hyperparameter_each_program_has_a_curve(invent, labels):
    study = {
        "implementation": ["scratch", "ridge", "constant"],
        "weight_decay": [0, 0.1, 1, 10],
        "seeds": 3,
    }

    drawing = draw_figure(invent({"mine": study}), labels)

    curves = {
        row[1]: [each[3] for each in drawing.rows if each[:2] == row[:2]] for row in drawing.rows
    }
    assert curves == {
        "scratch": [0, 0.1, 1, 10],
        "exact ridge": [0, 0.1, 1, 10],
        "constant": [""],
    }


def test_a_decay_of_zero_stands_apart_on_the_logarithmic_axis(invent, labels):
    """No line leads to it, and its mark on the axis says 0."""
    drawing = draw_figure(invent({"mine": {"weight_decay": [0, 0.01, 1, 100], "seeds": 3}}), labels)

    axes = drawing.figure.axes[0]
    assert axes.get_xscale() == "log"
    marks = dict(
        zip((text.get_text() for text in axes.get_xticklabels()), axes.get_xticks(), strict=True)
    )
    assert marks["0"] < 0.01
    longest = max(axes.lines, key=lambda line: len(line.get_xdata()))
    assert list(longest.get_xdata()) == [0.01, 1, 100]
    assert any(list(line.get_xdata()) == [marks["0"]] for line in axes.lines)


def test_of_two_hyperparameters_the_one_with_more_values_is_the_axis(invent, labels):
    study = {"weight_decay": [0, 3], "n_train": [5, 10, 20, 40], "seeds": 2}

    drawing = draw_figure(invent({"mine": study}), labels)

    assert {row[2] for row in drawing.rows} == {"n_train"}
    assert {row[1] for row in drawing.rows} == {"λ = 0", "λ = 3"}


def test_few_settings_are_rows_and_a_single_one_is_a_distribution(invent, labels):
    rows = draw_figure(invent({"mine": {"dtype": ["float32", "float64"], "seeds": 1}}), labels)
    alone = draw_figure(invent({"alone": {"seeds": 40}}), labels, "alone")

    assert [row[1] for row in rows.rows[:2]] == [
        "number format = float32",
        "number format = float64",
    ]
    assert alone.header == ("quantity", "from", "to", "runs")
    assert sum(row[-1] for row in alone.rows if row[0] == "w_norm") == 40


def test_where_all_runs_diverged_the_curve_has_a_gap_and_the_caption_counts(invent, labels):
    study = {"lr": [0.001, 0.01, 2, 3], "weight_decay": [0, 3], "seeds": 2}

    drawing = draw_figure(invent({"mine": study}), labels)

    assert [math.isnan(row[4]) for row in drawing.rows[:4]] == [False, False, True, True]
    assert "Of 16 runs 8 diverged" in labels("figure", "study", "caption", **drawing.numbers)


def test_what_is_too_much_for_one_picture_is_chosen_evenly_and_said(invent, labels):
    study = {"lr": [k / 1000 for k in range(1, 12)], "weight_decay": list(range(10)), "seeds": 1}

    drawing = draw_figure(invent({"mine": study}), labels)

    assert {row[1] for row in drawing.rows} >= {"λ = 0", "λ = 9"}
    assert len({row[1] for row in drawing.rows}) == 8
    assert "Drawn are 8 of 10" in drawing.numbers["more"]


# Its runs


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_runs_of_a_study_are_those_of_the_whole_file_and_large_ones_are_compressed(
    invent, tmp_path
):
    readings = invent({"large": {"seeds": 1001}, "mine": {"lr": [0.1, 10], "seeds": 2}})

    files = gather_downloads(readings, {}, tmp_path / "downloads")

    runs = read_csv(files["data/runs.csv"].read_bytes())
    assert read_csv(files["data/study-mine.csv"].read_bytes()) == [
        run for run in runs if run["study"] == "mine"
    ]
    large = read_csv(gzip.decompress(files["data/study-large.csv.gz"].read_bytes()))
    assert large == [run for run in runs if run["study"] == "large"]


def test_downloads_that_are_made_again_have_the_same_bytes(invent, tmp_path):
    readings = invent({"large": {"seeds": 1001}, "mine": {"lr": [0.1, 10], "seeds": 2}})

    first, again = (gather_downloads(readings, {}, tmp_path / name) for name in ("a", "b"))

    assert {name: path.read_bytes() for name, path in first.items()} == {
        name: path.read_bytes() for name, path in again.items()
    }


@pytest.mark.parametrize("kind", [name for name in KINDS if name != MATRIX])
def test_the_runs_of_every_kind_have_all_its_settings_and_numbers(invent, kind, tmp_path):
    chosen = {"n_train": 3, "n_features": 2 if kind == "landscape" else 9, "batch_size": 2}
    table = {name: value for name, value in chosen.items() if name in KINDS[kind].reads}

    files = gather_downloads(
        invent({"mine": {"kind": kind, "seeds": 2} | table}), {}, tmp_path / "downloads"
    )

    rows = read_csv(files["data/study-mine.csv"].read_bytes())
    assert [row["seed"] for row in rows] == ["0", "1"]
    assert {*KINDS[kind].reads, *KINDS[kind].numbers} <= rows[0].keys()
