"""What the chapter's runs are made of: claims about their norm, their test loss, their bias."""

from __future__ import annotations

import numpy as np

from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_share, find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.statistics import median_interval

PARTS = (
    "initialisation",
    "missing_signal",
    "overlap",
    "shrinkage",
    "unsettled",
    "bias",
    "noise",
)
"""What the expected test loss is the sum of, in the order of the page's equation."""

_PROGRAMS = ("scratch", "concise")
_FLOAT32 = 3e-6  # of ‖w⊥(0)‖: rounding of 400 steps


def read_parts(cell: Reading) -> dict[str, np.ndarray]:
    """Read the parts of the expected test loss by name, each (seeds,)."""
    return {name: cell.measure(f"part_{name}") for name in PARTS}


def _chapter(readings: Readings, weight_decay: float) -> list[Reading]:
    return [
        find_settled(readings, "chapter", implementation=name, weight_decay=weight_decay)
        for name in _PROGRAMS
    ]


def _share(cell: Reading, part: str) -> np.ndarray:
    parts = read_parts(cell)
    return parts[part] / sum(parts.values())


def _error(cell: Reading, prediction: str) -> np.ndarray:
    return cell.measure(prediction) / cell["w_norm"] - 1


@claim("null-space-follows-the-decay-alone")
def null_space_follows_the_decay_alone(readings: Readings) -> Verdict:
    """The worst run's distance from factor·w⊥(0), for both programs and both λ."""
    cells = [*_chapter(readings, 0), *_chapter(readings, 3)]
    errors = np.concatenate([cell.measure("null_error") for cell in cells])
    left = cells[2].measure("null_norm") / cells[2].measure("null_start")
    return Verdict(
        bool(errors.max() <= _FLOAT32),
        {
            "largest": write(errors.max(), 2),
            "errors": write_range(errors, digits=2),
            "left": write(100 * float(np.median(left))),
        },
        len(cells[0].seeds),
    )


@claim("undecayed-norm-is-the-start")
def undecayed_norm_is_the_start(readings: Readings) -> Verdict:
    """Without decay the printed norm is that of the initial weights' unseen part."""
    cells = _chapter(readings, 0)
    off = [np.abs(cell["w_norm"] / cell.measure("null_start") - 1) for cell in cells]
    return Verdict(
        all(each.max() <= 0.01 for each in off),
        {
            "norm": write_interval(median_interval(cells[0]["w_norm"])),
            "runs": write_range(cells[0]["w_norm"]),
            "scratch": write(100 * off[0].max(), 2),
            "concise": write(100 * off[1].max(), 2),
        },
        len(cells[0].seeds),
    )


@claim("undecayed-test-loss-is-the-start")
def undecayed_test_loss_is_the_start(readings: Readings) -> Verdict:
    """Without decay nearly all of the test loss comes from the initial weights."""
    cells = _chapter(readings, 0)
    shares = [median_interval(_share(cell, "initialisation")) for cell in cells]
    loss = cells[0]["test_loss"]
    return Verdict(
        all(low >= 0.99 for _, low, _ in shares),
        {
            "scratch": write_interval(shares[0], 100, 4),
            "concise": write_interval(shares[1], 100, 4),
            "loss": write_interval(median_interval(loss)),
            "runs": write_range(loss),
        },
        len(loss),
    )


@claim("decayed-norm-is-mostly-the-start")
def decayed_norm_is_mostly_the_start(readings: Readings) -> Verdict:
    """At λ = 3 most of the squared norm is still what is left of the initial weights."""
    cells = _chapter(readings, 3)
    shares = [(cell.measure("null_norm") / cell["w_norm"]) ** 2 for cell in cells]
    scratch, concise = map(median_interval, shares)
    ridge, ridge_concise = (
        median_interval((cell.measure("ridge_norm") / cell["w_norm"]) ** 2) for cell in cells
    )
    return Verdict(
        scratch[1] > 0.9 and concise[1] > 0.5 and max(ridge[2], ridge_concise[2]) < 0.05,
        {
            "scratch": write_interval(scratch, 100),
            "concise": write_interval(concise, 100),
            "ridge": write_interval(ridge, 100),
            "ridge_concise": write_interval(ridge_concise, 100),
        },
        len(cells[0].seeds),
    )


