"""What runs are compared with in figures."""

from __future__ import annotations

import pytest

from wd.report.content.figures.reference_lines import find_ridge_curve

RIDGE = {"implementation": "ridge", "weight_decay": [0, 0.01, 0.3, 3, 100], "seeds": 2}
SWEPT = {"implementation": "scratch", "weight_decay": [0, 0.1, 9], "seeds": 2}


@pytest.mark.parametrize(
    ("within", "shown"),
    [
        ([0, 0.1, 9], [0, 0.3, 3]),
        ([0.01, 100], [0.01, 0.3, 3, 100]),
        ([0], [0]),
    ],
)
def test_the_exact_curve_is_drawn_as_far_as_the_axis_goes(invent, within, shown):
    """Beyond, its numbers would be written over each other."""
    readings = invent({"reference": RIDGE, "sweep": SWEPT})
    setting = readings.cells("sweep")[0].setting

    decays, losses = find_ridge_curve(readings, setting, within)

    assert decays.tolist() == shown
    assert len(losses) == len(shown)
