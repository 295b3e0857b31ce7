"""Ridge where the truth is known: with the best λ every example is worth having."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import write_interval
from wd.report.read.numbers import write_exactly
from wd.report.read.parts import median, share
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up
from wd.report.read.statistics import median_interval

LITTLE = 0.01
"""Of the best λ: too little."""
NEIGHBOURS = (0.3, 3)
_BESIDE = 2  # a peak stands at n = d if it is less than so many sizes of the grid away


def take_risks(cell: Reading, share_of_best: float) -> np.ndarray:
    """Return the mean squared errors with the share nearest to this of the best λ, (data sets,)."""
    path = cell.series("risk_path")
    place = int(np.abs(path["share_of_best"][0] - share_of_best).argmin())
    return path["risk"][:, place]


def line_up_sizes(readings: Readings) -> tuple[list[Reading], int]:
    """Line the sizes up, with the place of n = d.

    Raises:
        Missing: If that size isn't there, or none below its half, or no larger one.
    """
    cells = line_up(readings, "known_truth", "n_train")
    sizes, features = [cell.setting.n_train for cell in cells], cells[0].setting.n_features
    if features not in sizes[:-1] or 2 * sizes[0] >= features:
        raise Missing("premise", study="known_truth", premise="size_where_the_rank_stops")
    return cells, sizes.index(features)


def _find_half(cells: Sequence[Reading]) -> Reading:
    """The largest size of fewer than half as many examples as features."""
    return [cell for cell in cells if 2 * cell.setting.n_train < cell.setting.n_features][-1]


@claim("tuned-decay-wastes-no-example")
def tuned_decay_wastes_no_example(readings: Readings) -> Finding:
    """The peak without decay, the hill with too little, and the descent with the best λ."""
    cells, top = line_up_sizes(readings)
    setting, at_top = cells[top].setting, cells[top]
    best = [take_risks(cell, 1) for cell in cells]
    bare = [take_risks(cell, 0) for cell in cells]
    beside = [
        100 * (take_risks(cell, each) / own - 1)
        for cell, own in zip(cells, best, strict=True)
        for each in NEIGHBOURS
    ]
    off = [100 * np.abs(own / cell["risk_said"] - 1) for cell, own in zip(cells, best, strict=True)]
    hill = take_risks(at_top, LITTLE) / take_risks(_find_half(cells), LITTLE)
    zero_weights = 1 + setting.noise_std**2
    return Finding(
        (
            share("place", np.abs(np.argmax(bare, axis=0) - top) < _BESIDE, above=70),
            median("height", bare[top] / zero_weights, above=30),
            median("hill", hill, above=1.5),
            median("falls", [after / before for before, after in pairwise(best)], below=1),
            median("beside", beside, above=0, unit="%"),
            median("formula", off, below=6, unit="%"),
        ),
        {
            "features": str(setting.n_features),
            "noise": write_exactly(setting.noise_std),
            "decay": write_exactly(setting.n_features * setting.noise_std**2),
            "bare": write_interval(median_interval(bare[top])),
            "best": write_interval(median_interval(best[top])),
            "first": write_interval(median_interval(best[0])),
            "last": write_interval(median_interval(best[-1])),
            "little": write_exactly(LITTLE),
            "few": str(_find_half(cells).setting.n_train),
            "less": write_exactly(min(NEIGHBOURS)),
            "more": write_exactly(max(NEIGHBOURS)),
            "fewest": str(cells[0].setting.n_train),
            "most": f"{cells[-1].setting.n_train:,}",
        },
    )
