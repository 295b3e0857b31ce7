"""The intervals are those of scipy.stats, for any number of seeds, and cost little for many."""

import math
import sys

import numpy as np
import pytest
from scipy import stats

from wd.report.read import statistics
from wd.report.read.statistics import CONFIDENCE, median_interval, share_interval


@pytest.mark.parametrize("count", [1, 2, 5, 6, 20, 100, 200, 1000, 5000])
def test_the_interval_of_a_median_ends_where_the_binomial_distribution_says(count):
    values = np.random.default_rng(3).normal(size=count)
    ordered = np.sort(values)
    expected = stats.quantile_test(values).confidence_interval(0.95)
    low = expected.low if np.isfinite(expected.low) else ordered[0]
    high = expected.high if np.isfinite(expected.high) else ordered[-1]

    assert median_interval(values) == (np.median(values), low, high)


def test_the_bounds_are_those_that_the_sum_of_binomial_coefficients_gives():
    """The sum as it is written in textbooks, each coefficient by itself."""
    for count in range(1, 200):
        ways = np.cumsum([math.comb(count, below) for below in range(count + 1)], dtype=object)
        target = (1 - CONFIDENCE) / 2 * 2**count

        assert statistics._count_below(count) == np.argmax(ways >= target)


@pytest.fixture
def count_operations(monkeypatch):
    """A function that counts the lines a call runs here, and what is multiplied out of sight."""

    def count(call):
        done = 0

        def comb(n, k):
            nonlocal done
            done += min(k, n - k)
            return COMB(n, k)

        def step(frame, event, _):
            nonlocal done
            done += event == "line"
            return step if frame.f_code.co_filename == statistics.__file__ else None

        monkeypatch.setattr(math, "comb", comb)
        before = sys.gettrace()
        sys.settrace(step)
        try:
            call()
        finally:
            sys.settrace(before)
        return done

    return count


COMB = math.comb


def test_an_interval_of_ten_times_as_many_values_takes_ten_times_the_operations(count_operations):
    """Of 10,000 seeds a page once took minutes: it grew with the cube of their number."""
    few, many = np.arange(1_000.0), np.arange(10_000.0)

    statistics._count_below.cache_clear()
    operations = [count_operations(lambda each=each: median_interval(each)) for each in (few, many)]
    again = count_operations(lambda: median_interval(many + 1))

    assert 1_000 < operations[0] < 5 * len(few)
    assert operations[1] < 11 * operations[0]
    assert again < 20


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
