"""Ridge on real data: least squares and scikit-learn as oracles, and why the peak stands there."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import Ridge

from wd.config import Setting
from wd.declarations import KINDS
from wd.declarations.kinds.real_data import SPARE
from wd.lab.data import normals
from wd.lab.studies import real_data
from wd.lab.theory import leaving_out

CASES = [
    {"n_train": 40},
    {"n_train": 65},
    {"n_train": 120},
    {"n_train": 30, "random_features": 12},
    {"n_train": 30, "random_features": 200},
    {"dataset": "digits", "n_train": 25},
    {"dataset": "digits", "n_train": 300},
]
cases = pytest.mark.parametrize("chosen", CASES, ids=lambda each: "-".join(map(str, each.values())))


def read(chosen):
    return Setting.read("real_data", chosen)


def take(setting, seed):
    """Examples that are fitted and others: x, y, new x, new y, made with numpy."""
    dataset, n, count = setting.dataset, setting.n_train, setting.random_features
    material = real_data.load(dataset, random=count > 0)
    x, y = material.x.numpy(), material.y.numpy()
    if count:
        x = np.maximum(x @ normals(seed, "w", count, x.shape[1]).numpy().T, 0) / np.sqrt(count)
    order = np.argsort(normals(seed, "order", len(x)).numpy())
    fitted, others = order[:n], order[SPARE[dataset] :]
    return x[fitted], y[fitted], x[others], y[others]


def judge(setting, predicted, y):
    if setting.dataset == "digits":
        return np.mean(predicted.argmax(1) != y.argmax(1))
    return np.mean((predicted.reshape(y.shape) - y) ** 2) / 2


@cases
def test_the_losses_are_those_of_scikit_learns_ridge(chosen):
    """Whose penalty is that of the sum: n·λ."""
    setting = read(chosen)
    x, y, new_x, new_y = take(setting, 3)
    _, path = real_data.fit(setting, 3)
    for decay, loss in path[1:].tolist():
        oracle = Ridge(alpha=len(x) * decay, solver="svd").fit(x, y)
        assert loss == pytest.approx(judge(setting, oracle.predict(new_x), new_y), rel=1e-8)


@cases
def test_without_decay_the_loss_is_that_of_the_shortest_least_squares(chosen):
    setting = read(chosen)
    x, y, new_x, new_y = take(setting, 4)
    mean = x.mean(0)
    w, *_ = np.linalg.lstsq(x - mean, y - y.mean(0), rcond=1e-10)
    numbers, path = real_data.fit(setting, 4)

    assert path[0, 0] == 0
    expected = judge(setting, (new_x - mean) @ w + y.mean(0), new_y)
    assert path[0, 1].item() == pytest.approx(expected, rel=1e-6)
    assert numbers["rank"] == np.linalg.matrix_rank(x - mean, rtol=1e-10)


@cases
def test_the_constant_is_the_mean_of_the_fitted_targets(chosen):
    setting = read(chosen)
    _, y, _, new_y = take(setting, 0)
    numbers, _ = real_data.fit(setting, 0)

    constant = np.broadcast_to(y.mean(0), new_y.shape)
    assert numbers["constant_loss"] == pytest.approx(judge(setting, constant, new_y), rel=1e-12)


def find_eigenvalue(**chosen):
    return real_data.fit(read(chosen), 5)[0]


@pytest.mark.parametrize("dataset", ["diabetes", "digits"])
def test_an_example_that_adds_a_direction_makes_the_narrowest_narrower_and_another_wider(dataset):
    """Which is why the peak stands where the rank stops growing, here example by example."""
    found = [find_eigenvalue(dataset=dataset, n_train=n) for n in range(2, 90)]
    for before, after in pairwise(found):
        ratio = after["least_eigenvalue"] / before["least_eigenvalue"]
        if after["rank"] > before["rank"]:
            assert ratio <= 1 + 1e-6
        else:
            assert ratio >= 1 - 1e-6


def test_so_does_a_feature():
    found = [(n, find_eigenvalue(n_train=12, random_features=n)) for n in range(1, 30)]
    for (count, before), (more, after) in pairwise(found):
        ratio = more * after["least_eigenvalue"] / (count * before["least_eigenvalue"])
        assert (ratio <= 1 + 1e-9) if after["rank"] > before["rank"] else (ratio >= 1 - 1e-9)
    assert found[-1][1]["rank"] == 11


@pytest.mark.parametrize("weight_decay", [0.01, 0.3])
def test_decay_bounds_what_noise_does_to_the_weights(weight_decay):
    """Of targets that are noise alone the weights have an expected ‖w‖² of at most σ²r/(4nλ)."""
    x = real_data.load("diabetes", random=False).x[:65]
    rows = leaving_out.factorise_rows(x)
    squares = rows.s.square()
    expected = (squares / (squares + weight_decay) ** 2).sum() / len(x)
    brute = 0.0
    for each in np.eye(len(x)):
        brute += np.sum(Ridge(alpha=len(x) * weight_decay).fit(x, each).coef_ ** 2)

    assert expected.item() == pytest.approx(brute, rel=1e-6)
    assert expected <= len(squares) / (4 * len(x) * weight_decay)


def test_the_digits_are_as_scikit_learn_has_them():
    material, digits = real_data.load("digits", random=False), load_digits()

    np.testing.assert_array_equal(16 * material.x, digits.data)
    np.testing.assert_array_equal(material.y.argmax(1), digits.target)
    assert (material.y.sum(1) == 1).all()


def test_more_examples_are_those_before_and_further_ones_and_the_others_stay():
    few, many = (take(read({"n_train": n}), 7) for n in (30, 50))

    np.testing.assert_array_equal(many[0][:30], few[0])
    np.testing.assert_array_equal(many[2], few[2])
    assert len(few[2]) == 200


def test_more_random_features_are_those_before_and_further_ones():
    x = torch.ones(3, 10, dtype=torch.float64)

    few, many = (real_data.project(x, count, 1) * count**0.5 for count in (4, 9))
    torch.testing.assert_close(many[:, :4], few, rtol=1e-14, atol=0)


def test_as_many_examples_judge_as_are_declared():
    assert real_data.SPARE == SPARE


@pytest.mark.parametrize("dataset", SPARE)
def test_more_examples_than_may_be_fitted_are_refused(dataset):
    most = SPARE[dataset]

    assert not KINDS["real_data"].refuse(read({"dataset": dataset, "n_train": most}))
    assert str(most) in KINDS["real_data"].refuse(read({"dataset": dataset, "n_train": most + 1}))
