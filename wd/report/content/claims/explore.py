"""What a reader finds by turning λ in the picture of the optimum, and by replaying the run."""

from __future__ import annotations

import numpy as np

from wd.report.content.split_norm import split_norm
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import line_up_decays, stack
from wd.report.read.statistics import median_interval


@claim("a-little-decay-helps-in-the-picture")
def a_little_decay_helps_in_the_picture(readings: Readings) -> Verdict:
    """On the portrait's data the test loss has its minimum inside, and the training loss rises."""
    cells = line_up_decays(readings, "portrait")
    decays = [write_exactly(cell.setting.weight_decay) for cell in cells]
    if len(cells[0].seeds) > 1:
        raise Missing("premise", study="portrait", premise="single_seed")
    train, test = (stack(cells, name)[:, 0] for name in ("train_loss", "test_loss"))
    best = int(test.argmin())
    falls, rises = np.diff(test[: best + 1]) < 0, np.diff(test[best:]) > 0
    return Verdict(
        bool(falls.size and falls.all() and rises.all() and test[-1] > test[0])
        and bool((np.diff(train) > 0).all()),
        {
            "bare": write(test[0]),
            "best": write(test[best]),
            "best_decay": decays[best],
            "strong": write(test[-1]),
            "strong_decay": decays[-1],
            "train": write(train[0]),
            "strong_train": write(train[-1]),
        },
        1,
    )


@claim("row-space-rests-first")
def row_space_rests_first(readings: Readings) -> Verdict:
    """At λ = 3, halfway, the row-space part is near its end and the norm far from its own."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    epochs, norms = cell.curves("w_norm")
    _, _, row = split_norm(cell)
    half = int(np.abs(epochs - epochs[-1] / 2).argmin())
    ratios = [values[:, half] / values[:, -1] for values in (row, norms)]
    near, far = (median_interval(ratio) for ratio in ratios)
    return Verdict(
        near[1] > 0.8 and near[2] < 1.2 and far[1] > 5,
        {
            "epoch": str(int(epochs[half])),
            "row": write_interval(near),
            "row_runs": write_range(ratios[0]),
            "norm": write_interval(far),
            "norm_runs": write_range(ratios[1]),
        },
        len(cell.seeds),
    )
