"""The code and the table of libraries on the page about practice say what is so."""

import contextlib
import io
import re

import numpy as np
import pytest
import torch
from scipy.special import expit
from sklearn import linear_model
from sklearn.neural_network import MLPRegressor
from torch import nn

from wd.project import PROJECT

PAGE = (PROJECT / "docs/en/in-practice.md.j2").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("{ #libraries }") : PAGE.index("{ #keep }")]
RUN = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in TABLE.partition("| run |")[2].partition("\n\n")[0].splitlines()[2:]
]
PASSED, N, BATCH, STEP = 0.7, 40, 8, 0.01


@pytest.fixture(scope="module")
def program(run_code):
    """What the page's code defines, and what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        names = run_code("in-practice")
    return names | {"printed": printed.getvalue()}


def test_the_defaults_are_those_of_the_installed_torch(program):
    (shown,) = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)

    assert program["printed"] == shown
    assert {"weight_decay", "decoupled_weight_decay"} <= torch.optim.Adam(
        [torch.zeros(1)]
    ).defaults.keys()


def test_the_groups_decay_matrices_and_spare_biases_and_gains(program):
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2), nn.LayerNorm(2))
    model[2].bias.requires_grad_(False)
    decayed, spared = program["make_groups"](model, 0.1)

    assert {id(p) for p in decayed["params"]} == {id(model[0].weight), id(model[2].weight)}
    assert len(spared["params"]) == 1 + 2 + 2
    before = [p.detach().clone() for p in model.parameters()]
    optimiser = torch.optim.AdamW([decayed, spared], lr=0.01)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    for parameter, old in zip(model.parameters(), before, strict=True):
        factor = 1 - 0.01 * 0.1 if parameter.dim() >= 2 else 1
        torch.testing.assert_close(parameter.detach(), factor * old, rtol=1e-6, atol=0)


def test_decay_towards_the_start_rests_between_start_and_data(program):
    start = torch.tensor([4.0, -2.0], dtype=torch.float64)
    w = start.clone().requires_grad_()
    optimiser = torch.optim.SGD([w], lr=0.1)
    for _ in range(400):
        optimiser.zero_grad()
        ((w - 1).square() / 2).sum().backward()
        program["step_and_return"](optimiser, [w], [start], 3)

    torch.testing.assert_close(w.detach(), (1 + 3 * start) / 4, rtol=1e-12, atol=0)


def draw():
    generator = np.random.default_rng(0)
    x = generator.normal(1, 1, (N, 5))
    return x, x @ generator.normal(0, 1, 5) + 2 + generator.normal(0, 1, N)


def solve(decay):
    x, y = draw()
    x, y = x - x.mean(0), y - y.mean()
    return np.linalg.solve(x.T @ x / N + decay * np.eye(5), x.T @ y / N)


def descend(loss):
    """Run torch's SGD with all examples in a batch, the bias in a group without decay."""
    x, y = (torch.from_numpy(each) for each in draw())
    w = torch.zeros(5, dtype=torch.float64, requires_grad=True)
    b = torch.zeros((), dtype=torch.float64, requires_grad=True)
    groups = [{"params": [w], "weight_decay": PASSED}, {"params": [b]}]
    optimiser = torch.optim.SGD(groups, lr=0.1)
    for _ in range(3000):
        optimiser.zero_grad()
        loss(x @ w + b, y).backward()
        optimiser.step()
    return w.detach().numpy()


def fit(model):
    return model.fit(*draw()).coef_


def expect_ridge(found, decay, rtol=1e-10):
    expected = solve(decay)
    assert np.linalg.norm(found - expected) < rtol * np.linalg.norm(expected)


def take_step(decay):
    """One example, one step: (1 − ηλ)w less η times the gradient of ½(error)²."""
    model = linear_model.SGDRegressor(
        alpha=PASSED, learning_rate="constant", eta0=STEP, max_iter=1, tol=None
    )
    x, y = (each[:1] for each in draw())
    model.fit(x, y, coef_init=np.ones(5), intercept_init=np.zeros(1))
    expected = (1 - STEP * decay) - STEP * (x[0].sum() - y[0]) * x[0]
    np.testing.assert_allclose(model.coef_, expected, rtol=1e-12)


def take_batch(decay):
    """A batch of BATCH examples, one step of its plain SGD without hidden layers."""
    x, y = (each[:BATCH] for each in draw())
    plain = {"hidden_layer_sizes": (), "activation": "identity", "solver": "sgd", "momentum": 0}
    model = MLPRegressor(**plain, alpha=PASSED, learning_rate_init=STEP, random_state=0)
    model.partial_fit(x, y)
    w, b = model.coefs_[0][:, 0].copy(), model.intercepts_[0].copy()
    model.partial_fit(x, y)
    gradient = x.T @ (x @ w + b - y) / BATCH
    np.testing.assert_allclose(
        model.coefs_[0][:, 0], (1 - STEP * decay) * w - STEP * gradient, rtol=1e-10
    )


def separate(decay):
    x, y = draw()
    y = y > np.median(y)
    model = linear_model.LogisticRegression(C=PASSED, tol=1e-12, max_iter=10_000).fit(x, y)
    w = model.coef_[0]
    gradient = x.T @ (expit(x @ w + model.intercept_) - y) / N
    assert np.linalg.norm(gradient + decay * w) < 1e-5 * np.linalg.norm(decay * w)


def select(decay):
    """At the lasso the gradient is λ where a weight is left, and at most that where none is."""
    x, y = draw()
    model = linear_model.Lasso(alpha=PASSED, tol=1e-14, max_iter=100_000).fit(x, y)
    gradient = x.T @ (model.predict(x) - y) / N
    left = model.coef_ != 0
    assert 0 < left.sum() < 5
    np.testing.assert_allclose(gradient[left], -decay * np.sign(model.coef_[left]), rtol=1e-6)
    assert (np.abs(gradient[~left]) < decay).all()


def half(y_hat, y):
    return nn.functional.mse_loss(y_hat, y) / 2


CHECKS = {
    ("`SGD(weight_decay=a)`", "½ mean squared error"): lambda decay: expect_ridge(
        descend(half), decay
    ),
    ("`SGD(weight_decay=a)`", "mean squared error"): lambda decay: expect_ridge(
        descend(nn.functional.mse_loss), decay
    ),
    ("`Ridge(alpha=a)`", "sum of squares"): lambda decay: expect_ridge(
        fit(linear_model.Ridge(alpha=PASSED, solver="svd")), decay
    ),
    ("`ElasticNet(alpha=a, l1_ratio=0)`", "its own"): lambda decay: expect_ridge(
        fit(linear_model.ElasticNet(alpha=PASSED, l1_ratio=0, tol=1e-14, max_iter=100_000)), decay
    ),
    ("`SGDRegressor(alpha=a)`", "its own"): take_step,
    ("`MLPRegressor(alpha=a)`", "its own"): take_batch,
    ("`LogisticRegression(C=a)`", "mean logarithmic loss"): separate,
    ("`Lasso(alpha=a)`, for L1", "its own"): select,
}


def test_each_row_of_what_is_run_is_run():
    assert {row[:2] for row in RUN} == CHECKS.keys()


@pytest.mark.filterwarnings("ignore")  # of too few steps and of coordinate descent without L1
@pytest.mark.parametrize("row", RUN, ids=lambda row: f"{row[0]}, {row[1]}")
def test_the_libraries_number_is_the_lambda_of_the_table(row):
    formula = row[2].strip("`")

    CHECKS[row[:2]](eval(formula, {"a": PASSED, "n": N, "B": BATCH}))
