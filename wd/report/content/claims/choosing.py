"""Choosing λ: which ways of choosing fail, why, and what a wrong λ costs."""

from __future__ import annotations

import numpy as np

from wd.declarations.kinds.choosing import METHODS
from wd.report.content.book import require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, proved, share, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up
from wd.report.read.statistics import median_interval

FAILED = 2
"""A choice has failed whose risk is so many times the least one of the grid."""
_DEAR = 1.2  # a choice is dear whose risk is so many times the least one
_LESS = 1000  # so many times below the formula's is next to no decay
_WRONG = 10  # a λ so many times too small or too large
_ENOUGH = 100  # from so many data sets on a mean of risks says which λ is the best
_OTHER = 3  # a λ so many times smaller or larger than another is another choice
_STEP = 2.2  # λ on the recorded grid are so many times apart, at most


def find_square(readings: Readings) -> Reading:
    """Find the data with as many examples as features and the least noise.

    Raises:
        Missing: If there are none.
    """
    cell = line_up(readings, "choosing_square", "noise_std")[0]
    if cell.setting.n_train != cell.setting.n_features:
        raise Missing("premise", study="choosing_square", premise="square")
    return cell


def find_tall(readings: Readings) -> Reading:
    """Find the data with more examples than features.

    Raises:
        Missing: If there are none.
    """
    cell = find_settled(readings, "choosing_tall")
    if cell.setting.n_train <= cell.setting.n_features:
        raise Missing("premise", study="choosing_tall", premise="more_examples")
    return cell


def fails(cell: Reading, method: str) -> np.ndarray:
    """Tell on which data sets a method's choice has failed, (seeds,)."""
    return cell[f"{method}_regret"] > FAILED


def takes_next_to_none(cell: Reading, method: str) -> np.ndarray:
    """Tell on which data sets a method takes a λ far below the formula's, (seeds,)."""
    return cell[f"{method}_chosen"] < cell["formula"] / _LESS


def read_path(cell: Reading) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Read the λ of a cell's path, (points,), and risk and scores there, (seeds, points)."""
    path = cell.series("choosing_path")
    return path["tried"][0], path


def _nearest(tried: np.ndarray, decay: float) -> int:
    """Find the place of the λ that is nearest in ratio."""
    return int(np.argmin(np.abs(np.log(tried / decay))))


@claim("left-out-residuals-need-one-fit")
def left_out_residuals_need_one_fit(readings: Readings) -> Finding:
    """The shortcuts against fits without the examples; and where the textbook's form fails."""
    cells = line_up(readings, "left_out", "n_features")
    wide = [cell for cell in cells if cell.setting.n_train <= cell.setting.n_features]
    if not wide:
        raise Missing("premise", study="left_out", premise="no_more_examples")
    return Finding(
        (
            proved("one", _gather(cells, "leave_one_out_distance"), below=1e-10, digits=1),
            proved("five", _gather(cells, "five_fold_distance"), below=1e-10, digits=1),
            worst("textbook", _gather(wide, "textbook_distance"), above=1e-8, digits=1),
        ),
        {"sizes": tuple(str(cell.setting.n_features) for cell in cells)},
    )


def _gather(cells: list[Reading], name: str) -> np.ndarray:
    return np.array([cell[name] for cell in cells])


@claim("five-fold-fails-where-decay-matters")
def five_fold_fails_where_decay_matters(readings: Readings) -> Finding:
    """At n = d five folds and a hold-out fail often, ten folds and leaving one out seldom."""
    square, tall = find_square(readings), find_tall(readings)
    five, ten = fails(square, "five_fold"), fails(square, "ten_fold")
    return Finding(
        (
            share("five", five, above=20),
            share("hold_out", fails(square, "hold_out"), above=40),
            share("ten", ten, below=15),
            share("one", fails(square, "leave_one_out"), below=20),
            share("tall", [fails(tall, method) for method in METHODS], below=5),
        ),
        {
            "times": str(FAILED),
            "n": str(square.setting.n_train),
            "d": str(tall.setting.n_features),
            "five_alone": str(int((five & ~ten).sum())),
            "ten_alone": str(int((ten & ~five).sum())),
            **{
                f"{name}_runs": write_range(square[f"{method}_regret"])
                for name, method in (("five", "five_fold"), ("ten", "ten_fold"))
            },
        },
    )


@claim("folds-do-not-see-the-peak")
def folds_do_not_see_the_peak(readings: Readings) -> Finding:
    """Without decay over the formula's λ: what scores say of it, and what is true."""
    square = find_square(readings)
    tried, path = read_path(square)
    right = _nearest(tried, float(square["formula"][0]))
    ratios = {
        name: path[name][:, 0] / path[name][:, right]
        for name in ("risk", "five_fold", "hold_out", "leave_one_out")
    }
    return Finding(
        (
            median("folds", [ratios["five_fold"], ratios["hold_out"]], below=1.05),
            median("one", ratios["leave_one_out"], above=1.5),
            median("risk", ratios["risk"], above=3),
        ),
        {
            "decay": write(float(tried[right]), 2),
            "hold_out": write_interval(median_interval(ratios["hold_out"])),
            "n": str(square.setting.n_train),
        },
    )


