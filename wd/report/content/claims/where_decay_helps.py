"""Size of the training set, noise, and the best λ: claims about exact optima over n, σ and λ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from wd.report.content.book import CHAPTER, require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, pair, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, share, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, match, match_settings, stack
from wd.report.read.statistics import median_interval

_EXPECTED = "expected_test_loss"  # over all test sets: what is judged is the optimum, not the draw
_LARGER = 1.05  # how much larger the next training set is at least, where an order is claimed
_DEAR, _CHEAP = 10, 2  # per cent of test loss that another λ than the best costs
_OFF = 10  # so many times smaller or larger is far off
_NEAR = 2  # a λ of a grid stands for the formula's up to this factor


def _by_size(readings: Readings, study: str, **wanted: Any) -> dict[int, Reading]:
    """The cells of a study by n, rising."""
    return {cell.setting.n_train: cell for cell in line_up(readings, study, "n_train", **wanted)}


def _find_square(cells: dict[int, Reading], study: str) -> int:
    """Find n = d, where the sizes around the peak are there too, and one that is well below.

    Raises:
        Missing: If they aren't.
    """
    d = next(iter(cells.values())).setting.n_features
    if not {d - 1, d, d + 1, d + 2} <= cells.keys() or min(cells) * _LARGER > d:
        raise Missing("premise", study=study, premise="sizes_around_the_peak")
    return d


def _over(first: Reading, second: Reading) -> np.ndarray:
    """The ratio of two cells' expected test losses, pair by pair, (seeds,)."""
    return np.divide(*pair(first, second, _EXPECTED))


def _nearest(cells: Iterable[Reading], formula: float) -> Reading:
    """Find the cell whose λ stands for the formula's.

    Raises:
        Missing: If none is near.
    """
    tried = [cell for cell in cells if cell.setting.weight_decay]
    ratio = [cell.setting.weight_decay / formula for cell in tried]
    if not tried or min(max(each, 1 / each) for each in ratio) >= _NEAR:
        study = tried[0].study if tried else "peak"
        raise Missing("premise", study=study, premise="best_decay_tried")
    return tried[int(np.argmin(np.abs(np.log(ratio))))]


def _formula(readings: Readings, study: str, cell: Reading) -> float:
    """Read the best λ in theory for the data of a cell."""
    theory = find_settled(readings, study, noise_std=cell.setting.noise_std)
    names = ("n_train", "n_features", "true_w")
    match_settings(cell, theory.setting, f"[study.{study}]", names)
    return float(theory["formula"][0])


def _levels(readings: Readings, study: str) -> list[float]:
    """List the levels of noise of a study, rising.

    Raises:
        Missing: If they are too few for an order among them to mean something.
    """
    levels = sorted({cell.setting.noise_std for cell in readings.cells(study)})
    if len(levels) < 3:
        raise Missing("premise", study=study, premise="three_noises")
    return levels


def _require_square(cells: Sequence[Reading]) -> None:
    """Make sure that there are as many training examples as features.

    Raises:
        Missing: If there aren't.
    """
    for cell in cells:
        if cell.setting.n_train != cell.setting.n_features:
            raise Missing("premise", study=cell.study, premise="square")


def _line(readings: Readings, study: str, noise_std: float) -> Sequence[Reading]:
    """The exact optima of one level of noise, λ rising."""
    return line_up(readings, study, "weight_decay", implementation="ridge", noise_std=noise_std)


def _constant(readings: Readings, study: str, noise_std: float) -> Reading:
    return find_settled(readings, study, implementation="constant", noise_std=noise_std)


