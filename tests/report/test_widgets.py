"""Widgets hold what the evidence says, and their script writes and judges as the pages do."""

import itertools
import json
import shutil
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from wd import config, pipeline
from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.report.content.landscape import read_landscape
from wd.report.content.split_norm import split_norm
from wd.report.content.widgets.norm import pack
from wd.report.content.widgets.portrait import fit_parabola
from wd.report.publish import CONTENT
from wd.report.read.numbers import write
from wd.report.read.readings import Missing, Readings
from wd.report.read.widgets import WIDGETS
from wd.report.site.mkdocs_hooks import list_scripts
from wd.report.tell.frames import Frames

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests/small.toml"


@pytest.fixture(scope="module")
def small_evidence(tmp_path_factory):
    """The evidence of the small report; tests leave it as it is."""
    output = tmp_path_factory.mktemp("widgets")
    pipeline.run(SMALL, output, "cpu", None, programs=False)
    return output / pipeline.EVIDENCE


@pytest.fixture(scope="module")
def readings(small_evidence):
    with Evidence(small_evidence) as evidence:
        yield Readings(config.load(SMALL), evidence)


@pytest.fixture(scope="module")
def gather(readings, labels):
    """A function that gathers a widget's data from the small report's evidence."""
    return lambda name: WIDGETS.load(CONTENT)[name](readings, labels)


@pytest.fixture(scope="module")
def run_portrait(run_script):
    """A function that gives what one call of the portrait's script gives."""
    return lambda call: run_script("numbers", "drawing", "portrait", calls=[call])[0]


# The portrait


def test_a_parabola_is_read_off_its_grid():
    hessian, best = np.array([[2.0, -0.3], [-0.3, 0.5]]), np.array([0.7, -1.2])
    w1, w2 = np.linspace(-1, 2, 7), np.linspace(-2, 1, 9)
    off = np.stack(np.meshgrid(w1, w2), -1) - best
    loss = 0.25 + 0.5 * np.einsum("rci,ij,rcj->rc", off, hessian, off)

    floor, found, of_loss = fit_parabola(w1, w2, loss)

    assert floor == pytest.approx(0.25, rel=1e-12)
    np.testing.assert_allclose(found, best, rtol=1e-12)
    np.testing.assert_allclose(of_loss, hessian, rtol=1e-12)


def test_the_portraits_coefficients_give_back_every_solved_optimum_and_both_losses(
    gather, readings, run_portrait
):
    data = gather("portrait")
    drawn = read_landscape(readings)
    decays = drawn.weight_decay
    model = f"readPortrait({json.dumps(data)})"
    solved = run_portrait(f"{decays.tolist()}.map({model}.at)")
    cells = [readings.cell("portrait", weight_decay=decay) for decay in decays]

    np.testing.assert_allclose([each["w"] for each in solved], drawn.path, rtol=1e-9)
    np.testing.assert_allclose([each["pull"] for each in solved[1:]], drawn.pull[1:], rtol=1e-9)
    for name in ("train", "test"):
        recorded = [cell[f"{name}_loss"][0] for cell in cells]
        np.testing.assert_allclose([each[name] for each in solved], recorded, rtol=1e-9)
        np.testing.assert_allclose(data["solved"][name], recorded, rtol=1e-4)


def test_the_ball_of_an_optimum_leads_back_to_its_decay(gather, run_portrait):
    """The hard constraint shows the same picture as the penalty."""
    data = json.dumps(gather("portrait"))
    decays = [0.1, 0.7, 2, 10]
    there_and_back = f"m => {decays}.map(each => m.solve(m.at(each).theta).decay)"
    found = run_portrait(f"({there_and_back})(readPortrait({data}))")
    np.testing.assert_allclose(found, decays, rtol=1e-9)


def test_a_ball_that_holds_the_undecayed_optimum_needs_no_decay(gather, run_portrait):
    data = json.dumps(gather("portrait"))
    model = f"readPortrait({data})"
    assert run_portrait(f"{model}.solve(1.1 * {model}.free.theta).decay") == 0


@pytest.mark.parametrize("name", ["loss", "optimum"])
def test_a_portrait_that_is_no_parabola_is_refused(small_evidence, labels, tmp_path, name):
    copy = tmp_path / "evidence.sqlite"
    shutil.copyfile(small_evidence, copy)
    change = {
        "loss": "UPDATE surface SET loss = 1.01 * loss WHERE w1 = (SELECT min(w1) FROM surface)",
        "optimum": "UPDATE measures SET value = 1.01 * value WHERE name = 'optimum1'"
        " AND run IN (SELECT run FROM landscape WHERE weight_decay = 0.5)",
    }[name]
    with sqlite3.connect(copy) as db:
        assert db.execute(change).rowcount > 0
    db.close()
    with Evidence(copy, checked=True) as evidence, pytest.raises(SiteError, match="parabola"):
        WIDGETS.load(CONTENT)["portrait"](Readings(config.load(SMALL), evidence), labels)


