"""What a claim tells besides its verdict is computed from the runs anew."""

import numpy as np
import pytest

from wd.report.content.rate_grid import STUDIES, read_grid
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


def tell_what_is_left_of_the_start(readings):
    """Of the part that no example sees, at the chapter's λ in the concise program, in per cent."""
    cell = readings.cell("chapter", implementation="concise", weight_decay=3)
    return write(100 * np.median(cell.measure("null_norm") / cell.measure("null_start")))


def tell_widest_bound(readings):
    """The largest θ of the sweep."""
    return write_exactly(max(cell.setting.theta for cell in readings.cells("hard")))


def tell_least_first_step(readings):
    """AdamW's from Adam's, in per cent of the latter."""
    shares = readings.cell("conventions", convention="adamw")["first_step_from_adam"]
    return write(min(shares.tolist()) * 100)


def tell_largest_cost(readings):
    """Of the formula's λ on the chapter's data, in per cent of the least risk."""
    (cell,) = (c for c in readings.cells("best_decay") if c.setting.noise_std == 0.01)
    return write((cell["regret"].max() - 1) * 100, 2)


def tell_least_distance_from_no_decay(readings):
    """AdamW's in a tight box, in per cent of the undecayed optimum's length."""
    cell = readings.cell("conventions_box", convention="adamw")
    return write(cell["undecayed_distance"].min() * 100)


TOLD = {
    ("decayed-bias-is-not-recognised", "runs"): tell_how_a_decayed_bias_changes_norms,
    ("inactive-bound-leaves-the-start", "least"): tell_least_inactive_bound,
    ("null-space-follows-the-decay-alone", "left"): tell_what_is_left_of_the_start,
    ("no-weight-decay-no-effect", "theta"): tell_widest_bound,
    ("best-decay-of-the-chapter-cannot-be-known", "most"): tell_largest_cost,
    ("adamw-stays-in-a-box", "undecayed"): tell_least_distance_from_no_decay,
    ("adamw-solves-another-problem", "first"): tell_least_first_step,
}


@pytest.mark.parametrize(("name", "place"), TOLD, ids="-".join)
def test_what_is_told_is_what_the_runs_say(published, claims, name, place):
    assert str(claims[name](published).words[place]) == TOLD[name, place](published)


def test_the_largest_distance_of_matched_programs_is_that_of_the_number_that_differs_most(
    published, claims
):
    finding = claims["matched-programs-agree"](published)

    assert finding.numbers["largest"] == write(
        max(value for part in finding.parts for case in part.found for value in case), 2
    )


def test_mistakes_are_told_in_per_cent_of_the_images(published, claims):
    """What the best λ saves at each rate: the median of all seeds, in a case per program and η."""
    part = claims["decay-is-worth-more-at-a-larger-rate"](published).words["fewer"]
    saved = []
    for study in STUDIES:
        grid = read_grid(published, study)
        best = grid.losses.mean(0).argmin(1)
        for rate, decay in enumerate(best):
            without, chosen = grid.mistaken[:, rate, 0], grid.mistaken[:, rate, decay]
            saved.append(np.median(100 * without - 100 * chosen))

    np.testing.assert_allclose([value for value, *_ in part.found], saved, atol=1e-12, rtol=1e-9)


def test_less_decay_than_the_best_is_told_as_less_and_more_as_more(published, claims):
    words = claims["tuned-decay-wastes-no-example"](published).words

    assert float(words["less"]) < 1 < float(words["more"])
