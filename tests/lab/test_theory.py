from fractions import Fraction

import pytest
import torch

from wd.config import Setting
from wd.lab.data import draw_examples, normals
from wd.lab.solutions import ridge
from wd.lab.solutions.constrained import differentiate
from wd.lab.theory import prediction as theory
from wd.lab.theory import rowspace


def draw(n, d, seeds=(0,)):
    examples = draw_examples(Setting.of("ridge", n_train=n, n_features=d), seeds, torch.float64)
    return examples.x, examples.y


def descend(x, y, w, b, *, lr, weight_decay, epochs, batch_size, short_batch_scaled, order=None):
    """The update written out: w − η·c·λ·w − η·c·(mean gradient), c = m/B on a scaled short batch.

    All tensors have a leading axis of runs; order is (runs, epochs, n).
    """
    decay = torch.tensor(weight_decay, dtype=x.dtype)
    if order is None:
        order = torch.arange(x.shape[1]).expand(len(x), epochs, -1)
    for epoch in range(epochs):
        for batch in order[:, epoch].split(batch_size, dim=1):
            share = batch.shape[1] / batch_size if short_batch_scaled else 1.0
            rows = batch.unsqueeze(-1)
            x_batch, y_batch = x.take_along_dim(rows, 1), y.take_along_dim(rows, 1)
            grad_w, grad_b = differentiate(x_batch, y_batch, w, b)
            w = w - lr * decay * share * w - lr * share * grad_w
            b = b - lr * share * grad_b
    return w, b


def draw_start(d, models, seeds=(0,)):
    w = torch.stack([normals(seed, "w", d, 1) for seed in seeds]).expand(-1, -1, models)
    b = torch.stack([normals(seed, "b", 1) for seed in seeds]).expand(-1, models)
    return w, b


def draw_order(n, epochs, seeds=(0,)):
    return torch.stack([normals(seed, "order", epochs, n).argsort(dim=1) for seed in seeds])


def factor(lr, weight_decay, **setting):
    chapter = {"epochs": 100, "n_train": 20, "batch_size": 5, "short_batch_scaled": True}
    return theory.compute_leftover_factor(lr, weight_decay, **chapter | setting)


def test_the_chapters_run_leaves_its_known_share_of_the_start():
    """√180·(1 − 0.003·3)^400 = 0.361, the norm that the chapter prints."""
    assert 180**0.5 * factor(0.003, 3.0).item() == pytest.approx(0.361, abs=5e-4)
    assert factor(0.003, 0.0).item() == 1.0


@pytest.mark.parametrize("short_batch_scaled", [True, False])
@pytest.mark.parametrize("lr_weight_decay", [0.009, 0.5, 1.5, 1.75, 2.0, 2.25, 3.0])
@pytest.mark.parametrize(("epochs", "n_train"), [(3, 20), (3, 22), (4, 23), (1, 4)])
def test_the_leftover_factor_is_the_exact_product(
    lr_weight_decay, epochs, n_train, short_batch_scaled
):
    """In fractions, short batches included, signs and growth too."""
    exact, batch_size = Fraction(1), min(5, n_train)
    for _ in range(epochs):
        for start in range(0, n_train, batch_size):
            size = min(batch_size, n_train - start)
            share = Fraction(size, batch_size) if short_batch_scaled else 1
            exact *= 1 - Fraction(lr_weight_decay) * share

    found = factor(
        0.5,
        2 * lr_weight_decay,
        epochs=epochs,
        n_train=n_train,
        batch_size=batch_size,
        short_batch_scaled=short_batch_scaled,
    )

    assert found.item() == pytest.approx(float(exact), rel=1e-13)


def test_a_factor_of_zero_erases_the_start():
    assert factor(0.5, 2.0).item() == 0.0
    assert factor(0.5, 2.0, epochs=0).item() == 1.0


def test_too_strong_a_decay_grows_beyond_all_bounds():
    assert factor(1.0, 1e6, epochs=1001, n_train=5).item() == -torch.inf


def test_the_factor_of_many_lambdas_is_that_of_each():
    weight_decay = torch.tensor([[0.0, 1.0], [3.0, 100.0]], dtype=torch.float64)

    found = factor(0.003, weight_decay)

    assert found.shape == (2, 2)
    assert found[1, 0].item() == factor(0.003, 3.0).item()


@pytest.mark.parametrize("n_train", [20, 22])
@pytest.mark.parametrize("short_batch_scaled", [True, False])
@pytest.mark.parametrize(("dtype", "bound"), [(torch.float32, 3e-6), (torch.float64, 1e-14)])
def test_the_null_space_part_shrinks_by_the_leftover_factor_alone(
    dtype, bound, short_batch_scaled, n_train
):
    """400 mini-batch steps in random order, with and without a short batch of 2."""
    seeds, weight_decay = range(3), [0.0, 1.0, 3.0]
    x, y = (part.to(dtype) for part in draw(n_train, 200, seeds))
    start, b = (part.to(dtype) for part in draw_start(200, 3, seeds))
    order = draw_order(n_train, 100, seeds)
    setting = {"lr": 0.003, "epochs": 100, "batch_size": 5}
    setting["short_batch_scaled"] = short_batch_scaled

    end, _ = descend(x, y, start, b, weight_decay=weight_decay, order=order, **setting)

    space = rowspace.span_rows(x.double())
    w_null, _ = rowspace.split(space, start)
    predicted = factor(0.003, weight_decay, n_train=n_train, short_batch_scaled=short_batch_scaled)
    error = rowspace.split(space, end)[0] - predicted * w_null
    assert (error.norm(dim=-2) / w_null.norm(dim=-2)).max() < bound


