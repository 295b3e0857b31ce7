import math

import pytest
import torch
from scipy.optimize import minimize_scalar

from wd.config import Setting
from wd.lab.data import draw_examples, normals
from wd.lab.solutions import constrained, ridge

SHAPES = [(20, 200), (20, 40), (20, 20), (40, 20), (100, 10), (2, 7)]
SHARES = torch.tensor([1e-8, 0.01, 0.1, 0.5, 0.9, 0.99, 1 - 1e-6], dtype=torch.float64)


def draw(n, d, seeds=(0,)):
    examples = draw_examples(Setting.of("ridge", n_train=n, n_features=d), seeds, torch.float64)
    return examples.x, examples.y


def thetas(spectrum, shares=SHARES):
    return ridge.measure_squared_norm(spectrum, [0.0]) * shares


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_an_active_constraint_is_met_with_equality(n, d):
    spectrum = ridge.factorise(*draw(n, d, range(3)))
    theta = thetas(spectrum)

    solution = constrained.solve(spectrum, theta)

    assert solution.active.all()
    torch.testing.assert_close(solution.w.square().sum(-2), theta, rtol=1e-14, atol=0)


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_the_kkt_conditions_hold_to_rounding(n, d):
    x, y = draw(n, d, range(3))
    spectrum = ridge.factorise(x, y)
    theta = thetas(spectrum, torch.cat([SHARES, torch.tensor([1.0, 2.0], dtype=torch.float64)]))
    solution = constrained.solve(spectrum, theta)

    found = constrained.measure_kkt(
        x, y, solution.w, solution.b, weight_decay=solution.weight_decay, theta=theta
    )

    assert found.stationarity.max() < 1e-14
    assert found.feasibility.max() < 1e-14
    assert found.slackness.max() < 1e-14


def test_from_theta_max_on_the_constraint_is_inactive_and_lambda_zero():
    spectrum = ridge.factorise(*draw(20, 200, range(3)))
    theta = thetas(spectrum, torch.tensor([1.0, 1.5, 1e6], dtype=torch.float64))

    solution = constrained.solve(spectrum, theta)

    assert not solution.active.any()
    assert torch.equal(solution.weight_decay, torch.zeros(3, 3, dtype=torch.float64))
    torch.testing.assert_close(solution.w, ridge.solve(spectrum, [0.0] * 3)[0], rtol=1e-13, atol=0)


def test_a_rounding_error_below_theta_max_is_no_failure():
    """Seeds 42 and 422 are among the 1 in 100 where no change of sign is left to find."""
    spectrum = ridge.factorise(*draw(20, 200, [0, 42, 422]))
    shares = 1 + torch.arange(-8, 9, dtype=torch.float64) * 2.0**-53

    weight_decay = constrained.find_weight_decay(spectrum, thetas(spectrum, shares))

    assert ((weight_decay >= 0) & (weight_decay < 1e-13)).all()


def test_lambda_of_theta_inverts_theta_of_lambda():
    spectrum = ridge.factorise(*draw(20, 200, range(5)))
    weight_decay = torch.tensor([1e-3, 0.05, 1.0, 3.0, 100.0], dtype=torch.float64)

    found = constrained.find_weight_decay(
        spectrum, ridge.measure_squared_norm(spectrum, weight_decay)
    )

    torch.testing.assert_close(found, weight_decay.expand(5, 5), rtol=1e-11, atol=0)


def test_a_smaller_theta_is_a_stronger_regulariser():
    x, y = draw(20, 200, range(3))
    spectrum = ridge.factorise(x, y)
    solution = constrained.solve(spectrum, thetas(spectrum))

    loss = (x @ solution.w + solution.b.unsqueeze(-2) - y).square().mean(-2) / 2

    assert (loss.diff() < 0).all()
    assert (solution.weight_decay.diff() < 0).all()


def test_no_other_point_of_the_circle_has_a_smaller_loss():
    """With two features the ball's boundary is a circle that a scalar search can walk."""
    x, y = draw(12, 2)
    spectrum = ridge.factorise(x, y)
    theta = thetas(spectrum, torch.tensor([0.3], dtype=torch.float64))
    solution = constrained.solve(spectrum, theta)
    radius = math.sqrt(theta.item())

    def loss(angle):
        w = torch.tensor([[math.cos(angle)], [math.sin(angle)]], dtype=torch.float64) * radius
        return ((x[0] @ w - y[0]).var(correction=0) / 2).item()

    angle = math.atan2(solution.w[0, 1].item(), solution.w[0, 0].item())
    best = minimize_scalar(loss, bracket=(angle - 0.3, angle + 0.2), tol=1e-10)

    assert best.x == pytest.approx(angle, abs=1e-6)
    assert all(loss(2 * math.pi * turn / 360) >= loss(angle) for turn in range(360))


