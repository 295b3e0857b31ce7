"""Cells in a row: what may stand together, and what is refused."""

import numpy as np
import pytest

from wd.config import Setting
from wd.report.read.readings import Missing, Reading
from wd.report.read.series import line_up, match, match_settings, stack

RIDGE = Setting.of("ridge", weight_decay=1.0)


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
    seen = np.arange(seeds), np.arange(seeds), np.full(seeds, diverged)
    return Reading("reference", setting, *seen, 0, norms, None)


def test_cells_stand_in_the_rising_order_of_the_hyperparameter():
    """Whatever their order in the study."""
    cells = Cells(*(make_cell(RIDGE.change(weight_decay=each)) for each in (3.0, 0.0, 1.0)))
    row = line_up(cells, "reference", "weight_decay")
    assert stack(row, "w_norm")[:, 0].tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (
            [make_cell(), make_cell(RIDGE.change(n_train=40))],
            ("several", {"study": "reference", "varying": "n_train"}),
        ),
        (
            [make_cell(), make_cell(RIDGE.change(weight_decay=2.0), diverged=True)],
            ("diverged", {"study": "reference"}),
        ),
        (
            [make_cell(Setting.of("constant"))],
            ("setting", {"study": "reference", "setting": "weight_decay = …"}),
        ),
    ],
    ids=["something else varies", "a run diverged", "nothing has it"],
)
def test_a_row_that_is_none_is_refused(cells, why):
    """No curve over λ alone could be drawn of it."""
    with pytest.raises(Missing) as missing:
        line_up(Cells(*cells), "reference", "weight_decay")
    assert missing.value.args == why


@pytest.mark.parametrize(
    ("other", "kind"),
    [(make_cell(RIDGE.change(noise_std=1.0)), "differing"), (make_cell(seeds=2), "seeds")],
    ids=["other noise", "other seeds"],
)
def test_cells_with_other_data_are_not_paired(other, kind):
    """The same seed would be another data set."""
    with pytest.raises(Missing) as missing:
        match(make_cell(), other)
    assert missing.value.kind == kind
    assert missing.value.details["other"] == "[study.reference]"


def test_settings_that_should_be_alike_are_named_where_they_differ():
    other = RIDGE.change(noise_std=1.0, n_train=40)
    with pytest.raises(Missing) as missing:
        match_settings(make_cell(), other, "[defaults]", ["n_test", "n_train", "noise_std"])
    assert missing.value.details["varying"] == "n_train, noise_std"


def test_cells_that_differ_in_training_alone_are_paired():
    """Their data sets are the same, seed by seed."""
    match(make_cell(), make_cell(RIDGE.change(weight_decay=3.0)))
