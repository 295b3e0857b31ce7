"""Other cures: closed forms against brute force, programs against scikit-learn."""

import itertools

import numpy as np
import pytest
import torch
from sklearn.linear_model import Lasso, Ridge

from wd.config import Setting
from wd.declarations import KINDS
from wd.lab.data import normals
from wd.lab.solutions import ridge
from wd.lab.studies import cures, stopping
from wd.lab.studies import dropout as dropout_study
from wd.lab.studies import lasso as lasso_study
from wd.lab.theory import dropout, leaving_out, sparse, spectral
from wd.lab.theory.testloss import predict_ridge_test_loss

SIZES = [(8, 20), (12, 12), (30, 5)]
sizes = pytest.mark.parametrize(("n", "d"), SIZES)


def draw(n, d, seed=0, shift=1.0):
    x = normals(seed, "x", n, d) + shift * torch.linspace(0, 1, d, dtype=torch.float64)
    return x, x.sum(1) / d + 0.3 * normals(seed, "noise", n)


def descend(x, y, start, lr, steps, *, free=True):
    """Full-batch steps one after the other; where `free`, the bias is at its best in each."""
    w, b = start[:-1].clone(), start[-1].clone()
    for _ in range(steps):
        if free:
            b = (y - x @ w).mean()
        residuals = x @ w + b - y
        w, b = w - lr * x.T @ residuals / len(x), b - (0 if free else lr * residuals.mean())
    return (w, (y - x @ w).mean()) if free else (w, b)


@sizes
def test_descent_is_a_filter_of_the_spectrum(n, d):
    x, y = draw(n, d)
    rows = leaving_out.factorise_rows(x)
    lr, steps = stopping.find_rate(rows), [1, 3, 40]
    shares = spectral.descend(rows.s.square(), lr, torch.tensor(steps, dtype=torch.float64))
    w, b = spectral.fit(rows, y[:, None], shares)

    for place, count in enumerate(steps):
        one, bias = descend(x, y, torch.zeros(d + 1, dtype=torch.float64), lr, count)
        torch.testing.assert_close(w[place, :, 0], one, rtol=0, atol=1e-13)
        torch.testing.assert_close(b[place, 0], bias, rtol=0, atol=1e-13)


@sizes
def test_ridge_is_the_other_filter(n, d):
    x, y = draw(n, d)
    rows, decays = leaving_out.factorise_rows(x), torch.tensor([0.01, 1.0], dtype=torch.float64)
    w, b = spectral.fit(rows, y[:, None], spectral.shrink(rows.s.square(), decays))
    own, bias = ridge.solve(ridge.factorise(x[None], y[None, :, None]), decays)

    torch.testing.assert_close(w[..., 0], own[0].T, rtol=1e-10, atol=1e-13)
    torch.testing.assert_close(b[..., 0], bias[0], rtol=1e-10, atol=1e-13)


@sizes
@pytest.mark.parametrize("noise_std", [0.0, 0.3])
def test_the_expected_risk_of_ridge_is_the_one_that_other_studies_predict(n, d, noise_std):
    x, _ = draw(n, d)
    rows, decays = leaving_out.factorise_rows(x), torch.tensor([0.01, 1.0], dtype=torch.float64)
    truth = torch.linspace(-1, 1, d, dtype=torch.float64)
    shares = spectral.shrink(rows.s.square(), decays)
    wrong, bias = spectral.expect(rows, n, -truth, shares, noise_std)
    spectrum = ridge.factorise(x[None], x[None] @ truth[:, None])
    expected = predict_ridge_test_loss(spectrum, decays, truth[:, None], noise_std)[0]

    torch.testing.assert_close(wrong + bias + noise_std**2 / 2, expected, rtol=1e-10, atol=0)


@sizes
def test_the_expected_risk_from_a_random_start_is_the_mean_over_the_noise(n, d):
    """Errors are linear in the noise: n unit vectors of it, once each, give the exact mean."""
    x, _ = draw(n, d)
    joint, noise_std = spectral.join(x), 0.3
    lr = stopping.find_rate(joint)
    truth = torch.cat([torch.linspace(-1, 1, d), torch.tensor([0.5])]).double()
    start = normals(0, "w", d + 1)
    z = torch.cat([x, torch.ones(n, 1, dtype=torch.float64)], dim=1)
    units = [torch.zeros(n, dtype=torch.float64), *(noise_std * torch.eye(n).double())]
    ends = [
        torch.cat([w, b.view(1)])
        for w, b in (descend(x, z @ truth + e, start, lr, 7, free=False) for e in units)
    ]
    expected = (ends[0] - truth).square().sum()
    expected = expected + sum((end - ends[0]).square().sum() for end in ends[1:])
    shares = spectral.descend(joint.s.square(), lr, torch.tensor([7.0], dtype=torch.float64))

    wrong, _ = spectral.expect(joint, n, start - truth, shares, noise_std)
    torch.testing.assert_close(wrong[0], expected / 2, rtol=1e-12, atol=0)


