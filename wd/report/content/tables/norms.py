"""Tables of norms and losses: the chapter's, and those of any study over what varies in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wd.declarations import HYPERPARAMETERS
from wd.report.content.rounding import find_rounding
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings, spread
from wd.report.read.tables import markdown, table


@table("norms")
def norms(readings: Readings, labels: Labels) -> str:
    """Tabulate the printed norm of every cell of the chapter's study."""
    rows = []
    for cell in readings.cells("chapter"):
        if cell.setting.weight_decay is None:
            continue
        rows.append(
            [
                labels("implementation", cell.setting.implementation),
                write_exactly(cell.setting.weight_decay),
                _number(cell["w_norm"][0], labels, digits=4),
                *_spread(cell, "w_norm", labels),
            ]
        )
    seed = write_exactly(int(readings.cells("chapter")[0].seeds[0]))
    header = [
        labels("column", "implementation"),
        labels("column", "weight_decay"),
        labels("column", "one_seed", seed=seed),
        labels("column", "median"),
        labels("column", "percentiles"),
    ]
    return markdown(header, rows, numeric=4)


@table("study_norms")
def study_norms(readings: Readings, labels: Labels, study: str) -> str:
    """Tabulate norm and losses of every cell of a study over what varies in its grid."""
    cells = readings.cells(study)
    varying = [name for name in HYPERPARAMETERS if name == "implementation" or _varies(name, cells)]
    rows = []
    for cell in cells:
        values = [_hyperparameter(cell, name, labels) for name in varying]
        diverged = int(cell.diverged.sum())
        rows.append(
            [
                *values,
                *_spread(cell, "w_norm", labels),
                _loss(cell, labels),
                *_spread(cell, "test_loss", labels),
                str(diverged),
            ]
        )
    header = [
        *(labels("column", name) for name in varying),
        labels("column", "median_w_norm"),
        labels("column", "percentiles"),
        labels("column", "median_train_loss"),
        labels("column", "median_test_loss"),
        labels("column", "percentiles"),
        labels("column", "diverged"),
    ]
    return markdown(header, rows, numeric=len(header) - 1)


def _varies(name: str, cells: Sequence[Reading]) -> bool:
    """Whether a hyperparameter differs within a program: between two it may differ by itself."""
    values: dict[str, set] = {}
    for cell in cells:
        values.setdefault(cell.setting.implementation, set()).add(getattr(cell.setting, name))
    return any(len(each) > 1 for each in values.values())


def _hyperparameter(cell: Reading, name: str, labels: Labels) -> str:
    value = getattr(cell.setting, name)
    if value is None:
        return labels("word", "not_used")
    return labels("implementation", value) if name == "implementation" else write_exactly(value)


def _spread(cell: Reading, column: str, labels: Labels) -> tuple[str, str]:
    """The median and the range of the 5th to 95th percentile, diverged runs left out."""
    if cell.diverged.all():
        return labels("word", "diverged"), ""
    middle, low, high = spread(cell[column])
    return write(middle), f"{write(low)} – {write(high)}"


def _loss(cell: Reading, labels: Labels) -> str:
    """The median training loss, or a word where that is rounding and no measurement."""
    if not cell.diverged.all() and np.mean(find_rounding(cell, "train_loss")) > 0.5:
        return labels("word", "rounding")
    return _spread(cell, "train_loss", labels)[0]


def _number(value: float, labels: Labels, digits: int) -> str:
    return write(value, digits) if math.isfinite(value) else labels("word", "diverged")
