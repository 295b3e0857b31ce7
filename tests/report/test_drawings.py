"""Figures are the same bytes from the same evidence, and are drawn when something has changed."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from wd.declarations import IMPLEMENTATIONS
from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.report.content.looks import LOOKS, find_look
from wd.report.publish import CONTENT
from wd.report.read import figures
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.read.style import LIGHT, WIDTHS
from wd.report.tell.drawings import Drawings

ROOT = Path(__file__).parents[2]
STUDIES = {
    "chapter": {
        "implementation": ["scratch", "concise"],
        "weight_decay": [0, 3],
        "seeds": 5,
        "curves_every": 25,
    },
    "sweep": {"implementation": ["scratch", "concise"], "weight_decay": [0, 1, 3], "seeds": 5},
}
FIGURES = ("sweep_norm", "norm_distribution", "chapter_loss_scratch")

figure = pytest.mark.parametrize("name", FIGURES)


@pytest.fixture(scope="module")
def readings(write_evidence, tmp_path_factory):
    path = tmp_path_factory.mktemp("drawn") / "evidence.sqlite"
    wanted = write_evidence(path, STUDIES)
    with Evidence(path) as evidence:
        yield Readings(wanted, evidence)


@pytest.fixture(scope="module")
def cache(readings, labels, tmp_path_factory):
    """A folder in which all figures of these tests are drawn already; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("cache")
    drawn = Drawings(readings, labels, folder, CONTENT)
    for name in FIGURES:
        drawn.place(name)
    return folder


@pytest.fixture
def drawings(readings, labels, cache, tmp_path):
    """Drawings whose cache a test may damage."""
    shutil.copytree(cache, tmp_path / "cache")
    return Drawings(readings, labels, tmp_path / "cache", CONTENT)


def files_of(name):
    return [f"{name}{width}-{theme}" for width in ("", "-narrow") for theme in ("light", "dark")]


def digest(files):
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


DRAW = """
import hashlib, json, sys
from pathlib import Path
from wd import config
from wd.evidence.store import Evidence
from wd.report.publish import CONTENT
from wd.report.tell.drawings import Drawings
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.publish import CONTENT
studies, evidence, cache, names = json.loads(sys.argv[1])
readings = Readings(config.parse({"study": studies}), Evidence(Path(evidence)))
drawings = Drawings(readings, Labels(Path.cwd() / "docs/en/labels"), Path(cache), CONTENT)
for name in names:
    drawings.place(name)
print(json.dumps({n: hashlib.sha256(c).hexdigest() for n, c in drawings.files.items()}))
"""


