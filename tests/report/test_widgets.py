"""Widgets hold what the evidence says, and their script writes and judges as the pages do."""

import json
import shutil
import sqlite3
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from wd import config, pipeline
from wd.errors import SiteError
from wd.evidence import Evidence
from wd.report.frames import Frames
from wd.report.node import node_executable
from wd.report.numbers import write
from wd.report.readings import Missing, Readings
from wd.report.split_norm import split_norm
from wd.report.widgets import load_widgets
from wd.report.widgets.norm import pack
from wd.report.widgets.portrait import fit_parabola

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests/small.toml"
SCRIPTS = ROOT / "docs/assets/explore"


@pytest.fixture(scope="module")
def small_evidence(tmp_path_factory):
    """The evidence of the small report; tests leave it as it is."""
    output = tmp_path_factory.mktemp("widgets")
    pipeline.train(SMALL, output, "cpu", None)
    return output / pipeline.EVIDENCE


@pytest.fixture(scope="module")
def readings(small_evidence):
    with Evidence(small_evidence) as evidence:
        yield Readings(config.load(SMALL), evidence)


@pytest.fixture(scope="module")
def gather(readings, labels):
    """A function that gathers a widget's data from the small report's evidence."""
    return lambda name: load_widgets()[name](readings, labels)


def run_script(*files, calls):
    """Run modules of the site's script in Node and return what the calls give."""
    sources = "\n".join((SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in files)
    code = f"{sources}\nprocess.stdout.write(JSON.stringify([{', '.join(calls)}]));"
    done = subprocess.run(
        [node_executable(), "-"], input=code, capture_output=True, encoding="utf-8", check=True
    )
    return json.loads(done.stdout)


def run_portrait(call):
    return run_script("numbers", "drawing", "portrait", calls=[call])[0]


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
    gather, readings
):
    data = gather("portrait")
    decays = readings.grid("portrait", "weight_decay")
    model = f"readPortrait({json.dumps(data)})"
    solved = run_portrait(f"{decays.tolist()}.map({model}.at)")
    cells = [readings.cell("portrait", weight_decay=decay) for decay in decays]

    np.testing.assert_allclose(
        [each["w"] for each in solved], readings.grid("portrait", "optimum"), rtol=1e-9
    )
    np.testing.assert_allclose(
        [each["pull"] for each in solved[1:]], readings.grid("portrait", "pull")[1:], rtol=1e-9
    )
    for name in ("train", "test"):
        recorded = [cell[f"{name}_loss"][0] for cell in cells]
        np.testing.assert_allclose([each[name] for each in solved], recorded, rtol=1e-9)
        np.testing.assert_allclose(data["solved"][name], recorded, rtol=1e-4)


def test_the_ball_of_an_optimum_leads_back_to_its_decay(gather):
    """The hard constraint shows the same picture as the penalty."""
    data = json.dumps(gather("portrait"))
    decays = [0.1, 0.7, 2, 10]
    there_and_back = f"m => {decays}.map(each => m.solve(m.at(each).theta).decay)"
    found = run_portrait(f"({there_and_back})(readPortrait({data}))")
    np.testing.assert_allclose(found, decays, rtol=1e-9)


def test_a_ball_that_holds_the_undecayed_optimum_needs_no_decay(gather):
    data = json.dumps(gather("portrait"))
    model = f"readPortrait({data})"
    assert run_portrait(f"{model}.solve(1.1 * {model}.free.theta).decay") == 0


@pytest.mark.parametrize("name", ["loss", "optimum"])
def test_a_portrait_that_is_no_parabola_is_refused(small_evidence, labels, tmp_path, name):
    copy = tmp_path / "evidence.sqlite"
    shutil.copyfile(small_evidence, copy)
    with sqlite3.connect(copy) as db:
        query = "SELECT value FROM grids WHERE study = 'portrait' AND name = ?"
        values = np.array(json.loads(db.execute(query, (name,)).fetchone()[0]))
        values[1] *= 1.01
        db.execute(
            "UPDATE grids SET value = ? WHERE study = 'portrait' AND name = ?",
            (json.dumps(values.tolist()), name),
        )
    db.close()
    with Evidence(copy) as evidence, pytest.raises(SiteError, match="parabola"):
        load_widgets()["portrait"](Readings(config.load(SMALL), evidence), labels)


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
    assert data["epochs"] == [20, 40, 60, 80, 100]
    assert data["steps"] == [80, 160, 240, 320, 400]


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
        load_widgets()["replay"](invent({"chapter": chapter}), labels)


# The norm


def test_a_typed_number_has_as_many_packed_norms_below_it_as_recorded_ones():
    values = np.random.default_rng(0).uniform(0.31, 0.46, 500)
    [unpacked] = run_script("norm", calls=[f"unpack({pack(values)})"])
    for typed in np.arange(31_000, 46_000, 7) / 100_000:
        assert (np.array(unpacked) < typed).sum() == (values < typed).sum()


def test_every_slip_has_the_norms_of_its_study(gather, readings):
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
def test_a_norm_far_out_has_the_causes_that_would_print_it(value, usual, causes, others):
    norms = f"(usual => ({NORMS}))(Array.from({{length: 200}}, (_, i) => 0.3 + i / 2000))"
    [found] = run_script("norm", calls=[f"placeNorm({norms}, 'scratch 3', {value})"])
    assert (found["usual"], found["causes"], found["others"]) == (usual, causes, others)


# Numbers


def test_the_script_writes_numbers_as_the_pages_do():
    random = np.random.default_rng(1)
    values = [0, 1, 3, 100, 999.5001, 123456, *(10 ** random.uniform(-12, 9, 300)).tolist()]
    values += [-value for value in values]
    assert run_script("numbers", calls=[f"{values}.map(value => write(value))"])[0] == [
        write(value) for value in values
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("13.69", 13.69), ("0,371", 0.371), (" .5 ", 0.5), ("1.2e-3", 0.0012), ("-2", -2),
     ("L2 norm of w: 0.3711", 0.3711), ("none", None), ("", None)],
)  # fmt: skip
def test_the_script_takes_the_number_that_a_reader_means(typed, meant):
    assert run_script("numbers", calls=[f"parseNumber({json.dumps(typed)})"]) == [meant]


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
    frame = Frames(readings, labels).place(name)
    reader = _Attributes()
    reader.feed(frame)
    [content] = reader.contents
    words = labels.table("widget", name, "script")
    assert json.loads(content) == json.loads(json.dumps({**gather(name), "words": words}))
    assert "\n\n" not in frame


def test_a_frame_for_an_unknown_widget_is_refused(readings, labels):
    with pytest.raises(SiteError, match="no widget 'pendulum'"):
        Frames(readings, labels).place("pendulum")


def test_a_build_without_the_study_misses_its_widget(invent, labels):
    frames = Frames(invent({"mine": {"seeds": 2}}), labels)
    for name in load_widgets():
        with pytest.raises(Missing):
            frames.place(name)
