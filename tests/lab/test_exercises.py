"""What the exercises' study computes by clever ways, computed by plain ones."""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from wd.config import Setting
from wd.declarations import KINDS
from wd.lab.solutions import ridge
from wd.lab.studies import exercises
from wd.lab.studies.problem import draw

SIZES = {"n_train": 12, "n_features": 5, "true_w": 0.3, "noise_std": 0.2}
KIND = "exercises"


def settle(**chosen):
    return Setting.read(KIND, SIZES | {"weight_decay": 0.7} | chosen)


def centre(setting, seed=0):
    problem = draw(setting, seed)
    x, y = problem.x[0].numpy(), problem.y[0, :, 0].numpy()
    return problem, x - x.mean(0), y - y.mean()


def test_every_number_is_measured_and_the_ways_agree():
    ((_, outcomes),) = exercises.measure([settle(n_train=20, n_features=60)], range(3))

    assert set(outcomes.measures) == set(KINDS[KIND].numbers)
    for name in ("augmented", "root_own", "map", "penalty", "shrink"):
        assert outcomes.measures[f"{name}_distance"].max() < 1e-11
    for name in ("trace", "shrunk"):
        assert outcomes.measures[f"{name}_distance"].max() < 1e-13


def test_the_posterior_is_that_of_the_joint_normal_distribution():
    """Weights and targets are jointly normal; mean and covariance by brute force."""
    setting = settle()
    problem, x, y = centre(setting)
    found = exercises.believe(problem, setting)
    tau = 0.2 / np.sqrt(12 * 0.7)
    precision = x.T @ x / 0.2**2 + np.eye(5) / tau**2
    spread = np.sqrt(np.diag(np.linalg.inv(precision)))
    mean = np.linalg.solve(precision, x.T @ y / 0.2**2)
    optimum = ridge.solve(problem.spectrum, [0.7])[0][0, :, 0].numpy()

    assert found["prior_std"] == pytest.approx(tau, rel=1e-12)
    np.testing.assert_allclose(mean, optimum, rtol=1e-10)
    inside = np.abs(0.3 - mean) < norm.ppf(0.975) * spread
    assert found["covered"].item() == pytest.approx(100 * inside.mean())


def test_a_share_of_the_weights_can_be_covered():
    """The interval's width counts: neither all nor none of the weights lie within it."""
    shares = []
    for seed in range(6):
        setting = settle(n_features=40, true_w=0.25, weight_decay=0.1)
        shares.append(exercises.believe(draw(setting, seed), setting)["covered"].item())

    assert 0 < min(shares) < 100
    assert max(shares) - min(shares) > 1


def test_rescaled_descent_rests_where_many_single_steps_do():
    problem, x, y = centre(settle())
    scale = 2.0 ** np.linspace(-1, 1, 5)
    ends = {"penalty": np.zeros(5), "shrink": np.zeros(5)}
    for _ in range(4000):
        for name, w in ends.items():
            gradient = x.T @ (x @ w - y) / 12
            apart = scale if name == "penalty" else 1
            ends[name] = w - 0.05 * (scale * gradient + apart * 0.7 * w)
    asked = np.linalg.solve(x.T @ x / 12 + 0.7 * np.eye(5), x.T @ y / 12)
    own = np.linalg.solve(x.T @ x / 12 + np.diag(0.7 / scale), x.T @ y / 12)

    np.testing.assert_allclose(ends["penalty"], asked, rtol=1e-9)
    np.testing.assert_allclose(ends["shrink"], own, rtol=1e-9)
    found = exercises.rescale(problem, 0.7)
    apart = np.linalg.norm(own - asked) / np.linalg.norm(asked)
    assert found["apart_distance"].item() == pytest.approx(apart, rel=1e-10)


def test_twice_as_many_steps_are_two_runs_in_a_row():
    generator = torch.Generator().manual_seed(0)
    step = torch.randn(3, 3, generator=generator, dtype=torch.float64) / 4
    push = torch.randn(3, 1, generator=generator, dtype=torch.float64)

    rest = torch.linalg.solve(torch.eye(3, dtype=torch.float64) - step, push)[:, 0]

    torch.testing.assert_close(exercises._run(step, push), rest, rtol=1e-12, atol=0)


def test_a_decay_beyond_two_steps_changes_signs_and_counts_by_its_size():
    w = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    found = exercises.decay_a_matrix(w, lr=1.0, weight_decay=1.5)

    assert found["shrunk_distance"] < 1e-13


@pytest.mark.parametrize("chosen", [{"weight_decay": 0}, {"noise_std": 0}])
def test_where_no_prior_belongs_to_it_the_posterior_is_left_out(chosen):
    ((_, outcomes),) = exercises.measure([settle(**chosen)], range(2))

    assert np.isnan(outcomes.measures["map_distance"]).all()
    assert outcomes.measures["augmented_distance"].max() < 1e-12


def test_the_least_decay_that_can_be_solved_with_is_solved_with():
    ((_, outcomes),) = exercises.measure([settle(weight_decay=exercises.LEAST)], range(2))

    for name in ("root_own", "map", "penalty", "shrink"):
        assert np.isfinite(outcomes.measures[f"{name}_distance"]).all()
