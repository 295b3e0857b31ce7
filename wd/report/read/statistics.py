"""Intervals: how sure the evidence is, apart from how much single runs vary.

The two formulas stand here because importing scipy.stats takes longer than rendering a page; the
tests compare with it.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from statistics import NormalDist

import numpy as np

CONFIDENCE = Fraction(95, 100)


def median_interval(
    values: np.ndarray, confidence: Fraction = CONFIDENCE
) -> tuple[float, float, float]:
    """Estimate a median with a confidence interval that assumes no distribution.

    The bounds are order statistics: the number of values below the true median is binomial with
    probability ½, so that the interval covers it with at least 95 % confidence from six values on.

    Args:
        values: Independent values, (seeds,).
        confidence: How often the interval covers the true median, at least.

    Returns:
        (median, low, high); the extremes, and less confidence, where there are fewer values.

    References:
        Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2.
    """
    ordered = np.sort(values)
    low = max(_count_below(len(ordered), confidence) - 1, 0)
    return float(np.median(ordered)), float(ordered[low]), float(ordered[len(ordered) - 1 - low])


def share_interval(successes: int, count: int) -> tuple[float, float, float]:
    """Estimate a share with Wilson's confidence interval.

    Args:
        successes: How many of `count` independent cases had the property.
        count: How many there were, at least 1.

    Returns:
        (share, low, high), between 0 and 1.

    References:
        Wilson, Probable inference, the law of succession, and statistical inference, JASA 22
        (1927).
    """
    z = NormalDist().inv_cdf(float(1 + CONFIDENCE) / 2)
    share = successes / count
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = math.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2) * z / (1 + z**2 / count)
    return share, max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0)


@cache
def _count_below(count: int, confidence: Fraction = CONFIDENCE) -> int:
    """Return the (1 - confidence)/2 quantile of the binomial distribution with probability ½.

    Each term is made from the one before it, C(n, k+1) = C(n, k)·(n-k)/(k+1), exactly in whole
    numbers: one multiplication a term. Pages ask thousands of times for the same few counts.
    """
    target = math.ceil((1 - confidence) / 2 * 2**count)
    below, term = 0, 1
    ways = term
    while ways < target:
        term = term * (count - below) // (below + 1)
        below += 1
        ways += term
    return below
