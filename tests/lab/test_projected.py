from dataclasses import replace

import pytest
import torch

from wd.config import Setting
from wd.lab.data import draw_examples, normals
from wd.lab.objective import drop_zeros, join_ones
from wd.lab.programs import projected
from wd.lab.solutions import constrained, ridge


def draw(n, d, seeds=(0,)):
    examples = draw_examples(Setting("ridge", n_train=n, n_features=d), seeds, torch.float64)
    return examples.x, examples.y


def relative(found, expected):
    return ((found - expected).norm(dim=-2) / expected.norm(dim=-2)).max().item()


def theta_max(x, y):
    return ridge.measure_squared_norm(ridge.factorise(x, y), [0.0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_projection_leaves_the_inside_and_brings_the_outside_to_the_sphere(dtype):
    w = normals(0, "w", 3, 50, 4).to(dtype)
    theta = torch.tensor([1.0, 30.0, 60.0, 1e6], dtype=dtype)
    outside = (w.square().sum(-2) > theta).unsqueeze(-2)
    assert outside.any() and not outside.all()

    found = projected.project(w.clone(), theta)

    assert torch.equal(found.masked_fill(outside, 0), w.masked_fill(outside, 0))
    onto = w * (theta.sqrt() / w.norm(dim=-2)).unsqueeze(-2)
    eps = torch.finfo(dtype).eps
    torch.testing.assert_close(
        found.masked_fill(~outside, 0), onto.masked_fill(~outside, 0), rtol=4 * eps, atol=0
    )


def test_projection_works_in_place_on_a_view_that_spares_the_bias():
    weights = normals(0, "w", 2, 11, 3)
    bias = weights[:, -1].clone()

    returned = projected.project(weights[:, :-1], torch.full((3,), 0.25, dtype=torch.float64))

    assert returned.data_ptr() == weights.data_ptr()
    torch.testing.assert_close(
        weights[:, :-1].norm(dim=1), torch.full((2, 3), 0.5, dtype=torch.float64)
    )
    assert torch.equal(weights[:, -1], bias)


def test_projecting_zero_or_onto_zero_gives_zero():
    zero = torch.zeros(1, 5, 2, dtype=torch.float64)
    theta = torch.tensor([0.0, 1.0], dtype=torch.float64)

    assert torch.equal(projected.project(zero.clone(), theta), zero)
    assert torch.equal(projected.project(torch.ones_like(zero), theta[:1]), zero)


def test_an_infinite_theta_constrains_nothing():
    w = normals(0, "w", 1, 5, 1)

    assert torch.equal(projected.project(w.clone(), torch.tensor([torch.inf])), w)


def test_a_diverged_run_is_not_hidden_by_the_projection():
    w = torch.tensor([[float("nan")], [1.0]], dtype=torch.float64)

    assert projected.project(w, torch.tensor([1.0], dtype=torch.float64)).isnan().all()


def test_one_step_is_the_formula_with_the_nominal_batch_size():
    """w − (η/B)·Xᵀ(ŷ − y), then the ball; a short batch is divided by B too."""
    x, y = draw(3, 7)
    w, b = normals(1, "w", 1, 7, 1), normals(1, "b", 1, 1)
    theta = torch.tensor([2.0], dtype=torch.float64)
    error = x[0] @ w[0] + b - y[0]
    moved = w[0] - 0.1 / 5 * x[0].T @ error
    assert moved.square().sum() > 2

    w_new, b_new = projected.step(x, y, w, b, lr=0.1, theta=theta, batch_size=5)

    expected = moved * (2**0.5 / moved.norm())
    torch.testing.assert_close(w_new[0], expected, rtol=1e-14, atol=0)
    torch.testing.assert_close(b_new, b - 0.1 / 5 * error.sum(), rtol=1e-14, atol=0)


@pytest.mark.parametrize(("n", "d"), [(20, 200), (40, 20)])
def test_the_exact_solution_is_where_a_step_stands_still(n, d):
    x, y = draw(n, d)
    theta = 0.5 * theta_max(x, y)
    exact = constrained.solve(ridge.factorise(x, y), theta)

    w, b = projected.step(x, y, exact.w, exact.b, lr=0.05, theta=theta)

    assert relative(w, exact.w) < 1e-15
    assert (b - exact.b).abs().max() < 1e-16


@pytest.mark.parametrize(
    ("n", "d", "weight_decay"),
    [
        (20, 200, [0.05]),
        (20, 200, [1.0, 3.0, 30.0]),
        (20, 40, [0.05, 1.0, 3.0]),
        (20, 20, [0.05, 1.0, 3.0]),
        (40, 20, [0.0, 0.05, 1.0, 3.0]),
        (100, 10, [0.0, 0.05, 1.0, 100.0]),
    ],
)
def test_descent_on_the_penalised_loss_finds_the_closed_form(n, d, weight_decay):
    x, y = draw(n, d)

    found = projected.descend_to_optimum(x, y, weight_decay=weight_decay)

    w, b = ridge.solve(ridge.factorise(x, y), weight_decay)
    assert relative(found.w, w) < 1e-10
    assert ((found.b - b) / b).abs().max() < 1e-10


@pytest.mark.parametrize(("n", "d"), [(20, 200), (10, 200), (20, 40)])
def test_undecayed_descent_minimises_weights_and_bias_together_on_wide_data(n, d):
    x, y = draw(n, d)

    found = projected.descend_to_optimum(x, y, weight_decay=[0.0])

    w, b = ridge.settle_undecayed(x, y)
    assert relative(found.w, w) < 1e-12
    assert ((found.b - b) / b).abs().max() < 1e-12
    assert relative(found.w, ridge.solve(ridge.factorise(x, y), [0.0])[0]) > 1e-3


@pytest.mark.parametrize(("n", "d"), [(20, 200), (20, 40), (40, 20), (100, 10)])
def test_hard_soft_and_closed_form_are_the_same_solution(n, d):
    x, y = draw(n, d)
    theta = theta_max(x, y)[0] * torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)

    exact = constrained.solve(ridge.factorise(x, y), theta)
    hard = projected.descend_to_optimum(x, y, theta=theta)
    soft = projected.descend_to_optimum(x, y, weight_decay=exact.weight_decay)

    for one, other in ((hard, exact), (soft, exact), (hard, soft)):
        assert relative(one.w, other.w) < 1e-8
        assert ((one.b - other.b) / other.b).abs().max() < 1e-8


def test_near_theta_max_projected_descent_still_meets_the_kkt_conditions():
    x, y = draw(10, 20)
    theta = 0.97 * theta_max(x, y)[0]

    found = projected.descend_to_optimum(x, y, theta=theta, tolerance=1e-7)

    weight_decay = constrained.estimate_weight_decay(x, y, found.w, found.b)
    residuals = constrained.measure_kkt(
        x, y, found.w, found.b, weight_decay=weight_decay, theta=theta
    )
    assert residuals.stationarity.item() < 1e-9
    assert residuals.feasibility.item() < 1e-14
    assert residuals.slackness.item() < 1e-9


def test_where_the_constraint_is_inactive_the_loss_is_zero_inside_the_ball():
    """The minimiser isn't unique then: what agrees is the loss and the KKT residuals."""
    x, y = draw(20, 200)
    theta = 1.5 * theta_max(x, y)[0]

    found = projected.descend_to_optimum(x, y, theta=theta)

    residuals = constrained.measure_kkt(x, y, found.w, found.b, weight_decay=[0.0], theta=theta)
    assert (x @ found.w + found.b - y).abs().max() < 1e-13
    assert residuals.stationarity.item() < 1e-12
    assert residuals.feasibility.item() == 0
    assert found.w.square().sum() < theta


def test_projected_descent_from_a_random_start_stops_on_the_ball_with_zero_loss():
    """From N(0, 1) an inactive constraint still touches: another of many minimisers."""
    x, y = draw(20, 200)
    theta = 2 * theta_max(x, y)[0]
    w, b = normals(0, "w", 1, 200, 1), torch.zeros(1, 1, dtype=torch.float64)

    for _ in range(6000):
        w, b = projected.step(x, y, w, b, lr=0.09, theta=theta)

    assert w.square().sum().item() == pytest.approx(theta.item(), rel=1e-9)
    assert (x @ w + b - y).square().mean() < 1e-20


def test_many_descents_at_once_equal_each_alone():
    x, y = draw(40, 20, range(3))

    together = projected.descend_to_optimum(x, y, weight_decay=[1.0, 3.0])

    for run in range(3):
        alone = projected.descend_to_optimum(x[run], y[run], weight_decay=[1.0, 3.0])
        assert relative(together.w[run], alone.w) < 1e-12


def test_what_would_take_too_long_is_refused_beforehand():
    x, y = draw(20, 200)

    with pytest.raises(ValueError, match="more than max_steps=1000"):
        projected.descend_to_optimum(x, y, weight_decay=[0.05], max_steps=1000)


def test_the_edge_of_theta_max_is_beyond_projected_descent():
    """There the rate tends to 1: it must not be mistaken for directions that never move."""
    x, y = draw(20, 200)

    with pytest.raises(ValueError, match="steps would be needed"):
        projected.descend_to_optimum(x, y, theta=(1 - 1e-13) * theta_max(x, y)[0])


def test_the_trainer_takes_the_same_steps():
    """Many runs and θ at once, a column of ones in x, padding beside the two θ."""
    setting = Setting("projected", n_features=30, lr=0.05, batch_size=5, epochs=1, dtype="float64")
    settings = [replace(setting, theta=theta) for theta in (0.1, 25.0)]
    x, y = draw(8, 30, range(3))
    w, b = normals(0, "w", 3, 30, 1), normals(0, "b", 3, 1, 1)
    trainer = projected.Projected(w, b, settings, width=4)
    theta = torch.tensor([0.1, 25.0], dtype=torch.float64)
    w, b = w.expand(-1, -1, 2), trainer.weights[:, -1, :2].clone()

    for batch in (slice(0, 5), slice(5, 8)):
        trainer.step(join_ones(x[:, batch]), y[:, batch])
        w, b = projected.step(x[:, batch], y[:, batch], w, b, lr=0.05, theta=theta, batch_size=5)

    assert relative(drop_zeros(trainer.weights, 30)[:, :-1, :2], w) < 1e-14
    assert (trainer.weights[:, -1, :2] - b).abs().max() < 1e-14
    assert (trainer.weights[:, :-1, 0].square().sum(1) <= 0.1 * (1 + 1e-14)).all()


def test_exactly_one_of_penalty_and_constraint_must_be_given():
    x, y = draw(5, 3)

    with pytest.raises(ValueError, match="either"):
        projected.descend_to_optimum(x, y)
    with pytest.raises(ValueError, match="either"):
        projected.descend_to_optimum(x, y, weight_decay=[1.0], theta=[1.0])
