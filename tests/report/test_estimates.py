"""Estimates: pairs of the same data, and numbers as pages write them."""

import numpy as np
import pytest

from wd.report.estimates import estimate_ratio, estimate_share, pair, write_interval, write_range
from wd.report.readings import Missing


class Cell(dict):
    """A reading with seeds and one column."""

    def __init__(self, seeds: list[int], test_loss: list[float]):
        super().__init__(test_loss=np.array(test_loss))
        self.seeds = np.array(seeds)


def test_cells_are_paired_by_seed_whatever_their_order_and_number():
    first, second = pair(Cell([0, 1, 2], [1.0, 2.0, 3.0]), Cell([2, 0], [30.0, 10.0]))

    assert (first.tolist(), second.tolist()) == ([1.0, 3.0], [10.0, 30.0])


def test_cells_without_a_common_seed_are_no_pair():
    with pytest.raises(Missing):
        pair(Cell([0], [1.0]), Cell([1], [1.0]))


def test_a_ratio_is_of_pairs_and_not_of_medians():
    """Both medians are 2, so that their ratio is 1; the middle pair's is not."""
    ratio, _, _ = estimate_ratio(Cell([0, 1, 2], [1.0, 2.0, 9.0]), Cell([0, 1, 2], [2.0, 9.0, 2.0]))

    assert ratio == 0.5


def test_a_share_of_all_leaves_room_for_doubt():
    share, low, high = estimate_share(np.ones(50, dtype=bool))

    assert share == high == 1
    assert 0.9 < low < 0.95


def test_intervals_and_ranges_are_written_apart():
    assert write_interval((0.3652, 0.3641, 0.3660)) == "0.365 [0.364, 0.366]"
    assert write_interval((0.5, 0.25, 0.75), 100, 2) == "50 [25, 75]"
    assert write_range(np.array([-1.0] * 10 + [1.0] * 10)) == "−1.00 – 1.00"