def test_two_processes_with_two_hash_seeds_draw_the_same_bytes(readings, tmp_path):
    evidence = readings.evidence.path
    drawn = []
    for seed in ("1", "2"):
        arguments = json.dumps([STUDIES, str(evidence), str(tmp_path / seed), FIGURES[:2]])
        done = subprocess.run(
            [sys.executable, "-c", DRAW, arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        drawn.append(json.loads(done.stdout))

    assert len(drawn[0]) == 5 * 2  # two widths of each theme, and the data
    assert drawn[0] == drawn[1]


@figure
def test_a_figure_is_an_image_of_each_theme_and_width_with_its_data(drawings, name):
    placed = drawings.place(name)

    images = [drawings.files[f"figures/{file}.svg"] for file in files_of(name)]
    assert len(set(images)) == 4
    assert all(ElementTree.fromstring(image).tag.endswith("svg") for image in images)
    width, height = re.search(r'data-narrow="(\d+) (\d+)"', placed).groups()
    assert f'width="{width}pt" height="{height}pt"'.encode() in images[2]
    assert placed.index("-light.svg#only-light") < placed.index("-dark.svg#only-dark")
    rows = list(csv.reader(io.StringIO(drawings.files[f"data/figures/{name}.csv"].decode())))
    assert len(rows) > 4
    assert {len(row) for row in rows} == {len(rows[0])}
    assert f"data/figures/{name}.csv" in placed
    assert f'id="fig-{name}"' in placed


@figure
def test_a_figure_says_nothing_about_time_place_or_tool(drawings, name):
    drawings.place(name)

    for file in files_of(name):
        text = drawings.files[f"figures/{file}.svg"].decode()
        assert not re.search(r"dc:date|dc:creator|\b20\d\d-\d\d-\d\d|" + re.escape(str(ROOT)), text)


def test_light_and_dark_differ_in_colours_alone(drawings):
    drawings.place("sweep_norm")

    bare = {
        re.sub(rb"#[0-9a-f]{6}", b"#", drawings.files[f"figures/sweep_norm-{theme}.svg"])
        for theme in ("light", "dark")
    }
    assert len({re.sub(rb'(id="|url\(#|href="#)[^")]*', b"", each) for each in bare}) == 1


def test_programs_differ_in_the_style_of_their_lines_and_not_in_colour_alone(drawings):
    """Blind to colours one still sees which is which."""
    drawings.place("sweep_norm")

    text = drawings.files["figures/sweep_norm-light.svg"].decode()
    lines = re.findall(
        r'style="fill: none; (?:stroke-dasharray: [^;]*; [^;]*; )?stroke: (#\w+)', text
    )
    dashed = re.findall(r"stroke-dasharray: [\d.,]+; [^;]*; stroke: (#\w+)", text)
    assert "#0072b2" in lines
    assert "#0072b2" not in dashed
    assert "#b34700" in dashed


def test_the_alternative_text_says_what_is_to_be_seen_in_numbers(drawings):
    """The first and last median of the invented norms: 13·1.2 at λ = 0, a quarter at λ = 3."""
    (alt, _) = re.findall(r"!\[(.*?)\]\(", drawings.place("sweep_norm"))

    assert "15.6 at λ = 0" in alt
    assert "3.90 at λ = 3" in alt
    assert "{" not in alt


def test_an_alternative_text_cannot_break_out_of_its_image(drawings):
    from wd.report.read.escapes import escape_markdown

    text = escape_markdown('a "quoted" [text](javascript:x) with *stars*\nand <b>')

    assert "\n" not in text
    assert '"' not in text
    assert "<" not in text
    assert not re.search(r"(?<!\\)[\[\]*]", text)


# The cache


@pytest.fixture
def spy(monkeypatch, cache):
    """Counts how often a figure is drawn: once for each width, for both themes."""
    original, drawn = figures.FIGURES["sweep_norm"], []

    def draw(*arguments):
        drawn.append(arguments)
        return original(*arguments)

    monkeypatch.setitem(figures.FIGURES, "sweep_norm", draw)
    return drawn


def test_a_figure_is_not_drawn_again_from_the_same_evidence(drawings, spy):
    drawings.place("sweep_norm")

    assert spy == []


def test_a_rebuild_from_the_cache_needs_no_matplotlib(readings, cache):
    code = f"{DRAW}\nprint('matplotlib' in sys.modules)"
    arguments = json.dumps([STUDIES, str(readings.evidence.path), str(cache), FIGURES])
    done = subprocess.run(
        [sys.executable, "-c", code, arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("damage", [".*", r"(?<=\n).*", "<path", r"(?<=\n)"])
def test_a_damaged_drawing_is_drawn_again(drawings, spy, tmp_path, damage):
    drawings.place("sweep_norm")
    before = digest(drawings.files)
    file = tmp_path / "cache/sweep_norm.json"
    file.write_text(re.sub(damage, "[]", file.read_text(encoding="utf-8"), count=1))

    drawings.place("sweep_norm")

    assert len(spy) == len(WIDTHS)
    assert digest(drawings.files) == before


@pytest.mark.parametrize(
    ("words", "others", "drawn"),
    [
        ('[implementation]\nscratch = "', "by hand, ", True),
        ("The printed norm over", "Norms: ", False),
    ],
    ids=["in the figure", "in its caption"],
)
def test_other_words_draw_the_figure_again_if_they_stand_in_it(
    readings, drawings, spy, tmp_path, words, others, drawn
):
    folder = tmp_path / "labels"
    folder.mkdir()
    changed = 0
    for file in (ROOT / "docs/en/labels").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        changed += text.count(words)
        (folder / file.name).write_text(text.replace(words, words + others), encoding="utf-8")

    again = Drawings(readings, Labels(folder), tmp_path / "cache", CONTENT).place("sweep_norm")

    assert changed == 1
    assert len(spy) == (len(WIDTHS) if drawn else 0)
    assert others in again


def test_other_evidence_draws_the_figure_again(drawings, readings, labels, spy, tmp_path):
    copy = tmp_path / "evidence.sqlite"
    shutil.copyfile(readings.evidence.path, copy)
    with Evidence(copy, writable=True) as store:
        store.begin({"commit": "another"})

    with Evidence(copy) as evidence:
        other = Readings(readings.config, evidence)
        Drawings(other, labels, tmp_path / "cache", CONTENT).place("sweep_norm")

    assert len(spy) == len(WIDTHS)


# What cannot be drawn


def test_a_figure_that_does_not_exist_fails_with_its_name(drawings):
    with pytest.raises(SiteError, match="'swep_norm'"):
        drawings.place("swep_norm")


def test_two_figures_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two figures are named 'sweep_norm'"):
        figures.figure("sweep_norm")(lambda *_: None)


@pytest.mark.parametrize("name", ["sweep_norm", "norm_distribution"])
def test_where_some_runs_diverged_the_rest_is_drawn_without_a_nan(invent, labels, tmp_path, name):
    """λ = 900 diverges throughout: its row has no number and the words say nothing of it."""
    hot = {each: table | {"weight_decay": [0, 3, 900]} for each, table in STUDIES.items()}
    readings = invent(
        hot, lambda setting, seed: None if setting.weight_decay > 3 else (1.0, 2.0, 3.0 + seed, 0.1)
    )
    drawn = Drawings(readings, labels, tmp_path / "cache", CONTENT)

    placed = drawn.place(name)

    assert not re.search(r"\bnan\b|\binf\b", placed)
    assert b"nan" not in drawn.files[f"data/figures/{name}.csv"]


# No program is forgotten


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_every_implementation_has_a_colour_a_line_and_a_word(labels, implementation):
    role, dashes = find_look(implementation)

    assert role in LIGHT.colours
    assert dashes
    assert labels("implementation", implementation)


def test_no_two_implementations_look_alike():
    looks = [repr(find_look(each)) for each in IMPLEMENTATIONS]

    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("name", ["sweep_norm", "norm_distribution"])
def test_a_program_without_a_look_is_an_error_and_never_left_out(
    invent, labels, tmp_path, monkeypatch, name
):
    monkeypatch.delitem(LOOKS, "concise")

    with pytest.raises(SiteError, match="'concise' has no colour"):
        Drawings(invent(STUDIES), labels, tmp_path / "cache", CONTENT).place(name)


def test_a_figure_over_the_decay_shows_every_implementation_of_its_study_that_knows_one(
    invent, labels, tmp_path
):
    """The constant knows no λ; the exact optimum does."""
    everything = ["scratch", "concise", "ridge", "constant"]
    sweep = STUDIES["sweep"] | {"implementation": everything}
    drawn = Drawings(invent({"sweep": sweep}), labels, tmp_path / "cache", CONTENT)

    drawn.place("sweep_norm")

    rows = csv.DictReader(io.StringIO(drawn.files["data/figures/sweep_norm.csv"].decode()))
    assert {row["implementation"] for row in rows} == {"scratch", "concise", "ridge"}
