"""Intervals: how sure the evidence is, apart from how much single runs vary."""

from __future__ import annotations

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


def median_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Estimate a median with a confidence interval that assumes no distribution.

    The bounds are order statistics: the number of values below the true median is binomial with
    probability ½, so that the interval covers it with at least `CONFIDENCE`.

    Args:
        values: Independent values, (seeds,), all finite.

    Returns:
        (median, low, high); the extremes where there are too few values for more.

    References:
        Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2.
    """
    ordered = np.sort(values)
    below = int(stats.binom.ppf((1 - CONFIDENCE) / 2, len(ordered), 0.5))
    low = max(below - 1, 0)
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
    interval = stats.binomtest(successes, count).proportion_ci(CONFIDENCE, method="wilson")
    return successes / count, interval.low, interval.high