# The replay


def test_the_replayed_points_are_those_of_the_first_seed(gather, readings):
    data = gather("replay")
    for implementation in ("scratch", "concise"):
        for decay in (0, 3):
            cell = readings.cell("chapter", implementation=implementation, weight_decay=decay)
            run = data["runs"][f"{implementation} {decay}"]
            columns = {"train": "train_loss", "test": "test_loss", "norm": "w_norm"}
            for name, column in columns.items():
                _, values = cell.curves(column)
                np.testing.assert_allclose(run["curves"][name], values[0], rtol=1e-4)
                low, high = np.percentile(values, [5, 95], axis=0)
                np.testing.assert_allclose(run["bands"][name], [low, high], rtol=1e-2)


def test_a_replay_counts_four_steps_to_the_epoch_of_twenty_examples(gather):
    data = gather("replay")
    assert data["epochs"] == [0, 20, 40, 60, 80, 100]
    assert data["steps"] == [0, 80, 160, 240, 320, 400]


def test_the_replayed_leftover_shrinks_by_one_minus_lr_weight_decay_at_each_step(gather, readings):
    data = gather("replay")
    for decay in (0, 3):
        cell = readings.cell("chapter", implementation="scratch", weight_decay=decay)
        run = data["runs"][f"scratch {decay}"]
        law = (1 - cell.setting.lr * decay) ** np.array(data["steps"])
        np.testing.assert_allclose(run["leftover"], cell.measure("null_start")[0] * law, rtol=1e-4)


def test_the_split_norm_ends_in_the_parts_that_were_measured(readings):
    """The squared row-space part to what float32 keeps of the squared norm it is split off from."""
    for cell in readings.cells("chapter"):
        _, leftover, row = split_norm(cell)
        np.testing.assert_allclose(leftover[:, -1], cell.measure("null_norm"), rtol=1e-5)
        off = row[:, -1] ** 2 - cell.measure("row_norm") ** 2
        assert (np.abs(off) <= 3e-7 * cell["w_norm"] ** 2).all()


def test_a_chapter_that_is_no_grid_of_program_and_decay_has_no_replay(invent, labels):
    chapter = {"weight_decay": [0, 3], "lr": [0.003, 0.01], "seeds": 2, "curves_every": 50}
    with pytest.raises(Missing):
        WIDGETS.load(CONTENT)["replay"](invent({"chapter": chapter}), labels)


# The norm


def test_a_typed_number_has_as_many_packed_norms_below_it_as_recorded_ones(run_script):
    values = np.random.default_rng(0).uniform(0.31, 0.46, 500)
    [unpacked] = run_script("norm", calls=[f"unpack({pack(values)})"])
    for typed in np.arange(31_000, 46_000, 7) / 100_000:
        assert (np.array(unpacked) < typed).sum() == (values < typed).sum()


def test_every_slip_has_the_norms_of_its_study(gather, readings, run_script):
    norms = gather("norm")["norms"]["scratch 3"]
    recorded = {
        "none": readings.cell("chapter", implementation="scratch", weight_decay=3),
        "half_decay": readings.cell("sweep", implementation="scratch", weight_decay=1.5),
        "batch_one": readings.cell("batch_one", implementation="scratch", weight_decay=3),
        "small_start": readings.cell("small_start", implementation="scratch", weight_decay=3),
        "bias_decayed": readings.cell("bias", bias_decay=1, epochs=100),
    }
    unpacked = run_script("norm", calls=[f"unpack({norms[name]})" for name in recorded])
    for (name, cell), values in zip(recorded.items(), unpacked, strict=True):
        np.testing.assert_allclose(values, np.sort(cell["w_norm"]), rtol=1e-4, err_msg=name)
    assert norms.keys() == recorded.keys()


NORMS = """{
    "scratch 3": {
        none: usual,
        half_decay: usual.map(x => 6 * x),
        half_square: usual.map(x => x * x / 2),
    },
    "scratch 0": {none: usual.map(x => 40 * x)}}"""


@pytest.mark.parametrize(
    ("value", "usual", "causes", "others"),
    [
        (0.35, True, [], []),
        (0.06, False, ["half_square"], []),
        (2.1, False, ["half_decay"], []),
        (14.0, False, [], ["scratch 0"]),
        (100.0, False, [], []),
    ],
)
def test_a_norm_far_out_has_the_causes_that_would_print_it(
    run_script, value, usual, causes, others
):
    norms = f"(usual => ({NORMS}))(Array.from({{length: 200}}, (_, i) => 0.3 + i / 2000))"
    [found] = run_script("norm", calls=[f"placeNorm({norms}, 'scratch 3', {value})"])
    assert (found["usual"], found["causes"], found["others"]) == (usual, causes, others)


