"""Tables of the page about the famous run: the parts of its test loss, and its spared bias."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.famous_run import read_parts, sum_parts
from wd.report.read.estimates import list_settled, pair
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings, spread
from wd.report.read.tables import markdown, table

_DIGITS = 2  # of the ends of ranges


@table("famous_parts")
def famous_parts(readings: Readings, labels: Labels) -> str:
    """Tabulate mean and range of each part of the expected test loss, and their sum.

    Without decay the two programs hardly differ, so that the scratch program stands for both.
    """
    found = list_settled(readings, "chapter")
    cells = [
        cell
        for cell in found
        if cell.setting.weight_decay or cell.setting.implementation == "scratch"
    ] or found
    columns = [_part_columns(cell) for cell in cells]
    rows = [
        [labels("part", name), *(_mean_and_range(column[name]) for column in columns)]
        for name in columns[0]
    ]
    names = [
        labels(
            "word",
            "cell_name",
            implementation=labels("implementation", cell.setting.implementation),
            weight_decay=write_exactly(cell.setting.weight_decay),
        )
        for cell in cells
    ]
    return markdown([labels("column", "part"), *names], rows, numeric=len(cells))


@table("spared_bias")
def spared_bias(readings: Readings, labels: Labels) -> str:
    """Tabulate the bias and the test loss with the bias spared and decayed."""
    constant = readings.cell("reference", implementation="constant")
    rows = []
    for cell in sorted(
        list_settled(readings, "bias"),
        key=lambda cell: (cell.setting.epochs, cell.setting.weight_decay, cell.setting.bias_decay),
    ):
        _, low, high = spread(cell["b"])
        rows.append(
            [
                write_exactly(cell.setting.epochs),
                write_exactly(cell.setting.weight_decay),
                labels("spared", write_exactly(cell.setting.bias_decay)),
                f"{write(low, _DIGITS)} – {write(high, _DIGITS)}",
                _median_and_range(np.divide(*pair(cell, constant))),
            ]
        )
    header = [
        labels("column", name)
        for name in ("epochs", "weight_decay", "spared", "b", "over_constant")
    ]
    return markdown(header, rows, numeric=2)


def _part_columns(cell: Reading) -> dict[str, np.ndarray]:
    parts = read_parts(cell)
    return {**parts, "total": sum_parts(cell), "measured": cell["test_loss"]}


def _mean_and_range(values: np.ndarray) -> str:
    _, low, high = spread(values)
    if low == high:
        return write(low)
    return f"{write(float(values.mean()))} ({write(low, _DIGITS)} – {write(high, _DIGITS)})"


def _median_and_range(values: np.ndarray) -> str:
    middle, low, high = spread(values)
    return f"{write(middle)} ({write(low, _DIGITS)} – {write(high, _DIGITS)})"
