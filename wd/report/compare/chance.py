"""Whether two sets of runs differ by more than chance: tests that assume no distribution.

A run that diverged counts as larger than any other: NumPy's infinity. That is enough here, since
only the order of numbers and the signs of their differences are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy.special import bdtr, kolmogorov

from wd.report.read.statistics import CONFIDENCE, median_interval

Interval = tuple[float, float, float]


def judge_signs(differences: np.ndarray) -> float:
    """Test whether differences of pairs lie around 0; ties count for neither side.

    Returns:
        The probability that, of differences with the median 0, as few or fewer lie on one side:
        the sign test's, two-sided and exact.

    References:
        Conover, Practical Nonparametric Statistics, 3rd ed., section 3.4.
    """
    above, below = int((differences > 0).sum()), int((differences < 0).sum())
    return min(1.0, 2 * float(bdtr(min(above, below), above + below, 0.5)))


def judge_distributions(first: np.ndarray, second: np.ndarray) -> float:
    """Test by Kolmogorov and Smirnov whether two independent samples have one distribution.

    Returns:
        The probability of at least this distance between their distribution functions if they
        have, by the limit for many values; for few it is larger as a rule, which is careful.

    References:
        Conover, Practical Nonparametric Statistics, 3rd ed., section 6.3.
    """
    first, second = np.sort(first), np.sort(second)
    every = np.concatenate([first, second])
    shares = (np.searchsorted(each, every, side="right") / len(each) for each in (first, second))
    distance = float(np.abs(np.subtract(*shares)).max())
    size = len(first) * len(second) / (len(first) + len(second))
    return float(kolmogorov(math.sqrt(size) * distance))


def list_unlikely(probabilities: Sequence[float], level: float) -> list[int]:
    """Find the tests that find something, although there are many: Holm's correction.

    If nothing differs, the probability that any test is listed is at most `level`, whatever the
    tests have to do with each other.

    References:
        Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6 (1979).
    """
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__)
    for place, index in enumerate(order):
        if probabilities[index] > level / (len(order) - place):
            return order[:place]
    return order


def find_least(pairs: int, others: int | None = None) -> float:
    """Find the smallest probability that a test of so few values can give: of pairs, or of two."""
    if others is None:
        return 2.0 ** (1 - pairs)
    return judge_distributions(np.zeros(pairs), np.ones(others))


def estimate_difference(first: np.ndarray, second: np.ndarray, *, paired: bool) -> Interval:
    """Estimate by how much the second of two samples is larger, with a 95 % confidence interval.

    Of pairs it is the median of the differences. Of independent samples it is the difference of
    the medians, each of which has an interval that misses it half as often: together they miss
    at most as often as one of 95 %. Where there are too few for that it is the whole line.
    """
    if paired:
        return _find_interval(subtract(second, first), CONFIDENCE)
    halved = 1 - (1 - CONFIDENCE) / Fraction(2)
    a, b = _find_interval(first, halved), _find_interval(second, halved)
    return _minus(b[0], a[0]), _minus(b[1], a[2]), _minus(b[2], a[1])


def _find_interval(values: np.ndarray, confidence: Fraction) -> Interval:
    """A median with its interval; 0 in the middle of differences of both infinite signs."""
    with np.errstate(invalid="ignore"):
        median, low, high = median_interval(values, confidence)
    if find_least(len(values)) > 1 - confidence:  # of all values on one side of the median
        low, high = -math.inf, math.inf
    return 0.0 if math.isnan(median) else median, low, high


def subtract(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Differences, 0 where both diverged."""
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(first - second, nan=0.0, posinf=np.inf, neginf=-np.inf)


def _minus(first: float, second: float) -> float:
    return 0.0 if first == second else first - second
