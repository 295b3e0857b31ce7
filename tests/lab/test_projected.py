import pytest
import torch

from wd.config import Setting
from wd.lab.data import draw_examples, normals
from wd.lab.objective import drop_zeros, join_ones
from wd.lab.programs import projected


def draw(n, d, seeds=(0,)):
    examples = draw_examples(Setting.of("ridge", n_train=n, n_features=d), seeds, torch.float64)
    return examples.x, examples.y


def relative(found, expected):
    return ((found - expected).norm(dim=-2) / expected.norm(dim=-2)).max().item()


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


def test_the_trainer_takes_the_same_steps():
    """Many runs and θ at once, a column of ones in x, padding beside the two θ."""
    setting = Setting.of(
        "projected", n_features=30, lr=0.05, batch_size=5, epochs=1, dtype="float64"
    )
    settings = [setting.change(theta=theta) for theta in (0.1, 25.0)]
    x, y = draw(8, 30, range(3))
    w, b = normals(0, "w", 3, 30, 1), normals(0, "b", 3, 1, 1)
    trainer = projected.Projected(w, b, settings, width=4)
    theta = torch.tensor([0.1, 25.0], dtype=torch.float64)
    w, b = w.expand(-1, -1, 2), trainer.weights[:, -1, :2].clone()

    for batch in (slice(0, 5), slice(5, 8)):
        trainer.step(join_ones(x[:, batch]), y[:, batch])
        error = x[:, batch] @ w + b.unsqueeze(1) - y[:, batch]
        w = projected.project(w - 0.05 / 5 * x[:, batch].mT @ error, theta)  # a short one too
        b = b - 0.05 / 5 * error.sum(1)

    assert relative(drop_zeros(trainer.weights, 30)[:, :-1, :2], w) < 1e-14
    assert (trainer.weights[:, -1, :2] - b).abs().max() < 1e-14
    assert (trainer.weights[:, :-1, 0].square().sum(1) <= 0.1 * (1 + 1e-14)).all()