CELLS = [f"{program} {decay}" for program in ("scratch", "concise") for decay in (0, 3)]
OTHERS = [
    (chosen, others)
    for chosen in CELLS
    for count in (1, 2, 3)
    for others in itertools.combinations([cell for cell in CELLS if cell != chosen], count)
]


@pytest.mark.parametrize(("chosen", "others"), OTHERS)
def test_a_norm_of_other_settings_is_told_what_differs(run_script, labels, chosen, others):
    """Only the program, only λ, or both; each combination has a sentence of its own."""
    words = labels.table("widget", "norm", "script")
    choices = [[(name, name) for name in ("scratch", "concise")]]
    data = {"words": words, "choices": choices, "causes": {}, "first": []}
    norms = {
        cell: {"none": (np.arange(200) / 100 + (10 if cell in others else 50)).tolist()}
        for cell in CELLS
    }
    call = f"answerTyped({json.dumps(data)}, {json.dumps(norms)}, '{chosen}', {{ value: 11 }})"
    [told] = run_script("numbers", "norm", calls=[call])

    settings = [each.split() for each in CELLS if each in others]
    program, decay = chosen.split()
    differ = {(each[0] != program, each[1] != decay) for each in settings}
    kinds = {"program": (True, False), "decay": (False, True), "both": (True, True)}
    sentence = words["elsewhere"]["_".join(kind for kind, of in kinds.items() if of in differ)]
    names = [f"{program} with λ = {decay}" for program, decay in settings]
    assert told.endswith(" " + sentence.format(others=", or ".join(names)))


def test_each_combination_of_differences_has_a_sentence_of_its_own(labels):
    sentences = labels.table("widget", "norm", "script", "elsewhere").values()
    assert len(set(sentences)) == 7


# Numbers


def test_the_script_writes_numbers_as_the_pages_do(run_script):
    random = np.random.default_rng(1)
    values = [0, 1, 3, 100, 999.5001, 123456, *(10 ** random.uniform(-12, 9, 300)).tolist()]
    values += [-value for value in values]
    assert run_script("numbers", calls=[f"{values}.map(value => write(value))"])[0] == [
        write(value) for value in values
    ]


@pytest.mark.parametrize(
    ("start", "stop", "ticks"),
    [
        ("0.02", "20", [0.1, 1, 10]),
        ("0.001", "1", [0.001, 0.01, 0.1, 1]),
        ("0.2", "4", [0.3, 1, 3]),
        ("1e307", "1.7e308", [1e307, 3e307, 1e308]),
        ("0", "1", []),
        ("1", "Infinity", []),
        ("NaN", "1", []),
    ],
)
def test_powers_end_wherever_an_axis_ends(run_script, start, stop, ticks):
    assert run_script("numbers", calls=[f"powersBetween({start}, {stop})"]) == [ticks]


@pytest.mark.parametrize(
    ("start", "stop", "ticks"),
    [
        ("0.29", "0.42", [0.3, 0.35, 0.4]),
        ("11.7", "15.2", [12, 13, 14, 15]),
        ("-1", "1", [-1, -0.5, 0, 0.5, 1]),
        ("1e17", "1e17 + 16", None),
        ("1", "1", []),
        ("0", "Infinity", []),
        ("NaN", "1", []),
    ],
)
def test_round_ticks_end_wherever_an_axis_ends(run_script, start, stop, ticks):
    [found] = run_script("numbers", calls=[f"ticksBetween({start}, {stop}, 5)"])
    assert len(found) < 20 if ticks is None else found == ticks


def test_no_two_modules_of_the_script_take_the_same_name(run_script):
    """They are joined into one scope, in which `start` then runs them."""
    *modules, start = list_scripts()
    assert start == "start"
    assert run_script(*modules, calls=["typeof norm"]) == ["function"]


# Frames


class _Attributes(HTMLParser):
    """Collects the data of the frames in a page."""

    def __init__(self):
        super().__init__()
        self.contents = []

    def handle_starttag(self, tag, attrs):
        self.contents += [value for name, value in attrs if name == "data-content"]


@pytest.mark.parametrize("name", ["portrait", "replay", "norm"])
def test_a_frame_holds_data_and_words_and_no_blank_line(readings, labels, gather, name):
    frame = Frames(readings, labels, CONTENT).place(name)
    reader = _Attributes()
    reader.feed(frame)
    [content] = reader.contents
    words = labels.table("widget", name, "script")
    assert json.loads(content) == json.loads(json.dumps({**gather(name), "words": words}))
    assert "\n\n" not in frame


def test_a_frame_for_an_unknown_widget_is_refused(readings, labels):
    with pytest.raises(SiteError, match="no widget 'pendulum'"):
        Frames(readings, labels, CONTENT).place("pendulum")


def test_a_build_without_the_study_misses_its_widget(invent, labels):
    frames = Frames(invent({"mine": {"seeds": 2}}), labels, CONTENT)
    for name in WIDGETS.load(CONTENT):
        with pytest.raises(Missing):
            frames.place(name)
