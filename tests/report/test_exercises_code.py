"""The code on the page of exercises does what the page says, and its commands draw figures."""

import re

import numpy as np
import pytest
import torch
from sklearn.linear_model import Lasso, Ridge

from wd.project import PROJECT
from wd.report.publish import CONTENT
from wd.report.read.figures import FIGURES

PAGE = (PROJECT / "docs/en/exercises.md.j2").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def program(run_code):
    """All that the page's pieces define."""
    return run_code("exercises")


def measure_distance(one, other):
    return (torch.dist(one, other) / other.norm()).item()


def test_its_ridge_is_that_of_scikit_learn(program):
    model = Ridge(alpha=3 * program["n"], solver="svd").fit(program["x"], program["y"])

    np.testing.assert_allclose(program["ridge"](3), model.coef_, rtol=1e-9)


def test_its_proximal_steps_end_at_the_lasso_with_zeros(program):
    model = Lasso(alpha=0.02, tol=1e-12, max_iter=1_000_000).fit(program["x"], program["y"])
    w = program["w"].numpy()

    np.testing.assert_allclose(w, model.coef_, atol=1e-8 * np.abs(w).max())
    assert set(w.nonzero()[0]) == set(model.coef_.nonzero()[0])
    assert 0 < np.count_nonzero(w) < program["n"]


def test_each_singular_value_shrinks_alike(program):
    torch.testing.assert_close(
        program["shrunk"], torch.full((10,), 1 - 0.009, dtype=torch.float64), rtol=1e-12, atol=0
    )


def test_the_prior_is_that_of_the_page_and_its_most_probable_weights_are_ridge(program):
    assert program["tau"] == pytest.approx(0.01 / 60**0.5)
    assert measure_distance(program["probable"], program["ridge"](3)) < 1e-12


def test_further_rows_make_it_ridge(program):
    assert measure_distance(program["stacked"], program["ridge"](3)) < 1e-12


def test_shrinking_apart_from_a_rescaled_gradient_is_another_penalty(program):
    resting, ridge = program["resting"], program["ridge"]

    assert measure_distance(resting, ridge(3 / program["scale"])) < 1e-12
    assert measure_distance(resting, ridge(3)) > 0.1


def test_under_pure_noise_adamw_shrinks_as_without_and_adam_by_the_noise(program):
    """Means of 500 replicas have a standard error of about 0.003."""
    adamw, adam = program["adamw"], program["adam"]

    assert adamw.tolist() == pytest.approx([(1 - 1e-4) ** 5000] * 2, abs=0.015)
    assert adam[0].item() == pytest.approx(np.exp(-5000 * 1e-4 / 10), abs=0.015)
    assert adam[1].item() < 0.05


def test_its_commands_draw_figures_that_there_are():
    commands = re.findall(r"`invoke figure ([\w-]+)`", PAGE)

    assert len(commands) > 3
    assert set(commands) <= set(FIGURES.load(CONTENT))
