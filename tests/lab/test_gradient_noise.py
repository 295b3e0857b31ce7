"""Noise in the gradients: where AdamW rests on average, and what is left of a weight."""

import itertools
import math

import pytest
import torch
from torch.nn.functional import mse_loss

from wd.config import Setting
from wd.declarations import KINDS
from wd.lab.data import normals
from wd.lab.studies import batch_noise, noise_alone
from wd.lab.theory import gradient_noise
from wd.lab.theory.optimisers import list_rates, shrink_by_adam

SMALL = {"n_train": 24, "n_features": 3, "true_w": 1.0, "noise_std": 1.0, "batch_size": 5}
LONG = {"n_train": 1000, "n_features": 6, "true_w": 1.0, "noise_std": 1.0, "batch_size": 20}


def read(sizes, **more):
    chosen = {"weight_decay": 0.3, "lr": 0.03, "epochs": 3} | sizes | more
    return Setting.read("batch_noise", chosen)


def draw(setting, seed=0):
    return batch_noise._draw(setting, seed, batch_noise.find_scales(setting))


@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_mean_square_of_a_gradient_is_that_over_all_batches_there_are(size):
    x, y, _ = draw(read(SMALL | {"n_train": 6}))
    w, b = normals(0, "w", 3), torch.tensor(0.3, dtype=torch.float64)
    squares = []
    for batch in itertools.combinations(range(6), size):
        free = w.clone().requires_grad_()
        rows = list(batch)
        (mse_loss(x[rows] @ free + b, y[rows]) / 2).backward()
        squares.append(free.grad.square())

    found = gradient_noise.find_mean_square(x, y, w, b, [size])
    torch.testing.assert_close(found, torch.stack(squares).mean(0), rtol=1e-12, atol=0)


def test_batches_of_two_sizes_count_once_each():
    x, y, _ = draw(read(SMALL))
    w, b = normals(0, "w", 3), torch.tensor(0.3, dtype=torch.float64)
    one, other, both = (
        gradient_noise.find_mean_square(x, y, w, b, sizes) for sizes in ([5], [4], [5, 4])
    )

    torch.testing.assert_close(both, (one + other) / 2, rtol=1e-12, atol=0)


@pytest.mark.parametrize("spread", [1, 100])
def test_at_rest_the_mean_update_and_the_decay_cancel(spread):
    x, y, _ = draw(read(LONG, spread=spread))
    w, strengths = gradient_noise.find_rest(x, y, 0.3, [20])
    b = (y - x @ w).mean()
    gradients = (x @ w + b - y)[:, None] * x
    square = gradient_noise.find_mean_square(x, y, w, b, [20])

    left = gradients.mean(0) / square.sqrt() + 0.3 * w
    torch.testing.assert_close(left / w.abs(), torch.zeros_like(w), rtol=0, atol=1e-9)
    torch.testing.assert_close(strengths, 0.3 * square.sqrt(), rtol=1e-9, atol=0)
    assert (strengths.max() / strengths.min() > 20) == (spread == 100)


def test_without_decay_that_is_the_least_squares():
    x, y, _ = draw(read(SMALL))
    w, strengths = gradient_noise.find_rest(x, y, 0.0, [5])

    assert (strengths == 0).all()
    torch.testing.assert_close(w, torch.linalg.lstsq(x - x.mean(0), y).solution, rtol=1e-10, atol=0)