@claim("smaller-training-set-larger-test-loss")
def smaller_training_set_larger_test_loss(readings: Readings) -> Finding:
    """As long as n is well below d, a fourth of the examples means a larger test loss."""
    exact = _by_size(readings, "size_exact", implementation="ridge", weight_decay=0)
    zero = _by_size(readings, "size", init_std=0, weight_decay=0)
    ratios = {
        name: [
            _over(cells[n], cells[4 * n])
            for n in cells
            if 4 * n in cells and 4 * n < 0.9 * cells[n].setting.n_features
        ]
        for name, cells in (("exact", exact), ("zero", zero))
    }
    for study, name in (("size_exact", "exact"), ("size", "zero")):
        if len(ratios[name]) < 2:
            raise Missing("premise", study=study, premise="fourfold_sizes")
    left = [100 * cell["train_loss"] / cell["test_loss"] for cell in zero.values()]
    most = {name: max(map(median_interval, each)) for name, each in ratios.items()}
    return Finding(
        (
            median("exact", ratios["exact"], above=1),
            median("zero", ratios["zero"], above=1),
            worst("left", np.array(left), below=5, unit="%", digits=2),
        ),
        {
            "exact_most": write_interval(most["exact"]),
            "zero_most": write_interval(most["zero"]),
            "first": str(min(zero)),
            "last": str(max(zero)),
        },
    )


@claim("more-data-hurt-near-the-peak")
def more_data_hurt_near_the_peak(readings: Readings) -> Finding:
    """Without decay the test loss rises up to n = d + 1, and falls from there."""
    hurt, around, numbers = [], [], {}
    for index, study in enumerate(("size_exact", "peak")):
        cells = _by_size(readings, study, implementation="ridge", weight_decay=0)
        d = _find_square(cells, study)
        before = max(n for n in cells if n * _LARGER < d)
        hurt.append(_over(cells[d + 1], cells[before]))
        around += [_over(cells[d + 1], cells[n]) for n in (d - 1, d, d + 2)]
        numbers[f"before_{index}"], numbers[f"at_{index}"] = str(before), str(d + 1)
        numbers[f"ratio_{index}"] = write_interval(median_interval(hurt[-1]))
    return Finding((median("hurt", hurt, above=2), median("around", around, above=1)), numbers)


@claim("right-decay-removes-the-peak")
def right_decay_removes_the_peak(readings: Readings) -> Finding:
    """With the λ that theory calls best at n = d, each larger training set tests better."""
    bare = _by_size(readings, "peak", implementation="ridge", weight_decay=0)
    d = _find_square(bare, "peak")
    square = readings.cells("peak", implementation="ridge", n_train=d)
    formula = _formula(readings, "best_decay_square", bare[d])
    decay = _nearest(square, formula).setting.weight_decay
    cells = _by_size(readings, "peak", implementation="ridge", weight_decay=decay)
    sizes = [min(cells)]
    for n in cells:
        if n >= _LARGER * sizes[-1]:
            sizes.append(n)
    constant = find_settled(readings, "peak", implementation="constant", n_train=d)
    against = {
        name: write_interval(median_interval(_over(cell, constant)))
        for name, cell in (("bare", bare[d]), ("right", cells[d]))
    }
    return Finding(
        (
            median("steps", [_over(cells[n], cells[m]) for m, n in pairwise(sizes)], below=1),
            median("gain", _over(bare[d], cells[d]), above=2),
        ),
        {
            "count": str(len(sizes) - 1),
            "larger": write_exactly(round(100 * (_LARGER - 1))),
            "gain_runs": write_range(_over(bare[d], cells[d])),
            "n": str(d),
            "decay": write_exactly(decay),
            "formula": write_exactly(float(f"{formula:.3g}")),
            **against,
        },
    )


@claim("noise-makes-the-peak-worse-than-a-constant")
def noise_makes_the_peak_worse_than_a_constant(readings: Readings) -> Finding:
    """At n = d and enough noise no decay is worse than a constant, and the right λ better."""
    levels = _levels(readings, "noise")
    _require_square(readings.cells("noise"))
    right = []
    for noise_std in levels:
        line = _line(readings, "noise", noise_std)
        cell = _nearest(line, _formula(readings, "best_decay_square", line[0]))
        right.append(_over(cell, _constant(readings, "noise", noise_std)))
    noisiest = readings.cell("noise", implementation="ridge", weight_decay=0, noise_std=levels[-1])
    bare = _over(noisiest, _constant(readings, "noise", levels[-1]))
    return Finding(
        (median("bare", bare, above=10), median("right", right, below=1)),
        {
            "noise_std": write_exactly(levels[-1]),
            "calm": write_exactly(levels[0]),
            "calm_right": write_interval(median_interval(right[0])),
            "noisy_right": write_interval(median_interval(right[-1])),
        },
    )


