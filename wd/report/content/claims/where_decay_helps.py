"""Size of the training set, noise, and the best λ: claims about exact optima over n, σ and λ."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import (
    Interval,
    estimate_ratio,
    find_settled,
    pair,
    write_interval,
    write_range,
)
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up
from wd.report.read.statistics import median_interval


def _by_size(readings: Readings, study: str, **wanted: object) -> dict[int, Reading]:
    """The cells of a study by n, rising."""
    return {cell.setting.n_train: cell for cell in line_up(readings, study, "n_train", **wanted)}


def _find_square(cells: dict[int, Reading], study: str) -> int:
    """Find n = d among the sizes of a study, and make sure that a smaller one is there too.

    Raises:
        Missing: If they aren't.
    """
    d = next(iter(cells.values())).setting.n_features
    if d not in cells or d == min(cells):
        raise Missing("premise", study=study, premise="square_and_smaller")
    return d


def _require_levels(by_noise: Mapping[float, object], study: str) -> None:
    """Make sure that a study has enough levels of noise for an order among them to mean something.

    Raises:
        Missing: If it hasn't.
    """
    if len(by_noise) < 3:
        raise Missing("premise", study=study, premise="three_noises")


def _over_constant(readings: Readings, study: str) -> dict[float, dict[float, Interval]]:
    """Per σ and λ, the median ratio of the exact optimum's test loss to the best constant's."""
    ratios: dict[float, dict[float, Interval]] = {}
    for cell in readings.cells(study, implementation="ridge"):
        noise_std, decay = cell.setting.noise_std, cell.setting.weight_decay
        constant = find_settled(readings, study, implementation="constant", noise_std=noise_std)
        ratios.setdefault(noise_std, {})[decay] = estimate_ratio(cell, constant)
    return dict(sorted(ratios.items()))


@claim("smaller-training-set-larger-test-loss")
def smaller_training_set_larger_test_loss(readings: Readings) -> Verdict:
    """As long as n is well below d, a fourth of the examples means a larger test loss."""
    exact = _by_size(readings, "size_exact", implementation="ridge", weight_decay=0)
    zero = _by_size(readings, "size", init_std=0, weight_decay=0)
    ratios = {
        name: [
            estimate_ratio(cells[n], cells[4 * n])
            for n in cells
            if 4 * n in cells and 4 * n < 0.9 * cells[n].setting.n_features
        ]
        for name, cells in (("exact", exact), ("zero", zero))
    }
    for study, name in (("size_exact", "exact"), ("size", "zero")):
        if len(ratios[name]) < 2:
            raise Missing("premise", study=study, premise="fourfold_sizes")
    first, last = min(zero), max(zero)
    left = max((cell["train_loss"] / cell["test_loss"]).max() for cell in zero.values())
    return Verdict(
        all(min(low for _, low, _ in each) > 1 for each in ratios.values()) and left < 0.05,
        {
            "exact": write_interval(min(ratios["exact"])),
            "exact_most": write_interval(max(ratios["exact"])),
            "zero": write_interval(min(ratios["zero"])),
            "zero_most": write_interval(max(ratios["zero"])),
            "left": write(100 * left, 2),
            "first": str(first),
            "last": str(last),
        },
        len(zero[first].seeds),
    )


@claim("more-data-hurt-near-the-peak")
def more_data_hurt_near_the_peak(readings: Readings) -> Verdict:
    """Without decay the last tenth of examples before n = d makes the test loss larger."""
    ratios, steps = [], []
    for study in ("size_exact", "peak"):
        cells = _by_size(readings, study, implementation="ridge", weight_decay=0)
        d = _find_square(cells, study)
        before = max(n for n in cells if n < d)
        ratios.append(estimate_ratio(cells[d], cells[before]))
        steps.append((before, d))
    return Verdict(
        all(low > 1.5 for _, low, _ in ratios),
        {
            **{f"ratio_{index}": write_interval(ratio) for index, ratio in enumerate(ratios)},
            **{f"before_{index}": str(before) for index, (before, _) in enumerate(steps)},
            **{f"at_{index}": str(at) for index, (_, at) in enumerate(steps)},
        },
        min(len(readings.cells(study)[0].seeds) for study in ("size_exact", "peak")),
    )


@claim("right-decay-removes-the-peak")
def right_decay_removes_the_peak(readings: Readings) -> Verdict:
    """With the λ that theory calls best at n = d, each larger training set tests better."""
    cells = _by_size(readings, "peak", implementation="ridge", weight_decay=0.005)
    bare = _by_size(readings, "peak", implementation="ridge", weight_decay=0)
    steps = [estimate_ratio(larger, smaller) for smaller, larger in pairwise(cells.values())]
    d = _find_square(cells, "peak")
    gain = estimate_ratio(bare[d], cells[d])
    constant = find_settled(readings, "peak", implementation="constant", n_train=d)
    return Verdict(
        all(high < 1 for _, _, high in steps) and gain[1] > 2,
        {
            "steps": str(len(steps)),
            "slowest": write_interval(max(steps)),
            "gain": write_interval(gain),
            "gain_runs": write_range(np.divide(*pair(bare[d], cells[d]))),
            "bare": write_interval(estimate_ratio(bare[d], constant)),
            "right": write_interval(estimate_ratio(cells[d], constant)),
            "n": str(d),
            "decay": write_exactly(cells[d].setting.weight_decay),
        },
        len(constant.seeds),
    )


@claim("noise-makes-the-peak-worse-than-a-constant")
def noise_makes_the_peak_worse_than_a_constant(readings: Readings) -> Verdict:
    """At n = d and enough noise no decay is worse than a constant, and the right λ better."""
    readings.cells("noise", implementation="ridge", weight_decay=0)
    ratios = _over_constant(readings, "noise")
    noisiest = max(ratios)
    best = {noise_std: min(over.values()) for noise_std, over in ratios.items()}
    return Verdict(
        ratios[noisiest][0][1] > 10 and all(high < 1 for _, _, high in best.values()),
        {
            "noise_std": write_exactly(noisiest),
            "bare": write_interval(ratios[noisiest][0]),
            "best": write_interval(best[noisiest]),
            "calm": write_exactly(min(ratios)),
            "calm_best": write_interval(best[min(ratios)]),
        },
        len(readings.cells("noise")[0].seeds),
    )


@claim("more-noise-wants-more-decay")
def more_noise_wants_more_decay(readings: Readings) -> Verdict:
    """At n = d the best λ of the grid rises with every level of noise."""
    best = {
        noise_std: min(over, key=over.__getitem__)
        for noise_std, over in _over_constant(readings, "noise").items()
    }
    _require_levels(best, "noise")
    return Verdict(
        all(low < high for low, high in pairwise(best.values())),
        {
            "levels": ", ".join(map(write_exactly, best)),
            "best": ", ".join(map(write_exactly, best.values())),
        },
        len(readings.cells("noise")[0].seeds),
    )


@claim("best-decay-is-predicted")
def best_decay_is_predicted(readings: Readings) -> Verdict:
    """At n = d the formula's λ is near the best one of each training set, and costs little."""
    factors, regrets = [], []
    levels = {cell.setting.noise_std for cell in readings.cells("noise")}
    for noise_std in sorted(levels):
        cell = find_settled(readings, "best_decay_square", noise_std=noise_std)
        formula, best, regret = (cell[name] for name in ("formula", "best", "regret"))
        factors.append(median_interval(best / formula))
        regrets.append(regret)
    worst = max(regrets, key=np.median)
    return Verdict(
        all(low > 0.75 and high < 4 / 3 for _, low, high in factors)
        and all(np.percentile(each, 95) < 1.1 for each in regrets),
        {
            "lowest": write_interval(min(factors)),
            "highest": write_interval(max(factors)),
            "regret": write_interval(median_interval(100 * (worst - 1)), digits=2),
            "most": write(100 * (max(np.percentile(each, 95) for each in regrets) - 1), 2),
            "levels": str(len(factors)),
        },
        len(worst),
    )


@claim("little-to-gain-with-few-examples")
def little_to_gain_with_few_examples(readings: Readings) -> Verdict:
    """At the chapter's n/d no λ beats the constant by more than 12 %, and less with more noise."""
    best = {
        noise_std: min(over.values())
        for noise_std, over in _over_constant(readings, "chapter_noise").items()
    }
    _require_levels(best, "chapter_noise")
    gains = [1 - ratio for ratio, _, _ in best.values()]
    return Verdict(
        all(low > 0.88 for _, low, _ in best.values())
        and all(more > less for more, less in pairwise(gains)),
        {
            "levels": ", ".join(map(write_exactly, best)),
            "best": "; ".join(write_interval(ratio, digits=4) for ratio in best.values()),
        },
        len(readings.cells("chapter_noise")[0].seeds),
    )
