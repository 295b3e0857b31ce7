"""The chapter's exercises: what exact computation answers, and the shape of the curve over λ."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import CHAPTER, DECAY, require_chapter
from wd.report.content.claims.twice import gather
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, pair, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import Part, median, proved, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, line_up_decays

_ROUNDING = 1e-12
_EXACT = 1e-10  # of a system of equations, relative
_FLAT = 1  # up to this λ the chapter's curve is level
_EXPECTED = "expected_test_loss"


def find_answers(readings: Readings, weight_decay: float = DECAY) -> Reading:
    """Find the exercises' answers on the chapter's data at one λ."""
    cell = find_settled(readings, "exercises", weight_decay=weight_decay)
    require_chapter(cell)
    return cell


def _list_answers(readings: Readings) -> list[Reading]:
    cells = line_up(readings, "exercises", "weight_decay")
    require_chapter(*cells)
    return cells


def _prove(cells: list[Reading], part: str, name: str, bound: float) -> Part:
    """Let every data set at every λ keep a bound."""
    found, seeds = gather(cells, name)
    return proved(part, found, seeds=seeds, below=bound, digits=1)


def follow_loss(readings: Readings, study: str, **wanted: object) -> list[tuple[float, np.ndarray]]:
    """Follow the exact optimum's expected test loss over λ.

    Returns:
        Each λ with the loss over that without decay, (seeds,).
    """
    bare, *decayed = line_up_decays(readings, study, implementation="ridge", **wanted)
    if not wanted:
        require_chapter(bare)
    return [
        (cell.setting.weight_decay, np.divide(*pair(cell, bare, _EXPECTED))) for cell in decayed
    ]


def follow_square(readings: Readings) -> list[tuple[float, np.ndarray]]:
    """Follow it where there are as many examples as features, with the least noise."""
    cells = readings.cells("noise", implementation="ridge")
    if not cells:
        raise Missing("study", study="noise")
    if any(cell.setting.n_train != cell.setting.n_features for cell in cells):
        raise Missing("premise", study="noise", premise="square")
    return follow_loss(readings, "noise", noise_std=min(cell.setting.noise_std for cell in cells))


def find_lowest(curve: list[tuple[float, np.ndarray]]) -> tuple[float, np.ndarray]:
    """Find the λ whose typical loss is the least, and the losses there."""
    return min(curve, key=lambda point: float(np.median(point[1])))


@claim("chapters-curve-is-no-u")
def chapters_curve_is_no_u(readings: Readings) -> Finding:
    """On the chapter's data the exact optimum's curve is level, then rises; at n = d it is a U."""
    curve, square = follow_loss(readings, "reference"), follow_square(readings)
    level = [100 * (loss - 1) for decay, loss in curve if decay <= _FLAT]
    if not level:
        raise Missing("setting", study="reference", setting=f"0 < weight_decay <= {_FLAT}")
    least = np.min([loss for _, loss in curve], axis=0)
    best, lowest = find_lowest(square)
    return Finding(
        (
            median("flat", level, above=-0.5, below=0.5, unit="%", digits=2),
            median("gain", 100 * (1 - least), below=1, unit="%", digits=2),
            median("rise", curve[-1][1], above=1.05),
            median("fall", lowest, below=0.5),
            median("beyond", square[-1][1] / lowest, above=2),
        ),
        {
            "flat_to": str(_FLAT),
            "most": write_exactly(curve[-1][0]),
            "best": write_exactly(best),
            "square_most": write_exactly(square[-1][0]),
            "runs": write_range(100 * (1 - least), digits=2),
        },
    )


@claim("penalty-of-a-matrix-shrinks-its-singular-values")
def penalty_of_a_matrix_shrinks_its_singular_values(readings: Readings) -> Finding:
    """The squared entries add up as the squared singular values do; a step shrinks each of them."""
    cells = _list_answers(readings)
    return Finding(
        tuple(_prove(cells, name, f"{name}_distance", _ROUNDING) for name in ("trace", "shrunk"))
    )


@claim("ridge-is-least-squares-with-further-rows")
def ridge_is_least_squares_with_further_rows(readings: Readings) -> Finding:
    """Rows √(nλ)·I give the optimum of λ, rows √λ·I that of λ/n."""
    cells = _list_answers(readings)
    wrong = 100 * find_answers(readings)["root_distance"]
    return Finding(
        (
            _prove(cells, "same", "augmented_distance", _EXACT),
            _prove(cells, "less", "root_own_distance", _EXACT),
            worst("wrong", wrong, above=10, unit="%"),
        ),
        {"low": write_exactly(cells[0].setting.weight_decay)}
        | {"low_wrong": write_range(100 * cells[0]["root_distance"], digits=2)},
    )


@claim("prior-of-the-chapter-is-too-narrow")
def prior_of_the_chapter_is_too_narrow(readings: Readings) -> Finding:
    """The prior of λ = 3 rules the true weights out; that of the best λ doesn't."""
    cells = _list_answers(readings)
    chapter, fitting = find_answers(readings), cells[0]
    if not np.allclose(fitting["prior_std"], CHAPTER["true_w"], rtol=1e-6):
        raise Missing("premise", study="exercises", premise="prior_of_the_truth")
    times = CHAPTER["true_w"] / chapter["prior_std"]
    return Finding(
        (
            _prove(cells, "map", "map_distance", _EXACT),
            worst("times", times, above=7),
            median("chapter", chapter["covered"], below=5, unit="%"),
            median("fitting", fitting["covered"], above=90, unit="%"),
        ),
        {
            "prior": write(float(chapter["prior_std"][0]), 3),
            "truth": write_exactly(CHAPTER["true_w"]),
            "best": write_exactly(fitting.setting.weight_decay),
        },
    )


@claim("shrinking-is-no-penalty-where-gradients-are-rescaled")
def shrinking_is_no_penalty_where_gradients_are_rescaled(readings: Readings) -> Finding:
    """With λw in a rescaled gradient the optimum of λ stays; apart from it, it is λ/d each."""
    cells = _list_answers(readings)
    apart, seeds = gather(cells, "apart_distance")
    return Finding(
        (
            _prove(cells, "penalty", "penalty_distance", _EXACT),
            _prove(cells, "shrink", "shrink_distance", _EXACT),
            worst("apart", 100 * apart, seeds=seeds, above=10, unit="%"),
        )
    )
