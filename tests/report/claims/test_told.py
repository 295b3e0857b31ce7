"""What a claim tells besides its verdict is computed from the runs anew."""

import numpy as np
import pytest

from wd.report.read.estimates import write_range
from wd.report.read.numbers import write, write_exactly


def tell_how_a_decayed_bias_changes_norms(readings):
    """In per cent, on the data that both studies have."""
    usual = readings.cell("chapter", implementation="scratch", weight_decay=3)
    decayed = readings.cell("bias", weight_decay=3, bias_decay=1, epochs=100)
    norms = dict(zip(usual.seeds, usual["w_norm"], strict=True))
    before = np.array([norms[seed] for seed in decayed.seeds])
    return write_range(100 * (decayed["w_norm"] - before) / before)


def tell_least_inactive_bound(readings):
    """The least θ that no data set's optimum reaches, and that cuts every start."""
    starts = readings.cell("sweep", implementation="scratch", weight_decay=0)["w_norm"]
    return write_exactly(
        min(
            cell.setting.theta
            for cell in readings.cells("hard", implementation="constrained")
            if (cell["multiplier"] == 0).all() and cell.setting.theta < (starts**2).min()
        )
    )


def tell_least_first_step(readings):
    """AdamW's from Adam's, in per cent of the latter."""
    shares = readings.cell("conventions", convention="adamw")["first_step_from_adam"]
    return write(min(shares.tolist()) * 100)


TOLD = {
    ("decayed-bias-is-not-recognised", "runs"): tell_how_a_decayed_bias_changes_norms,
    ("inactive-bound-leaves-the-start", "least"): tell_least_inactive_bound,
    ("adamw-solves-another-problem", "first"): tell_least_first_step,
}


@pytest.mark.parametrize(("name", "place"), TOLD, ids="-".join)
def test_what_is_told_is_what_the_runs_say(published, claims, name, place):
    assert str(claims[name](published).words[place]) == TOLD[name, place](published)


def test_less_decay_than_the_best_is_told_as_less_and_more_as_more(published, claims):
    words = claims["tuned-decay-wastes-no-example"](published).words

    assert float(words["less"]) < 1 < float(words["more"])
