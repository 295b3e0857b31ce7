"""A loss that is nothing but rounding is not shown as a measurement."""

import pytest

from wd.report.content.rounding import find_rounding
from wd.report.publish import CONTENT
from wd.report.read.tables import TABLES

TABLES.load(CONTENT)


@pytest.mark.parametrize(
    ("table", "loss", "rounding"),
    [
        ({"implementation": "concise", "weight_decay": 0}, 1.1e-11, True),
        ({"implementation": "scratch", "weight_decay": 0}, 6e-7, False),
        # in double precision the same number is a measurement
        ({"implementation": "concise", "weight_decay": 0, "dtype": "float64"}, 1.1e-11, False),
        ({"implementation": "ridge", "weight_decay": 0}, 2e-30, True),
        ({"implementation": "ridge", "weight_decay": 0.01}, 1e-8, False),
    ],
)
def test_a_loss_is_rounding_where_its_root_is_a_few_units_of_the_weights(
    invent, labels, table, loss, rounding
):
    readings = invent({"mine": table | {"seeds": 3}}, lambda *_: (loss, 88.0, 13.4, 0.05))
    cell = readings.cell("mine")

    assert find_rounding(cell, "train_loss").tolist() == [rounding] * 3
    assert not find_rounding(cell, "test_loss").any()
    shown = TABLES["study_norms"](readings, labels, study="mine")
    assert (labels("word", "rounding") in shown) == rounding


def test_a_loss_of_zero_is_rounding_too(invent):
    """As where every weight stays 0 and so does every target."""
    readings = invent({"mine": {"seeds": 1}}, lambda *_: (0.0, 0.0, 0.0, 0.0))

    assert find_rounding(readings.cell("mine"), "train_loss").all()
