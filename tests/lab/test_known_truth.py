"""Ridge where the truth is known: scikit-learn and new examples as oracles, and the limit."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from sklearn.linear_model import Ridge

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.studies import known_truth
from wd.lab.theory.isotropic import best_penalty, say_risk
from wd.report.content.claims.known_truth import LITTLE, NEIGHBOURS


def read(n, d=30, noise=0.5):
    return Setting.read("known_truth", {"n_train": n, "n_features": d, "noise_std": noise})


def draw(setting, seed):
    n, d = setting.n_train, setting.n_features
    x = normals(seed, "x", n, d).numpy()
    w = np.full(d, 1 / math.sqrt(d))
    return x, x @ w + setting.noise_std * normals(seed, "noise", n).numpy(), w


@pytest.mark.parametrize("n", [10, 29, 30, 31, 80])
def test_the_risks_are_those_of_scikit_learns_ridge(n):
    """Whose λ stands beside the sum of squares as well; at zero, those of the pseudo-inverse."""
    setting = read(n)
    x, y, w = draw(setting, 3)
    for share, risk in known_truth.fit(setting, 3).tolist():
        if share:
            penalty = share * 30 * 0.25
            found = Ridge(alpha=penalty, fit_intercept=False, solver="svd").fit(x, y).coef_
        else:
            found = np.linalg.pinv(x) @ y
        assert risk == pytest.approx(np.sum((found - w) ** 2) + 0.25, rel=1e-7)


def test_the_risk_is_the_mean_squared_error_of_new_examples():
    setting = read(40)
    x, y, w = draw(setting, 5)
    found = np.linalg.solve(x.T @ x + 7.5 * np.eye(30), x.T @ y)
    new = np.random.default_rng(0).normal(size=(400_000, 30))
    errors = new @ (w - found) + 0.5 * np.random.default_rng(1).normal(size=len(new))
    shares, risks = known_truth.fit(setting, 5).T

    assert risks[shares == 1].item() == pytest.approx(np.mean(errors**2), rel=0.01)


@pytest.mark.parametrize("n", [15, 30, 90])
def test_the_best_penalty_is_best_on_average_whatever_n_is(n):
    """Over truths in every direction it is the posterior mean's, so that no other is better."""
    risks = torch.stack([known_truth.fit(read(n), seed)[:, 1] for seed in range(400)]).mean(0)

    assert known_truth.SHARES[risks.argmin()] == 1
    assert best_penalty(30, 0.5) == 7.5


@pytest.mark.parametrize("n", [50, 200, 400, 800, 4000])
def test_the_formula_is_the_integral_over_the_eigenvalues_of_the_limit(n):
    """E‖w − w*‖² at the best λ is σ²·tr(XᵀX + dσ²I)⁻¹, for d → ∞ by Marchenko and Pastur's law."""
    d, variance = 400, 0.25
    ratio = d / n
    low, high = (1 - math.sqrt(ratio)) ** 2, (1 + math.sqrt(ratio)) ** 2

    def weigh(t):  # eigenvalue of XᵀX/n, by an angle, so that the ends are smooth
        mu = (low + high) / 2 + (high - low) / 2 * math.cos(t)
        density = math.sqrt((high - mu) * (mu - low)) / (2 * math.pi * ratio * mu)
        return density / (mu + ratio * variance) * (high - low) / 2 * math.sin(t)

    rest = max(0, 1 - 1 / ratio) / (ratio * variance)  # eigenvalues that are 0
    m = quad(weigh, 0, math.pi)[0] + rest

    assert say_risk(n, d, 0.5) == pytest.approx(variance * (1 + ratio * m), rel=1e-6)


@pytest.mark.parametrize(("n", "risk"), [(200, 0.5), (400, 0), (800, 0)])
def test_without_noise_the_formula_says_what_no_example_shows(n, risk):
    """Of 400 directions those that n examples don't span: their share of the truth is missed."""
    assert say_risk(n, 400, 0.0) == pytest.approx(risk, abs=1e-12)


@pytest.mark.parametrize("n", [100, 200, 400])
def test_the_formula_is_near_the_mean_of_many_data_sets(n):
    risks = [known_truth.fit(read(n, 200), seed)[:, 1] for seed in range(20)]
    at_best = torch.stack(risks)[:, known_truth.SHARES == 1].mean().item()

    assert at_best == pytest.approx(say_risk(n, 200, 0.5), rel=0.03)


def test_a_data_set_of_fewer_examples_is_the_beginning_of_a_larger_one():
    assert torch.equal(draw_inputs(20), draw_inputs(50)[:20])


def test_what_the_claim_asks_for_is_tried():
    assert {0, LITTLE, *NEIGHBOURS, 1} <= set(known_truth.SHARES.tolist())


def draw_inputs(n):
    return normals(4, "x", n, 30)
