"""The intervals are those of scipy.stats, for any number of seeds."""

import numpy as np
import pytest
from scipy import stats

from wd.report.statistics import median_interval, share_interval


@pytest.mark.parametrize("count", [1, 2, 5, 6, 20, 100, 200, 1000, 5000])
def test_the_interval_of_a_median_ends_where_the_binomial_distribution_says(count):
    values = np.random.default_rng(3).normal(size=count)
    ordered = np.sort(values)
    expected = stats.quantile_test(values).confidence_interval(0.95)
    low = expected.low if np.isfinite(expected.low) else ordered[0]
    high = expected.high if np.isfinite(expected.high) else ordered[-1]

    assert median_interval(values) == (np.median(values), low, high)


def test_the_interval_covers_the_median_as_often_as_it_promises():
    draws = np.random.default_rng(5).normal(size=(2000, 50))
    covered = [low <= 0 <= high for _, low, high in map(median_interval, draws)]

    assert stats.binomtest(sum(covered), len(covered), 0.95, "less").pvalue > 0.001


@pytest.mark.parametrize(
    ("successes", "count"), [(0, 5), (5, 5), (3, 10), (500, 1000), (199, 200), (1, 1)]
)
def test_the_interval_of_a_share_is_wilsons(successes, count):
    expected = stats.binomtest(successes, count).proportion_ci(0.95, method="wilson")

    found = share_interval(successes, count)
    assert found == pytest.approx((successes / count, *expected), rel=1e-12, abs=1e-12)
    assert 0 <= found[1] <= found[0] <= found[2] <= 1