def test_runs_may_differ_in_whether_the_constraint_is_active():
    spectrum = ridge.factorise(*draw(20, 200, range(8)))
    ceiling = ridge.measure_squared_norm(spectrum, [0.0])
    theta = ceiling.median().reshape(1)

    solution = constrained.solve(spectrum, theta)

    assert torch.equal(solution.active, theta < ceiling)
    assert 0 < solution.active.sum() < 8
    assert (solution.w.square().sum(-2) <= theta * (1 + 1e-14)).all()


def test_the_gradient_is_that_of_autograd():
    x, y = draw(20, 30, range(2))
    w = normals(1, "w", 2, 30, 3).requires_grad_()
    b = normals(1, "b", 2, 3).requires_grad_()
    ((x @ w + b.unsqueeze(-2) - y).square().mean(-2) / 2).sum().backward()

    grad_w, grad_b = constrained.differentiate(x, y, w.detach(), b.detach())

    torch.testing.assert_close(grad_w, w.grad, rtol=1e-13, atol=1e-14)
    torch.testing.assert_close(grad_b, b.grad, rtol=1e-13, atol=1e-14)


def test_the_multiplier_can_be_read_off_the_solution():
    x, y = draw(20, 200, range(3))
    spectrum = ridge.factorise(x, y)
    solution = constrained.solve(spectrum, thetas(spectrum))

    found = constrained.estimate_weight_decay(x, y, solution.w, solution.b)

    torch.testing.assert_close(found, solution.weight_decay, rtol=1e-9, atol=1e-15)


def test_weights_of_zero_have_the_multiplier_zero():
    x, y = draw(20, 30)
    w, b = torch.zeros(1, 30, 1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)

    assert constrained.estimate_weight_decay(x, y, w, b).item() == 0


@pytest.mark.parametrize(
    ("field", "spoil"),
    [
        ("stationarity", lambda w, b, decay, theta: (w, b, decay / 2, theta)),
        ("stationarity", lambda w, b, decay, theta: (w, b + 1e-3, decay, theta)),
        ("feasibility", lambda w, b, decay, theta: (1.001 * w, b, decay, theta)),
        ("slackness", lambda w, b, decay, theta: (w, b, decay, 1.01 * theta)),
        ("slackness", lambda w, b, decay, theta: (0.99 * w, b, decay, theta)),
    ],
)
def test_each_kkt_residual_shows_what_it_is_for(field, spoil):
    x, y = draw(20, 200)
    spectrum = ridge.factorise(x, y)
    theta = thetas(spectrum, torch.tensor([0.5], dtype=torch.float64))
    exact = constrained.solve(spectrum, theta)

    w, b, weight_decay, theta = spoil(exact.w, exact.b, exact.weight_decay, theta)

    found = constrained.measure_kkt(x, y, w, b, weight_decay=weight_decay, theta=theta)
    assert getattr(found, field).item() > 1e-4


def test_a_wrong_bias_is_not_stationary_even_where_it_does_not_pull_at_the_weights():
    x, y = draw(20, 200)
    x = x - x.mean(-2, keepdim=True)
    spectrum = ridge.factorise(x, y)
    theta = thetas(spectrum, torch.tensor([0.5], dtype=torch.float64))
    exact = constrained.solve(spectrum, theta)

    found = constrained.measure_kkt(
        x, y, exact.w, exact.b + 1e-3, weight_decay=exact.weight_decay, theta=theta
    )

    assert found.stationarity.item() > 1e-4


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_kkt_residuals_have_no_units(scale):
    """Scaling the targets by c scales w by c and θ by c², and leaves λ."""
    x, y = draw(20, 200)
    spectrum = ridge.factorise(x, y)
    theta = thetas(spectrum, torch.tensor([0.5], dtype=torch.float64))
    exact = constrained.solve(spectrum, theta)
    decay = exact.weight_decay / 2

    w, b = 1.1 * exact.w, exact.b
    once = constrained.measure_kkt(x, y, w, b, weight_decay=decay, theta=theta)
    scaled = constrained.measure_kkt(
        x, scale * y, scale * w, scale * b, weight_decay=decay, theta=scale**2 * theta
    )

    for field in ("stationarity", "feasibility", "slackness"):
        expected = getattr(once, field).item()
        assert getattr(scaled, field).item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_a_theta_that_is_not_finite_and_positive_is_refused(wrong):
    with pytest.raises(ValueError, match="theta must be finite and positive"):
        constrained.solve(ridge.factorise(*draw(5, 3)), [0.1, wrong])


def test_thetas_in_low_precision_are_refused():
    with pytest.raises(ValueError, match="theta must be float64"):
        constrained.solve(ridge.factorise(*draw(5, 3)), torch.tensor([0.1]))
