"""Widgets hold what the evidence says, and their script writes and judges as the pages do."""

import itertools
import json
import shutil
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from wd import config
from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.report.content.explanations import EDITIONS, find_norms, list_explanations
from wd.report.content.landscape import read_landscape
from wd.report.content.split_norm import split_norm
from wd.report.content.widgets.norm import SHARES, find_quantiles, pack
from wd.report.content.widgets.portrait import fit_parabola
from wd.report.publish import CONTENT
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Readings
from wd.report.read.widgets import WIDGETS
from wd.report.site.widget_script import list_scripts
from wd.report.tell.frames import Frames

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests/small.toml"


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


@pytest.fixture(scope="module")
def place(run_script, gather, labels):
    """A function that gives what the form's script makes of calls, with the small report's data."""
    data = gather("norm") | {"words": labels.table("widget", "norm", "script")}
    setup = f"(data => (explanations => CALL)(readExplanations(data)))({json.dumps(data)})"

    def call(text):
        modules = ("numbers", "typed", "explaining")
        [found] = run_script(*modules, calls=[setup.replace("CALL", f"({text})")])
        return found

    return call


def test_a_packed_number_keeps_its_digits(run_script):
    values = np.sort(np.random.default_rng(0).lognormal(-3, 2, 100))
    [unpacked] = run_script("explaining", calls=[f"unpack({pack(values)})"])
    np.testing.assert_allclose(unpacked, values, rtol=6e-5)
    assert sorted(unpacked) == unpacked


def test_the_share_of_runs_below_a_number_is_that_of_the_runs_to_a_per_cent(run_script):
    """From the quantiles of 1,000 runs; at the quantiles themselves it is exact."""
    values = np.random.default_rng(0).normal(0.365, 0.02, 1000)
    quantiles = find_quantiles(values)
    typed = np.linspace(0.28, 0.46, 200)
    runs = json.dumps({"quantiles": quantiles.tolist(), "shares": SHARES})
    calls = [
        f"{each.tolist()}.map(each => shareBelow({runs}, each))" for each in (typed, quantiles)
    ]
    found, exact = run_script("explaining", calls=calls)

    np.testing.assert_allclose(found, [(values < each).mean() for each in typed], atol=0.01)
    np.testing.assert_allclose(exact, SHARES, atol=1e-12)
    assert (found[0], found[-1]) == (0, 1)


def test_runs_that_all_print_one_number_have_it_and_no_other(run_script):
    runs = json.dumps({"quantiles": [0.5] * len(SHARES), "shares": SHARES})
    call = f"[0.4, 0.49, 0.5, 0.51, 0.6].map(each => shareNear({runs}, each))"
    assert run_script("explaining", calls=[call]) == [[0, 1, 1, 1, 0]]


def test_every_explanation_has_the_numbers_that_its_runs_print(gather, readings, labels, place):
    """In every edition, for both programs, with and without the square."""
    expected = [
        each for each in list_explanations(readings, labels) if not each.cell.diverged.any()
    ]
    found = place("explanations.map(each => each.runs.quantiles)")

    assert len(found) == len(expected) > 40
    for quantiles, each in zip(found, expected, strict=True):
        norms = find_quantiles(find_norms(each.cell))
        printed = norms**2 / 2 if each.squared else norms
        np.testing.assert_allclose(quantiles, printed, rtol=1e-3)
    assert {each.edition for each in expected} == set(EDITIONS)
    shown = {(each.edition, each.program) for each in expected}
    assert shown == set(itertools.product(EDITIONS, ("scratch", "concise")))


def test_every_decay_of_the_sweep_can_be_chosen(gather, readings):
    decays = {cell.setting.weight_decay for cell in readings.cells("sweep")}
    assert [value for value, _ in gather("norm")["choices"][2]] == [
        write_exactly(decay) for decay in sorted(decays | {0.0, 3.0})
    ]


def test_a_slip_whose_study_is_missing_is_left_out_and_the_form_stands(invent, labels):
    readings = invent({"chapter": {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 2}})  # fmt: skip  # noqa: E501
    data = WIDGETS.load(CONTENT)["norm"](readings, labels)

    assert [name for name, _ in data["choices"][0]] == ["chapter"]
    assert data["choices"][2] == [["0", "0"], ["3", "3"]]
    assert data["causes"] == [labels("cause", "none"), labels("cause", "half_square")]


def test_settings_that_are_not_the_books_are_not_called_an_edition(invent, labels):
    both = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 2}
    english = {"init_std": 0.01, "lr": 0.01, "epochs": 10, "weight_decay": [0, 3], "seeds": 2}
    readings = invent({"chapter": both, "english": english}, defaults={"n_train": 40})
    data = WIDGETS.load(CONTENT)["norm"](readings, labels)

    assert data["choices"][0] == [["chapter", labels("edition", "own")]]


def test_what_diverged_explains_no_number(invent, labels):
    chapter = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 2}
    readings = invent({"chapter": chapter, "larger_rate": {"lr": [0.01, 10], "seeds": 2}})
    data = WIDGETS.load(CONTENT)["norm"](readings, labels)

    assert labels("cause", "larger_rate", lr="0.01") in data["causes"]
    assert labels("cause", "larger_rate", lr="10") not in data["causes"]


WORDS = {
    **{key: key for key in ("small", "large", "smallest", "largest", "chance", "only", "first")},
    "usual": "usual {percent}",
    "few": "few {beyond}",
    "together": "together {count}",
    "unknown": "unknown",
    "settings": "{implementation} {weight_decay}",
    "settings_elsewhere": "{edition} {implementation} {weight_decay}",
    "cause_elsewhere": "{cause} by {settings}",
    "comma": ",",
    "separator": "; ",
    "row": "{what}: {share}",
    "share": "{count}",
    "up_to": "<{count}",
}
SPREAD = np.quantile(np.linspace(0.95, 1.05, 1001), SHARES)
"""Runs that print numbers within 5 % of one."""