def test_along_each_direction_stopping_fits_at_most_half_as_much_again_as_its_ridge():
    """And leaves no more of the signal: the two inequalities on the page."""
    product = torch.logspace(-6, np.log10(stopping.RATE), 200, dtype=torch.float64)
    descended = spectral.descend(product, 1.0, stopping.STEPS)
    shrunk = spectral.shrink(product, 1 / stopping.STEPS)
    ratio = descended / shrunk

    assert ratio.max() == pytest.approx(1.5, rel=1e-9)
    assert ratio.min() >= 1 - 1e-12
    slow = ratio[:, product < 1e-3].square()
    assert 1.6 < slow.max() < 1.69


def test_from_a_random_start_no_step_gets_below_what_no_example_sees():
    setting = Setting.read("stopping", {})
    ((_, outcomes),) = stopping.measure([setting], range(3))
    found = outcomes.measures

    assert (found["started_best"] >= found["started_floor"]).all()
    x, w = normals(1, "x", 20, 200), normals(1, "w", 200) - 0.01
    z, w = np.column_stack([x, np.ones(20)]), np.append(w, -0.05)
    unseen = w - np.linalg.pinv(z) @ (z @ w)
    assert found["started_floor"][1] == pytest.approx(unseen @ unseen / 2, rel=1e-10)


def test_stopping_never_is_the_last_of_the_path_where_all_has_been_learned():
    setting = Setting.read("stopping", {"n_train": 30, "n_features": 5, "noise_std": 0.1})
    ((_, outcomes),) = stopping.measure([setting], range(2))
    path = outcomes.series["stopping_path"]

    np.testing.assert_allclose(path[:, -1, 1], outcomes.measures["never_risk"], rtol=1e-9)
    np.testing.assert_allclose(path[:, :, 1].min(1), outcomes.measures["stopped_risk"], rtol=1e-3)


def test_the_ratio_of_the_paths_is_the_largest_of_the_expected_squared_distances():
    """Of t steps over λ = 1/(ηt), by the eigenvalues of the inputs' covariance."""
    setting = Setting.read("stopping", {"n_train": 30, "n_features": 5, "noise_std": 0.1})
    ((_, outcomes),) = stopping.measure([setting], [3])
    x = normals(3, "x", 30, 5).numpy()
    eigenvalues, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    truth, lr = vectors.T @ np.full(5, 0.01), stopping.RATE / eigenvalues[-1]

    def expect(shares):
        noise = 0.1**2 / 30 * shares**2 / eigenvalues
        return (((1 - shares) * truth) ** 2 + noise).sum(1)

    steps = stopping.STEPS.numpy()[:, None]
    stopped = expect(1 - (1 - lr * eigenvalues) ** steps)
    decayed = expect(eigenvalues / (eigenvalues + 1 / (lr * steps)))
    assert outcomes.measures["path_ratio"][0] == pytest.approx((stopped / decayed).max(), rel=1e-9)


def test_the_risk_of_least_squares_is_that_of_its_noise_and_of_new_noise():
    """½σ²·(1 + tr (ZᵀZ)⁻¹), with a column of ones in Z."""
    setting = Setting.read("stopping", {"n_train": 30, "n_features": 5, "noise_std": 0.1})
    ((_, outcomes),) = stopping.measure([setting], range(2))

    for seed in range(2):
        z = np.column_stack([normals(seed, "x", 30, 5), np.ones(30)])
        risk = 0.1**2 / 2 * (1 + np.trace(np.linalg.inv(z.T @ z)))
        assert outcomes.measures["never_risk"][seed] == pytest.approx(risk, rel=1e-10)


