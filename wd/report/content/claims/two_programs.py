"""Scratch and concise: made to agree, then one convention broken at a time."""

from __future__ import annotations

import numpy as np

from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import (
    estimate_ratio,
    estimate_share,
    find_settled,
    pair,
    write_interval,
    write_range,
)
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.series import stack
from wd.report.read.statistics import median_interval

BROKEN = ("half", "bias", "order")
"""The conventions that the studies `unmatched_…` break, one each."""

_FLOAT32 = 2e-6  # rounding of a whole run, relative to the length of the weights


DECAYS = (0, 3)
"""The λ of scratch at which the programs are compared."""


def find_pair(readings: Readings, study: str, weight_decay: float) -> tuple[Reading, Reading]:
    """Pair the scratch program with a concise one.

    Args:
        readings: The evidence.
        study: "matched", or one of those that break a convention.
        weight_decay: λ of scratch. Concise is given twice that, but where the missing ½ is left
            as it is, the same.

    Returns:
        (scratch, concise).

    Raises:
        Missing: If one of them isn't there.
    """
    given = weight_decay * (1 if study == "unmatched_half" else 2)
    return (
        find_settled(readings, "chapter", implementation="scratch", weight_decay=weight_decay),
        find_settled(readings, study, weight_decay=given),
    )


def read_distance(scratch: Reading, concise: Reading, column: str) -> np.ndarray:
    """Measure how far two programs are apart in a recorded number, relative to ‖w‖, (seeds,).

    A loss counts by the root of the mean squared error, which has the unit of the targets.
    """
    one, other = pair(scratch, concise, column)
    if column.endswith("loss"):
        one, other = np.sqrt(2 * one), np.sqrt(2 * other)
    return np.abs(other - one) / pair(scratch, concise, "w_norm")[0]


def find_broken(readings: Readings, convention: str) -> tuple[Reading, Reading]:
    """Find the pair at the chapter's λ = 3 whose programs differ in one convention only."""
    return find_pair(readings, f"unmatched_{convention}", 3)


@claim("matched-programs-agree")
def matched_programs_agree(readings: Readings) -> Verdict:
    """All four recorded numbers agree seed by seed to the precision of float32."""
    pairs = [find_pair(readings, "matched", decay) for decay in DECAYS]
    worst = np.array(
        [
            [read_distance(*each, column) for column in ("w_norm", "b", "train_loss", "test_loss")]
            for each in pairs
        ]
    ).max(axis=(0, 1))
    norms = np.concatenate([np.divide(*pair(*each, "w_norm")) - 1 for each in pairs])
    return Verdict(
        bool(worst.max() <= _FLOAT32),
        {
            "median": write_interval(median_interval(worst), digits=2),
            "largest": write(worst.max(), 2),
            "norm": write(np.abs(norms).max(), 2),
        },
        len(worst),
    )


@claim("missing-half-hardly-moves-the-norm")
def missing_half_hardly_moves_the_norm(readings: Readings) -> Verdict:
    """With the loss doubled the data push twice as hard: the fit is closer, the norm the same."""
    scratch, concise = find_broken(readings, "half")
    norm, train, test = (
        estimate_ratio(concise, scratch, name) for name in ("w_norm", "train_loss", "test_loss")
    )
    return Verdict(
        abs(norm[0] - 1) < 0.01 and norm[2] < 1.02 and train[2] < 0.5 and 1 < test[1] < 1.1,
        {
            "norm": write_interval(norm, digits=5),
            "train": write_interval(train),
            "test": write_interval(test),
        },
        len(concise.seeds),
    )


@claim("random-bias-sets-the-programs-apart")
def random_bias_sets_the_programs_apart(readings: Readings) -> Verdict:
    """Of the three broken conventions, the random initial bias alone raises the test loss much."""
    pairs = {name: find_broken(readings, name) for name in BROKEN}
    effects = {
        name: median_interval(np.abs(np.divide(*pair(concise, scratch)) - 1))
        for name, (scratch, concise) in pairs.items()
    }
    scratch, concise = pairs["bias"]
    test = estimate_ratio(concise, scratch)
    norm = estimate_ratio(concise, scratch, "w_norm")
    return Verdict(
        test[1] > 1.3 and effects["bias"][1] > 10 * max(effects[name][2] for name in BROKEN[::2]),
        {
            "test": write_interval(test),
            "norm": write_interval(norm, digits=4),
            **{name: write_interval(effects[name], 100, 2) for name in BROKEN},
            "bias_runs": write_range(concise["b"]),
            "scratch_runs": write_range(pair(scratch, concise, "b")[0]),
        },
        len(concise.seeds),
    )


