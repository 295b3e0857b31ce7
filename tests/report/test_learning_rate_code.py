"""The code that the page about learning rate and λ gives to copy does what the page says."""

import numpy as np
import pytest

from wd.report.read.statistics import median_interval


@pytest.fixture(scope="module")
def compare_cells(run_code):
    return run_code("learning-rate")["compare_cells"]


@pytest.fixture
def losses():
    """Twenty seeds that differ much from each other, and cells of which some hardly do."""
    draw = np.random.default_rng(0)
    cells = np.array([0.30, 0.305, 0.31, 0.5, 0.9])
    return cells + draw.normal(0, 0.1, (20, 1)) + draw.normal(0, 0.02, (20, 5))


def test_it_finds_the_cell_of_the_smallest_mean_and_the_seeds_that_agree(compare_cells, losses):
    best, agree, _ = compare_cells(losses)

    assert losses.mean(0)[best] == losses.mean(0).min()
    assert agree == np.mean([run[best] == min(run) for run in losses])
    assert 0 < agree < 1


@pytest.mark.parametrize("seeds", [6, 9, 20])
def test_rivals_are_those_whose_median_difference_has_an_interval_down_to_zero(
    compare_cells, losses, seeds
):
    losses = losses[:seeds]
    best, _, rivals = compare_cells(losses)

    differences = (losses - losses[:, [best]]).T
    expected = [cell for cell, each in enumerate(differences) if median_interval(each)[1] <= 0]
    assert [*rivals] == [cell for cell in expected if cell != best]
    assert 4 not in rivals
    assert len(rivals) > 0


def test_what_a_seed_makes_hard_for_all_cells_changes_no_rival(compare_cells, losses):
    harder = losses + np.arange(20)[:, None]

    assert [*compare_cells(harder)[2]] == [*compare_cells(losses)[2]]
