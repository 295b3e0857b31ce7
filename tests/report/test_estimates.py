"""Estimates: pairs of the same data, and numbers as pages write them."""

import numpy as np
import pytest

from wd.report.read.estimates import (
    estimate_ratio,
    estimate_share,
    find_settled,
    list_settled,
    pair,
    write_interval,
    write_range,
)
from wd.report.read.readings import Missing


class Cell(dict):
    """A reading with seeds and one column."""

    def __init__(self, seeds: list[int], test_loss: list[float], study: str = "mine"):
        super().__init__(test_loss=np.array(test_loss))
        self.seeds = np.array(seeds)
        self.study = study


def test_cells_are_paired_by_seed_whatever_their_order_and_number():
    first, second = pair(Cell([0, 1, 2], [1.0, 2.0, 3.0]), Cell([2, 0], [30.0, 10.0]))

    assert (first.tolist(), second.tolist()) == ([1.0, 3.0], [10.0, 30.0])


def test_cells_without_a_common_seed_are_no_pair():
    with pytest.raises(Missing) as missing:
        pair(Cell([0], [1.0]), Cell([1], [1.0], "yours"))
    assert missing.value.args == ("seeds", {"study": "mine", "other": "[study.yours]"})


def test_a_cell_of_which_one_run_diverged_has_no_median_to_claim(invent):
    """Nor is it listed; a study all of whose cells have such runs has none to list."""

    def value(setting, seed):
        return None if setting.weight_decay == 3 and seed == 1 else (1.0,) * 4

    readings = invent({"chapter": {"weight_decay": [0, 3], "seeds": 2}}, value)

    assert find_settled(readings, "chapter", weight_decay=0)["w_norm"].tolist() == [1.0, 1.0]
    assert [cell.setting.weight_decay for cell in list_settled(readings, "chapter")] == [0]
    for find in (find_settled, list_settled):
        with pytest.raises(Missing) as missing:
            find(readings, "chapter", weight_decay=3)
        assert missing.value.args == ("diverged", {"study": "chapter"})


def test_one_of_several_cells_is_not_chosen(invent):
    """A study with a grid over something else has no single such cell."""
    with pytest.raises(Missing) as missing:
        find_settled(invent({"chapter": {"weight_decay": [0, 3], "seeds": 1}}), "chapter")
    assert missing.value.kind == "several"


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
