"""The code that the page about real data gives to copy does what the page says."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import Ridge


@pytest.fixture(scope="module")
def fit_ridge(run_code):
    return run_code("real-data")["fit_ridge"]


def load(n):
    """Digits in an order of their own, and ten targets for each."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.data))[:n]
    return digits.data[order] / 16, np.eye(10)[digits.target[order]]


@pytest.mark.parametrize("n", [20, 53, 300])
def test_it_solves_ridge_as_scikit_learn_does_for_each_weight_decay(fit_ridge, n):
    x, y = load(n)
    decays = [0.01, 1.0]
    w, b, _ = fit_ridge(x, y, decays)
    for decay, weights, bias in zip(decays, w, b, strict=True):
        oracle = Ridge(alpha=n * decay, solver="svd").fit(x, y)
        np.testing.assert_allclose(weights, oracle.coef_.T, rtol=0, atol=1e-10)
        np.testing.assert_allclose(bias, oracle.intercept_, rtol=0, atol=1e-10)


@pytest.mark.parametrize("n", [20, 53, 300])
def test_without_decay_it_finds_the_shortest_least_squares(fit_ridge, n):
    x, y = load(n)
    (w,), (b,), _ = fit_ridge(x, y, [0.0])
    expected, *_ = np.linalg.lstsq(x - x.mean(0), y - y.mean(0), rcond=1e-10)

    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-8 * np.abs(expected).max())
    np.testing.assert_allclose(x.mean(0) @ w + b, y.mean(0), rtol=0, atol=1e-10)


def test_it_counts_the_examples_that_add_no_direction(fit_ridge):
    for n in (20, 300):
        x, y = load(n)
        again = np.vstack([x, x[:1], x[3:4]])

        targets = np.vstack([y, y[:1], y[3:4]])

        _, _, before = fit_ridge(x, y, [1.0])
        _, _, after = fit_ridge(again, targets, [1.0])
        assert before == n - 1 - np.linalg.matrix_rank(x - x.mean(0))
        assert after == before + 2