@claim("scratch-norm-is-predicted")
def scratch_norm_is_predicted(readings: Readings) -> Verdict:
    """√(leftover² + ridge²) meets the scratch program's printed norm at λ = 3."""
    cell = _chapter(readings, 3)[0]
    errors = np.abs(_error(cell, "norm_predicted"))
    middle, close = median_interval(errors), estimate_share(errors <= 0.05)
    return Verdict(
        middle[2] <= 0.01 and close[1] >= 0.95,
        {
            "error": write_interval(middle, 100),
            "most": write(100 * np.percentile(errors, 95), 2),
            "close": write_interval(close, 100),
        },
        len(errors),
    )


@claim("concise-norm-is-predicted-worse")
def concise_norm_is_predicted_worse(readings: Readings) -> Verdict:
    """The same formula misses the concise program's norm, and nearly always from below."""
    scratch, concise = (_error(cell, "norm_predicted") for cell in _chapter(readings, 3))
    errors = [median_interval(np.abs(each)) for each in (scratch, concise)]
    below = estimate_share(concise < 0)
    return Verdict(
        errors[1][1] >= 5 * errors[0][2] and below[1] >= 0.9,
        {
            "concise": write_interval(errors[1], 100),
            "most": write(100 * np.percentile(np.abs(concise), 95), 2),
            "scratch": write_interval(errors[0], 100),
            "below": write_interval(below, 100),
        },
        len(concise),
    )


@claim("full-path-predicts-both-norms")
def full_path_predicts_both_norms(readings: Readings) -> Verdict:
    """Following the bias as well predicts the norm of every run of both programs."""
    cells = _chapter(readings, 3)
    errors = [np.abs(_error(cell, "path_norm")) for cell in cells]
    closer = [
        estimate_share(error < np.abs(_error(cell, "norm_predicted")))
        for cell, error in zip(cells, errors, strict=True)
    ]
    return Verdict(
        all(error.max() <= 0.01 for error in errors) and all(low >= 0.8 for _, low, _ in closer),
        {
            "scratch": write_interval(median_interval(errors[0]), 100, 2),
            "concise": write_interval(median_interval(errors[1]), 100, 2),
            "worst": write(100 * max(error.max() for error in errors), 2),
            "closer_scratch": write_interval(closer[0], 100),
            "closer_concise": write_interval(closer[1], 100),
        },
        len(errors[0]),
    )


@claim("parts-add-up-to-the-measured-loss")
def parts_add_up_to_the_measured_loss(readings: Readings) -> Verdict:
    """The median ratio of the measured test loss to the sum of the parts is 1 in each cell."""
    ratios = [
        cell["test_loss"] / sum(read_parts(cell).values())
        for cell in (*_chapter(readings, 0), *_chapter(readings, 3))
    ]
    intervals = [median_interval(ratio) for ratio in ratios]
    return Verdict(
        all(low >= 0.97 and high <= 1.03 for _, low, high in intervals),
        {
            **{f"ratio_{index}": write_interval(each) for index, each in enumerate(intervals)},
            "runs": write_range(np.concatenate(ratios)),
        },
        len(ratios[0]),
    )


@claim("decayed-bias-ends-anywhere")
def decayed_bias_ends_anywhere(readings: Readings) -> Verdict:
    """At λ = 3 the bias, spared, ends on the wrong side of zero in over a third of the runs."""
    cells = _chapter(readings, 3)
    wrong = [estimate_share(cell["b"] * cell.setting.true_b < 0) for cell in cells]
    return Verdict(
        all(low > 1 / 3 for _, low, _ in wrong),
        {
            "scratch": write_interval(wrong[0], 100),
            "concise": write_interval(wrong[1], 100),
            "scratch_runs": write_range(cells[0]["b"]),
            "concise_runs": write_range(cells[1]["b"]),
            "truth": write_exactly(cells[0].setting.true_b),
        },
        len(cells[0].seeds),
    )


@claim("bias-error-dominates-concise")
def bias_error_dominates_concise(readings: Readings) -> Verdict:
    """The bias's error is most of the concise program's test loss and less of scratch's."""
    cells = _chapter(readings, 3)
    scratch, concise = (median_interval(_share(cell, "bias")) for cell in cells)
    means = [
        read_parts(cell)["bias"].mean() / sum(read_parts(cell).values()).mean() for cell in cells
    ]
    return Verdict(
        concise[1] > 0.5 > means[0] and scratch[2] < concise[1],
        {
            "concise": write_interval(concise, 100),
            "scratch": write_interval(scratch, 100),
            "mean_concise": write(100 * means[1]),
            "mean_scratch": write(100 * means[0]),
        },
        len(cells[0].seeds),
    )