@claim("fresh-examples-choose-well")
def fresh_examples_choose_well(readings: Readings) -> Finding:
    """The regret of a fresh validation set, in each data set of all set-ups."""
    cells = list_all(readings)
    regrets = [cell["fresh_regret"] for cell in cells]
    return Finding(
        (
            worst("each", np.concatenate(regrets), seeds=min(map(len, regrets)), below=1.25),
            median("typical", regrets, below=1.02),
        ),
        {"count": str(len(cells))},
    )


def list_all(readings: Readings) -> list[Reading]:
    """List all cells in which the truth is known, the chapter's first."""
    studies = ("choosing_chapter", "choosing_square", "choosing_tall")
    return [cell for study in studies for cell in readings.cells(study)]


@claim("best-fixed-decay-is-the-formulas")
def best_fixed_decay_is_the_formulas(readings: Readings) -> Finding:
    """The λ with the least mean risk over data sets, where a λ matters, against the formula's."""
    cells = [*line_up(readings, "choosing_square", "noise_std"), find_tall(readings)]
    if min(len(cell.seeds) for cell in cells) < _ENOUGH:
        raise Missing("premise", study="choosing_square", premise="enough_runs")
    ratios, best = [], []
    for cell in cells:
        tried, path = read_path(cell)
        best.append(float(tried[path["risk"].mean(0).argmin()]))
        ratios.append(best[-1] / float(cell["formula"][0]))
    seeds = min(len(cell.seeds) for cell in cells)
    return Finding(
        (worst("ratio", np.array(ratios), seeds=seeds, above=1 / _STEP, below=_STEP, digits=2),),
        {
            "apart": write_exactly(_STEP),
            "best": tuple(write(each, 2) for each in best),
            "formula": tuple(write(float(cell["formula"][0]), 2) for cell in cells),
        },
    )


@claim("wrong-decay-costs-most-at-the-peak")
def wrong_decay_costs_most_at_the_peak(readings: Readings) -> Finding:
    """The risk at a λ ten times too small or too large over that at the formula's."""
    chapter, tall = find_settled(readings, "choosing_chapter"), find_tall(readings)
    require_chapter(chapter)
    find_square(readings)
    square = line_up(readings, "choosing_square", "noise_std")
    less, more = _measure_cost(tall)
    return Finding(
        (
            median("square", [cost for cell in square for cost in _measure_cost(cell)], above=1.15),
            median("less", less, below=1.1),
            median("more", more, above=1.2),
            median("chapter", _measure_cost(chapter), below=1.01),
        ),
        {
            "wrong": str(_WRONG),
            "costs": tuple(
                tuple(write_interval(median_interval(cost)) for cost in _measure_cost(cell))
                for cell in square
            ),
            "levels": tuple(write_exactly(cell.setting.noise_std) for cell in square),
            "d": str(tall.setting.n_features),
        },
    )


def _measure_cost(cell: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Return the risk at a λ too small, and at one too large, over that at the formula's."""
    tried, path = read_path(cell)
    formula = float(cell["formula"][0])
    right, *wrong = (_nearest(tried, formula * factor) for factor in (1, 1 / _WRONG, _WRONG))
    return tuple(path["risk"][:, place] / path["risk"][:, right] for place in wrong)


@claim("split-decides-where-the-choice-hardly-matters")
def split_decides_where_the_choice_hardly_matters(readings: Readings) -> Finding:
    """Real data: how far the λ of a split is from that of leaving one out, and what it costs."""
    flat, steep = (
        find_settled(readings, "choosing_splits", features=each) for each in ("linear", "quadratic")
    )
    spread = float(np.std(flat["winning_score"]))
    return Finding(
        (
            share("flat", _chooses_another(flat), above=50),
            share("steep", _chooses_another(steep), below=10),
            median("cheap", flat["five_fold_loss_ratio"], below=1.05),
            median("bare", steep["none_loss_ratio"], above=3),
        ),
        {
            "other": str(_OTHER),
            "flat_runs": write_range(flat["five_fold_all"], digits=2),
            "steep_runs": write_range(steep["five_fold_all"], digits=2),
            "gap": write(float(np.median(flat["runner_up_gap"])), 1),
            "spread": write(spread, 1),
            "steep_cost": write_interval(median_interval(steep["five_fold_loss_ratio"])),
        },
    )


def _chooses_another(cell: Reading) -> np.ndarray:
    factor = cell["five_fold_all"] / cell["leave_one_out_all"]
    return (factor > _OTHER) | (factor < 1 / _OTHER)


@claim("no-choice-gains-much-on-the-chapters-data")
def no_choice_gains_much_on_the_chapters_data(readings: Readings) -> Finding:
    """On the chapter's data: what each method gains over a constant, and which λ it takes."""
    cell = find_settled(readings, "choosing_chapter")
    require_chapter(cell)
    least = cell["least_risk"] / cell["constant_risk"]
    gains = [100 * (1 - cell[f"{method}_regret"] * least) for method in METHODS]
    return Finding(
        (
            median("gain", gains, below=10, unit="%"),
            share("tiny", [takes_next_to_none(cell, method) for method in METHODS], above=40),
            share("cheap", [cell[f"{method}_regret"] < _DEAR for method in METHODS], above=95),
        ),
        {
            "less": f"{_LESS:,}",
            "dear": write_exactly(round(100 * (_DEAR - 1))),
            "formula": write_exactly(float(f"{cell['formula'][0]:.3g}")),
        },
    )
