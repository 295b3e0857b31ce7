"""Descent to the optimum, and the closed forms that it holds to account."""

from collections import deque
from itertools import islice

import pytest
import torch

from wd.config import Setting
from wd.lab.data import draw_examples, normals
from wd.lab.solutions import constrained, ridge
from wd.lab.theory import descent


def draw(n, d, seeds=(0,)):
    examples = draw_examples(Setting.of("ridge", n_train=n, n_features=d), seeds, torch.float64)
    return examples.x, examples.y


def relative(found, expected):
    return ((found - expected).norm(dim=-2) / expected.norm(dim=-2)).max().item()


def theta_max(x, y):
    return ridge.measure_squared_norm(ridge.factorise(x, y), [0.0])


def walk(x, y, w, b, lr, theta, steps=1):
    """Where so many projected steps with one η lead from (w, b)."""
    weights = torch.cat([w, b.unsqueeze(-2)], dim=-2)
    walked = descent.walk(x, y, weights, torch.full_like(b, lr), theta=theta)
    deque(islice(walked, steps), maxlen=0)
    return weights[..., :-1, :], weights[..., -1, :]


def test_one_step_is_the_formula():
    """w − ηλw − (η/n)·Xᵀ(ŷ − y), and then the ball."""
    x, y = draw(3, 7)
    w, b = normals(1, "w", 1, 7, 1), normals(1, "b", 1, 1)
    error = x[0] @ w[0] + b - y[0]
    moved = w[0] - 0.1 / 3 * x[0].T @ error
    theta = torch.tensor([2.0], dtype=torch.float64)
    assert moved.square().sum() > theta

    hard_w, hard_b = walk(x, y, w, b, 0.1, theta)
    soft = torch.cat([w, b.unsqueeze(-2)], dim=-2)
    next(descent.walk(x, y, soft, torch.full_like(b, 0.1), weight_decay=torch.tensor([3.0])))

    torch.testing.assert_close(hard_w[0], moved * (2**0.5 / moved.norm()), rtol=1e-14, atol=0)
    torch.testing.assert_close(soft[0, :-1], moved - 0.1 * 3 * w[0], rtol=1e-14, atol=0)
    for end in (hard_b, soft[:, -1]):
        torch.testing.assert_close(end, b - 0.1 * error.mean(), rtol=1e-14, atol=0)


@pytest.mark.parametrize(("n", "d"), [(20, 200), (40, 20)])
def test_the_exact_solution_is_where_a_step_stands_still(n, d):
    x, y = draw(n, d)
    theta = 0.5 * theta_max(x, y)
    exact = constrained.solve(ridge.factorise(x, y), theta)

    w, b = walk(x, y, exact.w, exact.b, 0.05, theta)

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

    found = descent.descend_to_optimum(x, y, weight_decay=weight_decay)

    w, b = ridge.solve(ridge.factorise(x, y), weight_decay)
    assert relative(found.w, w) < 1e-10
    assert ((found.b - b) / b).abs().max() < 1e-10


@pytest.mark.parametrize(("n", "d"), [(20, 200), (10, 200), (20, 40)])
def test_undecayed_descent_minimises_weights_and_bias_together_on_wide_data(n, d):
    x, y = draw(n, d)

    found = descent.descend_to_optimum(x, y, weight_decay=[0.0])

    w, b = ridge.settle_undecayed(x, y)
    assert relative(found.w, w) < 1e-12
    assert ((found.b - b) / b).abs().max() < 1e-12
    assert relative(found.w, ridge.solve(ridge.factorise(x, y), [0.0])[0]) > 1e-3


@pytest.mark.parametrize(("n", "d"), [(20, 200), (20, 40), (40, 20), (100, 10)])
def test_hard_soft_and_closed_form_are_the_same_solution(n, d):
    x, y = draw(n, d)
    theta = theta_max(x, y)[0] * torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)

    exact = constrained.solve(ridge.factorise(x, y), theta)
    hard = descent.descend_to_optimum(x, y, theta=theta)
    soft = descent.descend_to_optimum(x, y, weight_decay=exact.weight_decay)

    for one, other in ((hard, exact), (soft, exact), (hard, soft)):
        assert relative(one.w, other.w) < 1e-8
        assert ((one.b - other.b) / other.b).abs().max() < 1e-8