def draw_sparse(seeds, share):
    setting = Setting.read(
        "lasso", {"n_train": 50, "n_features": 100, "true_w": 0.1, "noise_std": 0.05}
    )
    data = [lasso_study._draw(setting, seed) for seed in seeds]
    x, y = (torch.stack(each) for each in zip(*data, strict=True))
    return x, y, share * sparse.find_largest(x, y)


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_coordinates_and_proximal_steps_find_the_lasso_of_scikit_learn(share):
    x, y, penalty = draw_sparse(range(20), share)
    for w in (
        sparse.descend_by_coordinates(x, y, penalty, lasso_study.SWEEPS),
        sparse.descend_proximally(x, y, penalty, lasso_study.STEPS),
    ):
        for run in range(len(x)):
            model = Lasso(alpha=penalty[run].item(), tol=1e-13, max_iter=100_000)
            model.fit(x[run], y[run, :, 0])
            np.testing.assert_allclose(w[run], model.coef_, rtol=0, atol=1e-8)
            assert ((w[run] != 0).numpy() == (model.coef_ != 0)).all()


def test_the_optimum_of_l1_keeps_the_conditions_that_the_page_derives():
    x, y, penalty = draw_sparse(range(5), 0.2)
    w = sparse.descend_by_coordinates(x, y, penalty, 200).unsqueeze(2)
    gradient = x.mT @ (x @ w - y) / x.shape[1]
    bound = penalty.view(-1, 1, 1)

    assert (gradient.abs() <= bound * (1 + 1e-9)).all()
    held = torch.where(w != 0, gradient + bound * w.sign(), 0)
    assert held.abs().max() < 1e-9


@pytest.mark.parametrize("share", [0.999, 1.001])
def test_the_largest_penalty_is_the_one_that_makes_all_weights_zero(share):
    x, y, penalty = draw_sparse(range(5), share)
    for w in (
        sparse.descend_by_coordinates(x, y, penalty, 5),
        sparse.descend_proximally(x, y, penalty, 50),
    ):
        assert ((w != 0).any(1) == (share < 1)).all()


def test_a_subgradient_step_makes_no_weight_zero():
    x, y, penalty = draw_sparse(range(3), 0.2)
    w = sparse.descend_by_subgradients(x, y, penalty, 200)
    parameter = torch.zeros(100, dtype=torch.float64, requires_grad=True)
    slope = torch.linalg.matrix_norm(x[0], 2) ** 2 / 50
    for step in range(1, 201):
        parameter.grad = None
        residuals = x[0] @ parameter - y[0, :, 0]
        (residuals.square().mean() / 2 + penalty[0] * parameter.abs().sum()).backward()
        parameter.data -= parameter.grad / slope / step**0.5

    torch.testing.assert_close(w[0], parameter.detach(), rtol=0, atol=1e-12)
    assert (w != 0).all()


@pytest.mark.parametrize("dropped", [0.2, 0.75])
def test_averaged_over_all_masks_dropout_is_a_ridge_with_a_strength_for_each_weight(dropped):
    """Every mask of three inputs, with its probability, against the formula."""
    x, y = draw(5, 3)
    generator = torch.Generator().manual_seed(0)
    w, b = torch.randn(3, generator=generator, dtype=torch.float64), 0.4
    total = 0.0
    for mask in itertools.product([0.0, 1.0], repeat=3):
        kept = torch.tensor(mask, dtype=torch.float64)
        chance = dropped ** (3 - sum(mask)) * (1 - dropped) ** sum(mask)
        loss = ((x * kept / (1 - dropped)) @ w + b - y).square().mean() / 2
        total += chance * loss  # each example has a mask of its own, but the mean is the same
    expected = (x @ w + b - y).square().mean() / 2
    expected = expected + (dropout.find_strengths(x, dropped) * w.square()).sum() / 2

    assert total.item() == pytest.approx(expected.item(), rel=1e-12)


@sizes
def test_the_weighted_ridge_is_where_its_gradient_vanishes(n, d):
    x, y = draw(n, d)
    strengths = dropout.find_strengths(x, 0.5)
    w, b = dropout.solve(x, y, strengths)
    residuals = x @ w + b - y

    assert residuals.mean().abs() < 1e-12
    assert (x.T @ residuals / n + strengths * w).abs().max() < 1e-12
    alike = dropout.solve(x, y, torch.full_like(strengths, 0.7))[0]
    np.testing.assert_allclose(alike, Ridge(alpha=0.7 * n, tol=1e-12).fit(x, y).coef_, rtol=1e-9)


