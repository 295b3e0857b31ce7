"""What a reader finds by turning λ in the picture of the optimum."""

from __future__ import annotations

import numpy as np

from wd.report.claims import Verdict, claim
from wd.report.numbers import write, write_exactly
from wd.report.readings import Missing, Readings
from wd.report.series import line_up, stack


@claim("a-little-decay-helps-in-the-picture")
def a_little_decay_helps_in_the_picture(readings: Readings) -> Verdict:
    """On the portrait's data the test loss has its minimum inside, and the training loss rises."""
    cells = line_up(readings, "portrait", "weight_decay")
    decays = [write_exactly(cell.setting.weight_decay) for cell in cells]
    if decays[0] != "0" or len(cells[0].seeds) != 1:
        raise Missing("portrait")
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
