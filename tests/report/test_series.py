"""Cells in a row: what may stand together, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from wd.config import Setting
from wd.report.readings import Missing, Reading
from wd.report.series import find_only, line_up, match, stack

RIDGE = Setting("ridge", weight_decay=1.0)


class Cells:
    """Stands in for the readings of one study."""

    def __init__(self, *cells: Reading) -> None:
        self.all = cells

    def cells(self, study: str, **wanted: object) -> list[Reading]:
        """Return all cells; the tests select nothing."""
        return list(self.all)


def make_cell(setting: Setting = RIDGE, *, diverged: bool = False, seeds: int = 3) -> Reading:
    """Make a cell whose norms are its λ."""
    norms = {"w_norm": np.full(seeds, setting.weight_decay)}
    return Reading(setting, np.arange(seeds), np.full(seeds, diverged), norms, None, 0)


def test_cells_stand_in_the_rising_order_of_the_hyperparameter():
    """Whatever their order in the study."""
    cells = Cells(*(make_cell(replace(RIDGE, weight_decay=each)) for each in (3.0, 0.0, 1.0)))
    row = line_up(cells, "reference", "weight_decay")
    assert stack(row, "w_norm")[:, 0].tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    "other",
    [make_cell(replace(RIDGE, n_train=40)), make_cell(diverged=True)],
    ids=["something else varies", "a run diverged"],
)
def test_a_row_that_is_none_is_refused(other):
    """No curve over λ alone could be drawn of it."""
    with pytest.raises(Missing):
        line_up(Cells(make_cell(), other), "reference", "weight_decay")


def test_one_of_several_cells_is_not_chosen():
    """A study with a grid over something else has no single such cell."""
    with pytest.raises(Missing):
        find_only(Cells(make_cell(), make_cell()), "reference")


@pytest.mark.parametrize(
    "other",
    [make_cell(replace(RIDGE, noise_std=1.0)), make_cell(seeds=2)],
    ids=["other noise", "other seeds"],
)
def test_cells_with_other_data_are_not_paired(other):
    """The same seed would be another data set."""
    with pytest.raises(Missing):
        match(make_cell(), other)


def test_cells_that_differ_in_training_alone_are_paired():
    """Their data sets are the same, seed by seed."""
    match(make_cell(), make_cell(replace(RIDGE, weight_decay=3.0)))