@claim("another-order-changes-little")
def another_order_changes_little(readings: Readings) -> Verdict:
    """Other batches change every run, and hardly any printed digit of it."""
    scratch, concise = find_broken(readings, "order")
    moved = {
        name: np.abs(np.divide(*pair(concise, scratch, name)) - 1)
        for name in ("w_norm", "test_loss")
    }
    norm, test = (median_interval(each) for each in moved.values())
    rounding = read_distance(*find_pair(readings, "matched", 3), "w_norm").max()
    changed = estimate_share(moved["w_norm"] > 2 * rounding)
    return Verdict(
        norm[2] < 0.001 and test[2] < 0.01 and changed[1] > 0.5,
        {
            "norm": write_interval(norm, 100, 2),
            "norm_most": write(100 * moved["w_norm"].max(), 2),
            "test": write_interval(test, 100, 2),
            "test_most": write(100 * moved["test_loss"].max(), 2),
            "changed": write_interval(changed, 100),
        },
        len(concise.seeds),
    )


@claim("plots-differ-by-the-half-and-the-bias")
def plots_differ_by_the_half_and_the_bias(readings: Readings) -> Verdict:
    """At λ = 0 the concise plot shows twice the loss; at λ = 3 the random bias adds to that."""
    ratios = []
    for decay in (0, 3):
        scratch, concise = (
            find_settled(readings, "chapter", implementation=name, weight_decay=decay)
            for name in ("scratch", "concise")
        )
        shown, half = pair(concise, scratch)
        ratios.append(2 * shown / half)  # the concise program plots mean squared errors
    bare, decayed = map(median_interval, ratios)
    return Verdict(
        abs(bare[0] - 2) < 0.02 and bare[1] > 1.95 and bare[2] < 2.05 and decayed[1] > 2.5,
        {
            "bare": write_interval(bare, digits=4),
            "bare_runs": write_range(ratios[0]),
            "decayed": write_interval(decayed),
            "decayed_runs": write_range(ratios[1]),
        },
        len(ratios[0]),
    )


def find_convention(readings: Readings, name: str) -> Reading:
    """Find what a library did with λ in its own convention, on tall data."""
    return find_settled(readings, "conventions", convention=name)


@claim("converted-decay-solves-the-same-problem")
def converted_decay_solves_the_same_problem(readings: Readings) -> Verdict:
    """Each library, given λ in its own convention, finds the optimum that was asked for."""
    names = ("sgd_half_mse", "sgd_mse", "ridge", "adam_l2", "linear_regression")
    worst = np.max([find_convention(readings, name)["distance"] for name in names], axis=0)
    return Verdict(
        bool(worst.max() <= 1e-8),
        {
            "count": str(len(names)),
            "median": write_interval(median_interval(worst), digits=2),
            "largest": write(worst.max(), 2),
        },
        len(worst),
    )


@claim("unconverted-decay-solves-another-problem")
def unconverted_decay_solves_another_problem(readings: Readings) -> Verdict:
    """The same number in another convention gives the exact optimum of another λ."""
    names = ("sgd_mse_unconverted", "ridge_unconverted")
    cells = [find_convention(readings, name) for name in names]
    off, own = (stack(cells, name) for name in ("distance", "own_distance"))
    meant = stack(cells, "amounts_to")[:, 0].tolist()
    return Verdict(
        all(each.min() > 0.01 for each in off) and bool(own.max() <= 1e-8),
        {
            "asked": write_exactly(cells[0].setting.weight_decay),
            "sgd_means": write_exactly(meant[0]),
            "sgd": write_interval(median_interval(100 * off[0])),
            "ridge_means": write_exactly(meant[1]),
            "ridge": write_interval(median_interval(100 * off[1])),
            "own": write(own.max(), 2),
        },
        len(off[0]),
    )


@claim("adamw-solves-another-problem")
def adamw_solves_another_problem(readings: Readings) -> Verdict:
    """AdamW comes to rest elsewhere than Adam with L2, which finds the penalised optimum."""
    cell = find_convention(readings, "adamw")
    adamw, undecayed, first = (
        cell[name] for name in ("distance", "undecayed_distance", "first_step_from_adam")
    )
    adam = find_convention(readings, "adam_l2")["distance"]
    return Verdict(
        bool(adamw.min() > 0.01 and adam.max() <= 1e-8 and first.min() > 0.001),
        {
            "adamw": write_interval(median_interval(100 * adamw)),
            "undecayed": write_interval(median_interval(100 * undecayed)),
            "adam": write(adam.max(), 2),
            "first": write_interval(median_interval(100 * first)),
        },
        len(adamw),
    )