def test_training_with_dropout_ends_near_the_weighted_ridge_and_not_near_the_plain_one():
    setting = Setting.read(
        "dropout", {"n_train": 100, "n_features": 10, "true_w": 1.0, "noise_std": 0.5}
    )
    ((_, outcomes),) = dropout_study.measure([setting], range(2))
    found = outcomes.measures

    assert found["dropout_distance"].max() < 0.03
    assert found["plain_distance"].min() > 0.1
    assert (found["least_strength"] < found["most_strength"]).all()


def test_without_dropout_training_stays_at_the_least_squares():
    sizes = {"n_train": 30, "n_features": 3, "dropped": 0.0}
    ((_, outcomes),) = dropout_study.measure([Setting.read("dropout", sizes)], range(2))

    assert outcomes.measures["bare_distance"].max() < 1e-12


@pytest.fixture(scope="module")
def cured():
    sizes = {"n_train": 15, "n_features": 12, "noise_std": 0.1, "true_w": 0.1, "relevant": 4}
    ((_, outcomes),) = cures.measure([Setting.read("cures", sizes)], range(4))
    return outcomes.measures


def draw_cured(seed):
    truth = torch.zeros(12, dtype=torch.float64)
    truth[:4] = 0.1
    x = normals(seed, "x", 30, 12)
    return x, x @ truth + 0.1 * normals(seed, "noise", 30), truth


def judge(w, b, truth):
    return ((w - truth).square().sum() + b**2 + 0.01).item() / 2


@pytest.mark.parametrize("seed", range(4))
def test_each_cure_has_the_risk_of_the_best_of_its_models(cured, seed):
    """By scikit-learn, and by the normal equations."""
    x, y, truth = draw_cured(seed)
    few, some = x[:15], y[:15]
    grid = cures.DECAYS.tolist()
    ridges = [Ridge(alpha=15 * each, tol=1e-12).fit(few, some) for each in grid]
    lassos = [Lasso(alpha=each, tol=1e-10).fit(few, some) for each in (0.003, 0.01, 0.02, 0.05)]
    weighted = [
        dropout.solve(few, some, dropout.find_strengths(few, odds / (1 + odds))) for odds in grid
    ]
    lists = {
        "ridge": [(torch.from_numpy(m.coef_), m.intercept_) for m in ridges],
        "l1": [(torch.from_numpy(m.coef_), m.intercept_) for m in lassos],
        "dropout": weighted,
    }
    for name, models in lists.items():
        best = min(judge(w, float(b), truth) for w, b in models)
        found = cured[f"{name}_risk"][seed]
        if name == "l1":  # along the whole path, of which these are four points
            assert found <= best * 1.02
        assert found == pytest.approx(best, rel=0.2 if name == "l1" else 1e-6)
    for name, count in (("nothing", 15), ("doubled", 30)):
        z = np.column_stack([x[:count], np.ones(count)])
        solved = np.linalg.lstsq(z, y[:count].numpy(), rcond=None)[0]
        risk = judge(torch.from_numpy(solved[:-1]), solved[-1], truth)
        assert cured[f"{name}_risk"][seed] == pytest.approx(risk, rel=1e-9)
    assert cured["stopping_risk"][seed] <= cured["nothing_risk"][seed] * (1 + 1e-9)
    mean = float(some.mean())
    assert cured["constant_risk"][seed] == pytest.approx(judge(0 * truth, mean, truth), rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_fewer_features_are_those_of_largest_correlation(cured, seed):
    x, y, truth = draw_cured(seed)
    few, some = x[:15].numpy(), y[:15].numpy()
    scores = [abs(np.corrcoef(column, some)[0, 1]) for column in few.T]
    order, risks = np.argsort(scores)[::-1], []
    for k in range(13):
        z = np.column_stack([few[:, order[:k]], np.ones(15)])
        solved = np.linalg.lstsq(z, some, rcond=None)[0]
        w = torch.zeros(12, dtype=torch.float64)
        w[order[:k].copy()] = torch.from_numpy(solved[:-1])
        risks.append(judge(w, solved[-1], truth))

    assert cured["features_risk"][seed] == pytest.approx(min(risks), rel=1e-9)
    assert cured["features_kept"][seed] == np.argmin(risks)


def test_more_true_weights_than_weights_are_refused():
    assert KINDS["cures"].refuse(Setting.read("cures", {"relevant": 201}))
    assert not KINDS["cures"].refuse(Setting.read("cures", {"relevant": 200}))
