"""What a reader finds by turning λ in the picture of the optimum, and by replaying the run."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import DECAY, find_chapter
from wd.report.content.split_norm import split_norm
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, proved, worst
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import line_up_decays, stack


@claim("a-little-decay-helps-in-the-picture")
def a_little_decay_helps_in_the_picture(readings: Readings) -> Finding:
    """On the portrait's data the test loss has its minimum inside, and the training loss rises."""
    cells = line_up_decays(readings, "portrait")
    if len(cells[0].seeds) > 1:
        raise Missing("premise", study="portrait", premise="single_seed")
    train, test = (stack(cells, name)[:, 0] for name in ("train_loss", "test_loss"))
    change = 100 * (test / test[0] - 1)
    best = int(change.argmin())
    decays = [write_exactly(cell.setting.weight_decay) for cell in cells]
    return Finding(
        (
            worst("little", change[best], seeds=1, below=0, unit="%"),
            worst("strong", change[-1], seeds=1, above=0, unit="%"),
            proved("train", np.diff(train), seeds=1, above=0, allowed=True),
        ),
        {
            "bare": write(test[0]),
            "best": write(test[best]),
            "best_decay": decays[best],
            "strongest": write(test[-1]),
            "strong_decay": decays[-1],
            "train_bare": write(train[0]),
            "train_strongest": write(train[-1]),
        },
    )


@claim("row-space-rests-first")
def row_space_rests_first(readings: Readings) -> Finding:
    """At λ = 3, halfway, the row-space part is near its end and the norm far from its own."""
    cell = find_chapter(readings, "scratch", DECAY)
    epochs, norms = cell.curves("w_norm")
    _, _, row = split_norm(cell)
    half = int(np.abs(epochs - epochs[-1] / 2).argmin())
    near, far = (values[:, half] / values[:, -1] for values in (row, norms))
    return Finding(
        (
            median("row", 100 * (near - 1), above=-20, below=20, unit="%"),
            worst("norm", far, above=5),
        ),
        {
            "epoch": write_exactly(float(epochs[half])),
            "epochs": write_exactly(float(epochs[-1])),
            "row_runs": write_range(100 * (near - 1)),
            "norm_runs": write_range(far),
        },
    )
