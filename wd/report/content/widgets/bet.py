"""Home's first screen: the test loss over λ, to be dragged until a run beats the constant."""

from __future__ import annotations

from typing import Any

import numpy as np

from wd.report.read.estimates import find_settled, pair
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import line_up_decays
from wd.report.read.widgets import shorten, widget

_DOTS = 20
"""Dots of a row: each stands for one run in twenty, at the middle of its twentieth."""


@widget("bet")
def gather_bet(readings: Readings, labels: Labels) -> dict[str, Any]:
    """Gather how well the runs of the sweep predict, and what they have to beat.

    Returns:
        decays: each λ as it is written; first: the place of the λ that the widget begins with;
        rows: for each program its name and, for each λ, the test loss of its dots, the median of
        the ratio to the constant's test loss on the same data, and the share of runs, in per cent,
        that test below it; constant: its median test loss.

    Raises:
        Missing: If the studies aren't there, or a run diverged.
    """
    constant = find_settled(readings, "reference", implementation="constant")
    middles = (np.arange(_DOTS) + 0.5) / _DOTS
    rows, decays = [], list[float]()
    for name in ("scratch", "concise"):
        cells = line_up_decays(readings, "sweep", implementation=name)
        found = [cell.setting.weight_decay for cell in cells]
        if decays not in ([], found):
            raise Missing("several", study="sweep", varying="weight_decay")
        decays = found
        ratios = [np.divide(*pair(cell, constant)) for cell in cells]
        rows.append(
            {
                "name": labels("widget", "bet", name),
                "dots": [shorten(np.quantile(cell["test_loss"], middles), 3) for cell in cells],
                "ratio": shorten((np.median(ratio) for ratio in ratios), 3),
                "wins": [round(100 * float(np.mean(ratio < 1))) for ratio in ratios],
            }
        )
    return {
        "decays": [write_exactly(decay) for decay in decays],
        "first": 0,
        "rows": rows,
        "constant": shorten([np.median(constant["test_loss"])], 3)[0],
    }
