"""Losses that are nothing but rounding: no measurements, and other on another processor."""

from __future__ import annotations

import numpy as np

from wd.declarations import IMPLEMENTATIONS
from wd.report.read.readings import Reading

_UNITS = 32
"""A prediction x·w + b is off by a few units of rounding of ‖w‖ + |b|: 14 at most where the loss
is 0 in exact arithmetic, and 96 or more in all other runs of the published report."""


def find_rounding(cell: Reading, column: str) -> np.ndarray:
    """Find the runs whose loss is 0 but for rounding, bool, (seeds,).

    A mean squared residual is one when its root isn't above `_UNITS` units of rounding of what the
    predictions are made of. Exact solutions are computed in double precision whatever their data.

    Args:
        cell: A cell of the matrix.
        column: "train_loss" or "test_loss".
    """
    trained = IMPLEMENTATIONS[cell.setting.implementation].trained
    unit = np.finfo(cell.setting.dtype if trained else "float64").eps
    floor = _UNITS * unit * (cell["w_norm"] + np.abs(cell["b"]))
    return np.sqrt(2 * cell[column]) <= floor