@pytest.mark.parametrize(("lr", "epochs"), [(0.003, 400), (0.09, 3)])
@pytest.mark.parametrize(("n", "d"), [(20, 200), (20, 20), (40, 10)])
def test_a_full_batch_run_ends_exactly_where_it_is_predicted_to(n, d, lr, epochs):
    """Whether it creeps to the optimum or overshoots it at every step."""
    seeds, weight_decay = range(2), [0.0, 0.05, 3.0]
    x, y = draw(n, d, seeds)
    w, b = draw_start(d, 3, seeds)
    setting = {"lr": lr, "weight_decay": weight_decay, "epochs": epochs, "batch_size": n}
    setting["short_batch_scaled"] = True

    found_w, found_b = theory.predict_run(x, y, w, b, space=rowspace.span_rows(x), **setting)

    w_end, b_end = descend(x, y, w, b, **setting)
    assert ((found_w - w_end).norm(dim=-2) / w.norm(dim=-2)).max() < 1e-14
    assert (found_b - b_end).abs().max() < 1e-13


@pytest.mark.parametrize("short_batch_scaled", [True, False])
def test_the_prediction_counts_a_short_batch_as_the_program_does(short_batch_scaled):
    """Seven examples, all alike: then every batch does have the gradient of the whole set."""
    x, y = (part.repeat(1, 7, 1) for part in draw(1, 6))
    w, b = draw_start(6, 1)
    setting = {"lr": 0.02, "weight_decay": [0.5], "epochs": 30, "batch_size": 3}
    setting["short_batch_scaled"] = short_batch_scaled

    found = theory.predict_run(x, y, w, b, space=rowspace.span_rows(x), **setting)

    expected = descend(x, y, w, b, **setting)
    torch.testing.assert_close(found[0], expected[0], rtol=1e-12, atol=0)
    torch.testing.assert_close(found[1], expected[1], rtol=1e-12, atol=0)


def test_a_prediction_for_ever_is_the_exact_optimum():
    x, y = draw(20, 200)
    w, b = draw_start(200, 1)
    setting = {"lr": 0.05, "epochs": 10**7, "batch_size": 20, "short_batch_scaled": True}

    found_w, found_b = theory.predict_run(
        x, y, w, b, space=rowspace.span_rows(x), weight_decay=[0.0, 0.05, 3.0], **setting
    )

    undecayed = ridge.settle_undecayed(x, y, w, b)
    decayed = ridge.solve(ridge.factorise(x, y), [0.05, 3.0])
    expected_w = torch.cat([undecayed[0], decayed[0]], dim=-1)
    expected_b = torch.cat([undecayed[1], decayed[1]], dim=-1)
    torch.testing.assert_close(found_w, expected_w, rtol=0, atol=1e-11)
    torch.testing.assert_close(found_b, expected_b, rtol=0, atol=1e-11)


def test_the_chapters_mini_batch_run_is_predicted_without_training_it():
    """λ = 3, 50 seeds: Pythagoras to 1 % in the median, the whole path to 0.5 % at worst."""
    seeds = range(50)
    x, y = draw(20, 200, seeds)
    w, b = draw_start(200, 1, seeds)
    b = torch.zeros_like(b)
    setting = {"lr": 0.003, "epochs": 100, "batch_size": 5, "short_batch_scaled": True}
    space = rowspace.span_rows(x)
    w_null, _ = rowspace.split(space, w)
    ridge_w, _ = ridge.solve(ridge.factorise(x, y), [3.0])

    simple = theory.predict_norm(factor(0.003, [3.0]) * w_null.norm(dim=-2), ridge_w.norm(dim=-2))
    path, _ = theory.predict_run(x, y, w, b, space=space, weight_decay=[3.0], **setting)

    order = draw_order(20, 100, seeds)
    measured = descend(x, y, w, b, weight_decay=[3.0], order=order, **setting)[0].norm(dim=-2)
    assert (simple / measured - 1).abs().median() < 0.01
    assert (path.norm(dim=-2) / measured - 1).abs().max() < 0.005


def test_a_run_without_the_half_is_scratch_at_twice_the_rate_and_half_the_decay():
    x, y = draw(20, 200)
    w, b = draw_start(200, 1)
    lr, weight_decay = theory.match_conventions(0.003, 3.0, 2.0)
    setting = {"epochs": 100, "batch_size": 20, "short_batch_scaled": True}

    matched, _ = descend(x, y, w, b, lr=lr, weight_decay=[weight_decay], **setting)

    w_end, b_end = w.clone(), b.clone()
    for _ in range(100):
        grad_w, grad_b = (2 * part for part in differentiate(x, y, w_end, b_end))
        w_end, b_end = w_end - 0.003 * (grad_w + 3.0 * w_end), b_end - 0.003 * grad_b
    assert (matched - w_end).norm() < 1e-13 * w_end.norm()
