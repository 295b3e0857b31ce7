"""The book's editions side by side: what their programs print, and how well they predict."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.my_norm import DECAYS
from wd.report.content.explanations import EDITIONS, name_edition, read_edition
from wd.report.read.estimates import pair
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.tables import markdown, table


@table("editions")
def editions(readings: Readings, labels: Labels) -> str:
    """Tabulate norm, half its square and test loss of each edition's programs."""
    constant = readings.cell("reference", implementation="constant")
    rows = []
    for edition in EDITIONS:
        for (program, decay), cell in read_edition(readings, edition).items():
            if decay not in DECAYS:
                continue
            name = [name_edition(readings, labels, edition), labels("implementation", program)]
            numbers = [labels("word", "diverged"), "", "", ""]
            if not cell.diverged.any():
                norms = cell["w_norm"]
                over = np.divide(*pair(cell, constant))
                loss, *_ = spread(cell["test_loss"])
                square, *_ = spread(norms**2 / 2)
                numbers = [_write(norms), write(square), write(loss), _write(over)]
            rows.append([*name, write_exactly(decay), *numbers])
    header = (
        "edition", "implementation", "weight_decay",
        "median_w_norm", "half_square", "median_test_loss", "over_constant",
    )  # fmt: skip
    return markdown([labels("column", name) for name in header], rows, numeric=5)


def _write(values: np.ndarray) -> str:
    middle, low, high = spread(values)
    return f"{write(middle)} ({write(low, 2)} – {write(high, 2)})"