def run_alone(setting, kind, lr, options, seed):
    """Run torch's own optimiser on one data set as its users do: a module, a loss, backward()."""
    x, y, order = draw(setting, seed)
    w = torch.zeros(len(x[0]), dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    groups = [{"params": [w], "weight_decay": 0.3}, {"params": [b], "weight_decay": 0.0}]
    optimiser = kind(groups, lr=lr, **options)
    batches = [batch for epoch in order for batch in epoch.split(setting.batch_size)]
    after = []
    for batch, share in zip(batches, list_rates(1.0, len(batches), "linear"), strict=True):
        for group in optimiser.param_groups:
            group["lr"] = lr * share
        optimiser.zero_grad()
        (mse_loss(x[batch] @ w + b, y[batch]) / 2).backward()
        optimiser.step()
        after.append(w.detach().clone())
    return torch.stack(after[len(after) // 2 :]).mean(0)


def test_runs_side_by_side_are_those_of_torchs_optimisers_alone():
    setting, seeds = read(SMALL), (0, 1, 2)
    x, y, order = map(torch.stack, zip(*(draw(setting, seed) for seed in seeds), strict=True))
    together = batch_noise.train(setting, x, y, order)
    betas = {"betas": (0.9, batch_noise.BETA2)}
    kinds = (
        (torch.optim.AdamW, setting.lr, betas),
        (torch.optim.Adam, setting.lr, betas),
        (torch.optim.SGD, batch_noise.find_rate(setting), {}),
    )

    for found, kind in zip(together, kinds, strict=True):
        alone = torch.stack([run_alone(setting, *kind, seed) for seed in seeds])
        torch.testing.assert_close(found, alone, rtol=0, atol=1e-12 * float(alone.abs().max()))


@pytest.mark.parametrize("spread", [1, 100])
def test_adamw_goes_to_a_ridge_of_its_own_and_the_others_to_the_one_that_was_asked_for(spread):
    ((_, outcomes),) = batch_noise.measure([read(LONG, spread=spread, epochs=30)], range(2))
    found = outcomes.measures

    for ended in ("adamw_own", "adam_asked", "sgd_asked"):
        assert found[ended].max() < 0.03, ended
    for apart in ("adamw_asked", "adam_own", "sgd_own"):
        assert found[apart].min() > 0.1, apart
    assert (found["adamw_nearest"].min() > 0.02) == (spread == 100)


def test_the_nearest_ridge_is_the_one_of_its_decay_in_weights_times_scales():
    setting = read(LONG, spread=100)
    ((_, outcomes),) = batch_noise.measure([setting], [0])
    found = {name: values[0] for name, values in outcomes.measures.items()}
    x, y = (each - each.mean(0) for each in draw(setting)[:2])
    curvature = x.mT @ x / len(x) + found["nearest_decay"] * torch.eye(6, dtype=torch.float64)
    ridge = torch.linalg.solve(curvature, x.mT @ y / len(x)) * batch_noise.find_scales(setting)
    averaged = torch.from_numpy(outcomes.series["scaled_weights"][0, :, 2])

    assert found["adamw_nearest"] < min(found["adamw_asked"], found["adamw_bare"])
    nearest = float((averaged - ridge).norm() / ridge.norm())
    assert found["adamw_nearest"] == pytest.approx(nearest, rel=1e-9)


def test_each_feature_does_the_same_for_the_targets():
    scales = batch_noise.find_scales(read(LONG, spread=100))
    one, other = (draw(read(LONG, spread=spread)) for spread in (1, 100))

    assert scales[-1] / scales[0] == pytest.approx(100)
    torch.testing.assert_close(other[0] / scales, one[0], rtol=1e-12, atol=0)
    assert (other[1] == one[1]).all()


def test_a_batch_of_all_examples_is_refused():
    assert KINDS["batch_noise"].refuse(read(SMALL | {"batch_size": 24}))
    assert not KINDS["batch_noise"].refuse(read(SMALL | {"batch_size": 23}))


@pytest.mark.parametrize("weight_decay", [0.01, 100.0])
def test_with_hardly_any_noise_the_mean_is_followed_as_adam_alone_goes(weight_decay):
    start = torch.ones(1, dtype=torch.float64)
    alone = shrink_by_adam(start, [0.003] * 300, 0.999).item()

    found = gradient_noise.follow_adam(0.003, weight_decay, 1e-9, 300, 0.999)
    assert found == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize("noise", [10.0, 50.0])
def test_under_much_noise_the_mean_shrinks_by_the_decay_over_the_noise(noise):
    found = gradient_noise.follow_adam(0.001, 0.5, noise, 20_000, 0.999)

    assert found == pytest.approx(math.exp(-0.001 * 0.5 * 20_000 / noise), rel=2e-3)


def test_under_mirrored_noise_adamw_shrinks_exactly_as_without_and_adam_as_followed():
    chosen = {"lr": 0.002, "epochs": 1000, "weight_decay": 0.5, "gradient_noise": 0.5}
    ((_, outcomes),) = noise_alone.measure([Setting.read("noise_alone", chosen)], range(3))
    found = outcomes.measures

    assert found["adamw_said"] == pytest.approx((1 - 0.001) ** 1000, rel=1e-12)
    assert found["adamw_mean"] == pytest.approx(found["adamw_said"], rel=1e-11)
    assert found["adam_mean"] == pytest.approx(found["adam_followed"], rel=0.02)
    assert (found["adam_mean"] > 1.2 * found["adam_said"]).all()


def test_weights_that_overflow_are_not_recorded():
    """Their columns with the features would be numbers still."""
    overflows = read({}, lr=1e9, weight_decay=1e9, epochs=20)
    ((_, outcomes),) = batch_noise.measure([overflows], [0])

    assert outcomes.series == {}