def answer(run_script, explanations, value, chosen=("a", "p", "3"), seeds=1000):
    """Answer a number; an explanation is (cause, edition, program, λ, centre, runs, ½‖w‖²)."""
    causes = list(dict.fromkeys(each[0] for each in explanations))
    centres = list(dict.fromkeys(each[4] for each in explanations))
    data = {
        "words": WORDS,
        "first": [*chosen, "1"],
        "choices": [[["a", "A"], ["b", "B"]], [["p", "P"], ["q", "Q"]]],
        "shares": SHARES,
        "causes": causes,
        "runs": [[seeds, *pack(centre * SPREAD)] for centre in centres],
        "explanations": [
            [causes.index(cause), edition, program, decay, centres.index(centre), squared]
            for cause, edition, program, decay, centre, squared in explanations
        ],
    }
    key = json.dumps(dict(zip(("edition", "program", "decay"), chosen, strict=True)))
    call = f"(data => answerTyped(data, readExplanations(data), {key}, {{ value: {value} }}))({json.dumps(data)})"  # noqa: E501
    [found] = run_script("numbers", "explaining", calls=[call])
    return found


NONE = [("none", "a", "p", "3", 1.0, 0)]


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (1.0, "usual 50"),
        (0.952, "usual 2"),
        (0.9501, "small chance"),
        (1.0499, "large chance"),
        (0.94, "smallest"),
        (1.06, "largest"),
        (1e-300, "smallest"),
        (1e300, "largest"),
    ],
)
def test_a_number_is_usual_or_perhaps_chance_or_beyond_all_runs(run_script, value, verdict):
    assert answer(run_script, NONE, value)["verdict"] == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.9501, "usual 1"),
        (1.0499, "usual 99"),
        (0.94, "smallest few 10"),
        (1.06, "largest few 10"),
    ],
)
def test_twenty_runs_call_nothing_unusual_that_lies_among_them(run_script, value, verdict):
    """The smallest of twenty is no rarity, and ten of a hundred numbers lie beyond all twenty."""
    assert answer(run_script, NONE, value, seeds=20)["verdict"] == verdict


def test_explanations_are_ordered_by_how_many_of_their_runs_lie_near(run_script):
    more = [("x", "a", "p", "3", 1.12, 0), ("y", "a", "p", "3", 1.03, 0)]
    found = answer(run_script, [*NONE, *more], 1.0499)

    names = [row.split(":")[0] for row in found["rows"]]
    shares = [int(row.split(": ")[1]) for row in found["rows"]]
    assert names == ["y", "none", "x"]
    assert shares == sorted(shares, reverse=True)


def test_no_slip_comes_before_what_a_normal_number_cannot_tell_from_it(run_script):
    more = [("x", "a", "p", "3", 1.12, 0), ("y", "a", "p", "3", 1.03, 0)]
    rows = answer(run_script, [*NONE, *more], 1.04)["rows"]
    assert [row.split(":")[0] for row in rows] == ["none", "y", "x"]


def test_what_no_run_prints_is_explained_by_nothing(run_script):
    found = answer(run_script, NONE, 2)
    assert (found["rows"], found["closing"]) == ([], "unknown")


@pytest.mark.parametrize(
    ("centres", "closing"),
    [([], "only"), ([1.001], "together 2"), ([1.01, 1.02], "together 3"), ([1.09], "first")],
)
def test_what_prints_a_number_about_as_often_cannot_be_told_apart(run_script, centres, closing):
    others = [(f"x{centre}", "a", "p", "3", centre, 0) for centre in centres]
    assert answer(run_script, [*NONE, *others], 1.0)["closing"] == closing


def test_another_decay_program_or_edition_is_named_with_all_its_decays_in_order(run_script):
    others = [
        ("none", "a", "p", "12", 1.01, 0),
        ("none", "a", "p", "5", 1.02, 0),
        ("none", "a", "q", "3", 1.03, 0),
        ("none", "b", "p", "3", 1.04, 0),
        ("slip", "a", "q", "3", 1.041, 0),
    ]
    rows = answer(run_script, [*NONE, *others], 1.0)["rows"]

    assert [row.rsplit(":", 1)[0] for row in rows] == [
        "none", "P 5,12", "Q 3", "B P 3", "slip by Q 3",
    ]  # fmt: skip
    assert rows[1].split(": ")[1].startswith("<")


def test_the_same_runs_explain_a_number_once_as_what_the_reader_may_have_done(run_script):
    """Half of the chosen λ is a slip, and not another λ as well."""
    others = [("none", "a", "p", "1.5", 1.1, 0), ("half", "a", "p", "3", 1.1, 0)]
    rows = answer(run_script, [*NONE, *others], 1.1)["rows"]
    assert [row.split(":")[0] for row in rows] == ["half", "none"]

    rows = answer(run_script, [*NONE, *others], 1.1, chosen=("a", "p", "1.5"))["rows"]
    assert [row.split(":")[0] for row in rows] == ["none", "P 3"]


def test_a_printed_half_square_is_compared_with_half_squares(run_script):
    squares = [("none", "a", "p", "3", 1.0, 1), ("whole", "a", "p", "3", 1.0, 0)]
    found = answer(run_script, squares, 0.5)
    assert found["verdict"] == "usual 50"
    assert [row.split(":")[0] for row in found["rows"]] == ["none"]


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