def test_near_theta_max_projected_descent_still_meets_the_kkt_conditions():
    x, y = draw(10, 20)
    theta = 0.97 * theta_max(x, y)[0]

    found = descent.descend_to_optimum(x, y, theta=theta, tolerance=1e-7)

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

    found = descent.descend_to_optimum(x, y, theta=theta)

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

    w, b = walk(x, y, w, b, 0.09, theta, steps=6000)

    assert w.square().sum().item() == pytest.approx(theta.item(), rel=1e-9)
    assert (x @ w + b - y).square().mean() < 1e-20


def test_many_descents_at_once_equal_each_alone():
    x, y = draw(40, 20, range(3))

    together = descent.descend_to_optimum(x, y, weight_decay=[1.0, 3.0])

    for run in range(3):
        alone = descent.descend_to_optimum(x[run], y[run], weight_decay=[1.0, 3.0])
        assert relative(together.w[run], alone.w) < 1e-12


def test_a_descent_takes_as_many_steps_as_it_needs_whatever_descends_beside_it():
    """λ = 0.5 needs several times the steps of λ = 3, and one data set more than another."""
    x, y = draw(20, 200, range(4))

    few, many = (
        descent.descend_to_optimum(x[:runs], y[:runs], weight_decay=decays)
        for runs, decays in ((2, [3.0, 3.0]), (4, [3.0, 0.5]))
    )

    assert many.steps[0, 1] > 3 * many.steps[0, 0]
    assert len(set(many.steps[:, 1].tolist())) > 1
    assert torch.equal(few.w[..., 0], many.w[:2, :, 0])
    assert torch.equal(few.b[:, 0], many.b[:2, 0])


def test_a_paced_descent_takes_no_fewer_steps_than_its_last_model():
    x, y = draw(20, 200, range(2))

    free, paced = (
        descent.descend_to_optimum(x, y, weight_decay=[0.5, 3.0, 1.0], paced=paced)
        for paced in (False, True)
    )

    assert torch.equal(paced.steps[:, 0], free.steps[:, 0])
    assert torch.equal(paced.steps[:, 1], free.steps[:, 2])


def test_what_would_take_too_long_has_no_end():
    x, y = draw(20, 200)

    found = descent.descend_to_optimum(x, y, weight_decay=[0.05, 30.0], max_steps=1000)

    assert found.steps[0, 0] > 1000 > found.steps[0, 1]
    assert found.w[..., 0].isnan().all()
    assert found.b[0, 0].isnan()
    assert found.w[..., 1].isfinite().all()


def test_the_edge_of_theta_max_is_beyond_projected_descent():
    """There the rate tends to 1: it must not be mistaken for directions that never move."""
    x, y = draw(20, 200)

    found = descent.descend_to_optimum(x, y, theta=(1 - 1e-13) * theta_max(x, y)[0])

    assert found.steps.item() > 1e6
    assert found.w.isnan().all()


def test_a_single_curvature_is_done_in_one_step():
    x, y = torch.tensor([[[1.0], [-1.0]]]).double(), torch.tensor([[[3.0], [-1.0]]]).double()

    found = descent.descend_to_optimum(x, y, weight_decay=[0.0])

    assert found.steps.item() == 1
    assert (found.w.item(), found.b.item()) == (2, 1)


def test_exactly_one_of_penalty_and_constraint_must_be_given():
    x, y = draw(5, 3)

    with pytest.raises(ValueError, match="either"):
        descent.descend_to_optimum(x, y)
    with pytest.raises(ValueError, match="either"):
        descent.descend_to_optimum(x, y, weight_decay=[1.0], theta=[1.0])
