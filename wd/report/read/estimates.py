"""Estimates from the evidence, and how pages write them: value [95 % interval], low – high."""

from __future__ import annotations

import numpy as np

from wd.report.read.numbers import write
from wd.report.read.readings import Missing, Reading, Readings, spread
from wd.report.read.statistics import median_interval, share_interval

Interval = tuple[float, float, float]
"""An estimate with the bounds of its 95 % confidence interval."""


def find_settled(readings: Readings, study: str, **wanted: object) -> Reading:
    """Select the only such cell, all of whose runs have numbers.

    Raises:
        Missing: If there is none or several, or some of its runs diverged.
    """
    cell = readings.cell(study, **wanted)
    if cell.diverged.any():
        raise Missing("diverged", study=study)
    return cell


def list_settled(readings: Readings, study: str, **wanted: object) -> list[Reading]:
    """Select those of such cells all of whose runs have numbers.

    Raises:
        Missing: If there is no such cell, or runs of each diverged.
    """
    cells = [cell for cell in readings.cells(study, **wanted) if not cell.diverged.any()]
    if not cells:
        raise Missing("diverged", study=study)
    return cells


def pair(
    first: Reading, second: Reading, column: str = "test_loss"
) -> tuple[np.ndarray, np.ndarray]:
    """Read a column of two cells on their common seeds, which have the same data.

    Returns:
        Two arrays, (seeds,), in the same order of seeds.

    Raises:
        Missing: If they have no seed in common.
    """
    _, of_first, of_second = np.intersect1d(first.seeds, second.seeds, return_indices=True)
    if not of_first.size:
        raise Missing("seeds", study=first.study, other=f"[study.{second.study}]")
    return first[column][of_first], second[column][of_second]


def estimate_ratio(first: Reading, second: Reading, column: str = "test_loss") -> Interval:
    """Estimate the median over seeds of the ratio first/second, pair by pair."""
    one, other = pair(first, second, column)
    return median_interval(one / other)


def estimate_share(flags: np.ndarray) -> Interval:
    """Estimate the share of seeds for which something is so."""
    return share_interval(int(flags.sum()), len(flags))


def write_interval(interval: Interval, scale: float = 1, digits: int = 3) -> str:
    """Write an estimate with its interval, such as "0.365 [0.364, 0.366]"; `scale` 100 is %."""
    value, low, high = (write(scale * number, digits) for number in interval)
    return f"{value} [{low}, {high}]"


def write_extremes(values: np.ndarray, digits: int = 3) -> str:
    """Write the smallest and the largest value: "0.31 – 0.80"."""
    return f"{write(float(values.min()), digits)} – {write(float(values.max()), digits)}"


def write_range(values: np.ndarray, scale: float = 1, digits: int = 3) -> str:
    """Write how much single runs vary, from the 5th to the 95th percentile: "0.33 – 0.40"."""
    _, low, high = spread(values)
    return f"{write(scale * low, digits)} – {write(scale * high, digits)}"
