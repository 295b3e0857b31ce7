"""What a claim tells besides its verdict is computed from the runs anew."""

import numpy as np
import pytest
from recomputed import PLACES, Runs, agrees

from wd.report.content.published import read_distribution, read_norms
from wd.report.content.rate_grid import STUDIES, read_grid
from wd.report.read.estimates import write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.statistics import median_interval


def tell_how_a_decayed_bias_changes_norms(readings):
    """In per cent, on the data that both studies have."""
    usual = readings.cell("chapter", implementation="scratch", weight_decay=3)
    decayed = readings.cell("bias", weight_decay=3, bias_decay=1, epochs=100)
    norms = dict(zip(usual.seeds, usual["w_norm"], strict=True))
    before = np.array([norms[seed] for seed in decayed.seeds])
    return write_range(100 * (decayed["w_norm"] - before) / before)


def _list_inactive(readings):
    """The cells of θ that no data set's optimum reaches, and that cut every start."""
    starts = readings.cell("sweep", implementation="scratch", weight_decay=0)["w_norm"]
    return [
        cell
        for cell in readings.cells("hard", implementation="constrained")
        if (cell["multiplier"] == 0).all() and cell.setting.theta < (starts**2).min()
    ]


def tell_least_inactive_bound(readings):
    """The least θ of those."""
    return write_exactly(min(cell.setting.theta for cell in _list_inactive(readings)))


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


def tell_how_much_longer_the_farthest_run_is(readings):
    """At the largest θ that cuts every start, the projected run over the optimum."""
    theta = max(each.setting.theta for each in _list_inactive(readings))
    run, optimum = (
        readings.cell("hard", implementation=name, theta=theta)["w_norm"]
        for name in ("projected", "constrained")
    )
    return write_interval(median_interval(run / optimum))


def tell_largest_rate(readings):
    """Of the grids."""
    return write_exactly(
        max(cell.setting.lr for study in STUDIES for cell in readings.cells(study))
    )


def tell_pace_of_decay_alone(readings):
    """Five epochs of four steps at the chapter's η and λ."""
    return write((1 - 0.003 * 3) ** 20, 4)


def tell_bounds(place):
    """The bounds θ of the sweep, rising."""

    def tell(readings):
        thetas = sorted({cell.setting.theta for cell in readings.cells("hard")})
        return write_exactly(thetas[place])

    return tell


def tell_decays(study, place):
    """The λ of a study, rising."""

    def tell(readings):
        decays = {cell.setting.weight_decay for cell in readings.cells(study)} - {None}
        return write_exactly(sorted(decays)[place])

    return tell


def tell_sizes_beside_the_peak(readings):
    """The training sets next to the one whose examples but one are the rank."""
    sizes = sorted(cell.setting.n_train for cell in readings.cells("real_diabetes"))
    peak = sizes.index(int(readings.cell("real_diabetes", n_train=240)["rank"][0]) + 1)
    return str((str(sizes[peak - 1]), str(sizes[peak + 1])))


TOLD = {
    ("peak-stands-where-the-rank-stops", "beside"): tell_sizes_beside_the_peak,
    ("norm-still-falls-at-the-end", "alone"): tell_pace_of_decay_alone,
    ("half-the-price-is-the-slope", "least"): tell_bounds(0),
    ("half-the-price-is-the-slope", "next"): tell_bounds(1),
    ("every-bound-has-one-price", "least"): tell_bounds(0),
    ("smaller-bound-larger-training-loss", "least"): tell_bounds(0),
    ("safe-limit-is-sufficient", "least"): tell_decays("stability", 0),
    ("safe-limit-is-sufficient", "most"): tell_decays("stability", -1),
    ("safe-limit-is-not-necessary", "most_decay"): tell_decays("stable_rates", -1),
    ("smaller-norm-is-not-a-better-model", "decay"): tell_decays("reference", -1),
    ("infinite-weight-decay-leaves-a-constant", "decay"): tell_decays("chapter_noise", -1),
    ("infinite-weight-decay-leaves-a-constant", "before"): tell_decays("chapter_noise", -2),
    ("decayed-bias-is-not-recognised", "runs"): tell_how_a_decayed_bias_changes_norms,
    ("inactive-bound-leaves-the-start", "least"): tell_least_inactive_bound,
    ("null-space-follows-the-decay-alone", "left"): tell_what_is_left_of_the_start,
    ("no-weight-decay-no-effect", "theta"): tell_widest_bound,
    ("best-decay-of-the-chapter-cannot-be-known", "most"): tell_largest_cost,
    ("adamw-stays-in-a-box", "undecayed"): tell_least_distance_from_no_decay,
    ("inactive-bound-leaves-the-start", "farthest"): tell_how_much_longer_the_farthest_run_is,
    ("decay-is-worth-more-at-a-larger-rate", "most"): tell_largest_rate,
    ("adamw-solves-another-problem", "first"): tell_least_first_step,
}


@pytest.mark.parametrize(("name", "place"), TOLD, ids=map("-".join, TOLD))
def test_what_is_told_is_what_the_runs_say(published, claims, name, place):
    assert str(claims[name](published).words[place]) == TOLD[name, place](published)


@pytest.mark.parametrize(
    ("name", "places", "find"), PLACES, ids=["-".join([name, *each]) for name, each, _ in PLACES]
)
def test_parts_and_numbers_are_those_of_the_runs_computed_anew(
    published, claims, name, places, find
):
    words, values = claims[name](published).words, find(Runs(published))

    assert [place for place, how in places.items() if not agrees(words[place], values, how)] == []


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


@pytest.mark.parametrize(
    ("name", "printed", "make"),
    [
        ("published-norms-are-normal", "norm", lambda norms: norms),
        ("published-half-squares-are-normal", "half_square", lambda norms: norms**2 / 2),
    ],
)
def test_places_among_runs_are_told_in_per_cent(published, claims, name, printed, make):
    """Of the published numbers, the lowest place and the highest."""
    words = claims[name](published).words
    places = [
        np.searchsorted(np.sort(runs), norm.value) / len(runs) * 100
        for norm in read_norms(printed=printed)
        for runs in [make(read_distribution(published, norm))]
    ]

    assert (words["lowest"], words["highest"]) == (write(min(places)), write(max(places)))


def test_less_decay_than_the_best_is_told_as_less_and_more_as_more(published, claims):
    words = claims["tuned-decay-wastes-no-example"](published).words

    assert float(words["less"]) < 1 < float(words["more"])
