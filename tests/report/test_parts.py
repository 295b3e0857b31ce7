"""Parts of claims: a verdict needs evidence on one side of the bound, and says when it has none."""

import numpy as np
import pytest

from wd.report.read.claims import Finding
from wd.report.read.parts import Basis, Part, State, combine, median, proved, share, worst
from wd.report.read.readings import Missing

HOLDS, REFUTED, UNSURE = State.HOLDS, State.REFUTED, State.UNSURE


def interval(low, high, *, seeds=100, **bounds):
    return Part("a", Basis.INTERVAL, (((low + high) / 2, low, high),), seeds, **bounds)


@pytest.mark.parametrize(
    ("part", "state"),
    [
        (interval(2, 3, above=1), HOLDS),
        (interval(2, 3, above=2.5), UNSURE),
        (interval(2, 3, above=4), REFUTED),
        (interval(2, 3, above=2), UNSURE),
        (interval(2, 3, above=2, allowed=True), HOLDS),
        (interval(2, 3, below=4), HOLDS),
        (interval(2, 3, below=2.5), UNSURE),
        (interval(2, 3, below=1), REFUTED),
        (interval(2, 3, above=1, below=4), HOLDS),
        (interval(2, 3, above=1, below=2.5), UNSURE),
        (interval(2, 3, above=4, below=5), REFUTED),
    ],
)
def test_an_interval_decides_only_where_it_lies_on_one_side(part, state):
    assert part.state is state


@pytest.mark.parametrize("bounds", [{"above": 0}, {"below": 0}])
def test_the_median_of_five_seeds_decides_nothing(bounds):
    """Their extremes cover the median with 94 % only; six do with 97 %."""
    values = np.arange(1.0, 6.0)

    assert median("a", values, **bounds).state is UNSURE
    assert median("a", np.append(values, 6.0), **bounds).state is not UNSURE


@pytest.mark.parametrize("make", [worst, proved])
def test_a_single_run_beyond_the_bound_refutes_what_is_said_of_each(make):
    values = np.linspace(1, 2, 50)

    assert make("a", values, below=2.1).state is HOLDS
    assert make("a", np.append(values, 2.2), below=2.1).state is REFUTED
    assert make("a", np.append(values, 0.1), above=0.5).state is REFUTED


def test_twenty_of_twenty_are_too_few_for_nearly_all():
    """The case of everybody who copies a configuration and lowers the seeds."""
    part = share("a", np.ones(20, dtype=bool), above=95)

    assert part.state is UNSURE
    assert str(part) == "100 [83.9, 100]"
    assert share("a", np.ones(part.needed, dtype=bool), above=95).state is HOLDS
    assert share("a", np.ones(int(0.8 * part.needed), dtype=bool), above=95).state is UNSURE


def test_the_seeds_that_would_decide_a_median_do():
    """Drawn anew with that many, nearly all samples decide; with a fifth of them few do."""
    draw = np.random.default_rng(4)
    part = median("a", draw.normal(0.5, 1, 20), above=0.1)
    assert part.state is UNSURE

    def decided(count):
        samples = draw.normal(part.critical[0], 1, (200, count))
        return np.mean([median("a", each, above=0.1).state is not UNSURE for each in samples])

    assert decided(4 * part.needed) > 0.9
    assert decided(max(6, part.needed // 4)) < 0.5


def test_no_number_of_seeds_decides_an_estimate_on_its_bound():
    assert median("a", np.linspace(-1, 1, 21), above=0).needed is None
    assert share("a", np.arange(40) % 2 == 0, above=50).needed is None


def test_several_cases_must_all_keep_the_bound_and_the_worst_is_shown():
    good, bad = np.linspace(2, 3, 30), np.linspace(0, 1, 30)

    part = median("a", [good, bad], above=1.5)
    assert part.state is REFUTED
    assert part.critical[0] == 0.5
    assert median("a", [good, good + 1], above=1.5).state is HOLDS


def test_the_largest_of_tiny_values_is_shown_though_all_are_as_far_from_the_bound():
    """1e-12 − 1e-31 and 1e-12 − 1e-29 are the same number."""
    assert str(worst("a", np.array([1e-31, 1e-29]), below=1e-12)) == "1.00×10⁻²⁹"


def test_a_bound_is_written_as_its_author_wrote_it():
    assert interval(2, 3, above=0.95).bound == "0.95"
    assert interval(2, 3, below=3e-6).bound == "3×10⁻⁶"
    assert interval(2, 3, above=5 / 19).bound == "0.26"
    assert interval(2, 3, above=-3, below=3).bound == "3"
    with pytest.raises(ValueError, match="two bounds"):
        _ = interval(2, 3, above=0.9, below=1.2).bound


def test_a_claim_is_refuted_by_one_part_and_undecided_by_one():
    assert combine([HOLDS, UNSURE, REFUTED]) is REFUTED
    assert combine([HOLDS, UNSURE]) is UNSURE
    assert combine([HOLDS]) is HOLDS


def test_a_claim_without_parts_is_none_and_a_part_compares_something_finite():
    with pytest.raises(ValueError, match="needs parts"):
        Finding(())
    with pytest.raises(Missing):
        worst("a", np.array([1.0, np.nan]), above=0)