@claim("more-noise-wants-more-decay")
def more_noise_wants_more_decay(readings: Readings) -> Finding:
    """At n = d the best λ of the grid rises with every level of noise, data set by data set."""
    levels = _levels(readings, "noise")
    _require_square(readings.cells("noise"))
    lines = [_line(readings, "noise", noise_std) for noise_std in levels]
    decays = [cell.setting.weight_decay for cell in lines[0]]
    places = [stack(line, _EXPECTED).argmin(axis=0) for line in lines]
    best = [decays[int(np.median(place))] for place in places]
    return Finding(
        (median("steps", [higher - lower for lower, higher in pairwise(places)], above=0),),
        {
            "levels": tuple(map(write_exactly, levels)),
            "best": tuple(map(write_exactly, best)),
        },
    )


@claim("best-decay-is-predicted")
def best_decay_is_predicted(readings: Readings) -> Finding:
    """At n = d the formula's λ is near the best one of each training set, and costs little."""
    cells = line_up(readings, "best_decay_square", "noise_std")
    _require_square(cells)
    costs = [100 * (cell["regret"] - 1) for cell in cells]
    dearest = max(costs, key=np.median)
    factors = [cell["best"] / cell["formula"] for cell in cells]
    return Finding(
        (
            median("factor", factors, above=0.75, below=1.25),
            share("cheap", [cost < _DEAR for cost in costs], above=90),
        ),
        {
            "lowest": write_interval(min(map(median_interval, factors))),
            "highest": write_interval(max(map(median_interval, factors))),
            "dear": str(_DEAR),
            "cost": write_interval(median_interval(dearest), digits=2),
            "levels": str(len(cells)),
        },
    )


@claim("best-decay-of-the-chapter-cannot-be-known")
def best_decay_of_the_chapter_cannot_be_known(readings: Readings) -> Finding:
    """On many of the chapter's data sets less decay is always better; to be wrong costs little."""
    cell = find_settled(readings, "best_decay", noise_std=CHAPTER["noise_std"])
    require_chapter(cell)
    cost = 100 * (cell["regret"] - 1)
    factor = cell["best"] / cell["formula"]
    return Finding(
        (
            share("lowest", cell["best"] == cell["lowest"], above=30),
            share("tenfold", (factor > _OFF) | (factor < 1 / _OFF), above=40),
            share("cheap", cost < _CHEAP, above=90),
        ),
        {
            "formula": write_exactly(float(f"{cell['formula'][0]:.3g}")),
            "tried": write_exactly(float(f"{cell['lowest'][0]:.3g}")),
            "factors": write_range(factor),
            "most": write(cost.max(), 2),
            "cheaply": str(_CHEAP),
            "off": str(_OFF),
        },
    )


@claim("little-to-gain-with-few-examples")
def little_to_gain_with_few_examples(readings: Readings) -> Finding:
    """At the chapter's n/d no λ beats the constant by much, and by less with more noise."""
    levels = _levels(readings, "chapter_noise")
    ratios, right = [], []
    for noise_std in levels:
        constant = _constant(readings, "chapter_noise", noise_std)
        line = _line(readings, "chapter_noise", noise_std)
        match(constant, *line)
        noise = {"noise_std": CHAPTER["noise_std"]}
        require_chapter(replace(constant, setting=constant.setting.change(**noise)))
        cell = _nearest(line, _formula(readings, "best_decay", line[0]))
        ratios += [_over(each, constant) for each in line]
        right.append(100 * (1 - _over(cell, constant)))
    return Finding(
        (
            median("gain", [100 * (1 - each) for each in ratios], below=15, unit="%"),
            median("falling", [more - less for more, less in pairwise(right)], above=0, unit="%"),
        ),
        {
            "levels": tuple(map(write_exactly, levels)),
            "right": tuple((write_interval(median_interval(each)),) for each in right),
        },
    )
