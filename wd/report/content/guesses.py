"""Predict, then reveal: what the runs answer to the questions that readers are asked first."""

from __future__ import annotations

import math

import numpy as np

from wd.report.read.estimates import estimate_ratio, find_settled
from wd.report.read.guesses import guess
from wd.report.read.readings import Readings


@guess("undecayed_norm")
def undecayed_norm(readings: Readings) -> int:
    """Without decay: well below the initial norm, about it, or well above."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=0)
    start = cell.setting.init_std * math.sqrt(cell.setting.n_features)
    return int(np.digitize(float(np.median(cell["w_norm"])) / start, (0.5, 2)))


@guess("decayed_norm")
def decayed_norm(readings: Readings) -> int:
    """At λ = 3 most of the squared norm is in the row space, or of the start's unseen part."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    share = float(np.median((cell.measure("null_norm") / cell["w_norm"]) ** 2))
    return int(share > 0.5)


@guess("against_a_constant")
def against_a_constant(readings: Readings) -> int:
    """The run at λ = 3 is clearly better than a constant, as good within a tenth, or worse."""
    run = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    constant = find_settled(readings, "reference", implementation="constant")
    return int(np.digitize(estimate_ratio(run, constant)[0], (0.9, 1.1)))


@guess("where_decay_helps")
def where_decay_helps(readings: Readings) -> int:
    """The best λ gains most where n is well below d, about d, or well above."""
    best = [1.0, 1.0, 1.0]
    for cell in readings.cells("peak", implementation="ridge"):
        setting = cell.setting
        undecayed = find_settled(
            readings, "peak", implementation="ridge", weight_decay=0, n_train=setting.n_train
        )
        place = int(np.digitize(setting.n_train / setting.n_features, (0.7, 1.4)))
        best[place] = max(best[place], estimate_ratio(undecayed, cell)[0])
    return best.index(max(best))
