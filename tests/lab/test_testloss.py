from dataclasses import fields

import pytest
import torch

from wd.config import Setting
from wd.lab.data import draw_examples, normals
from wd.lab.solutions import ridge
from wd.lab.theory import prediction as theory
from wd.lab.theory import rowspace, testloss

NOISE_STD, TRUE_B = 0.3, 0.05


def draw(n, d, seeds=(0,)):
    setting = Setting.of("ridge", n_train=n, n_features=d, noise_std=NOISE_STD, true_b=TRUE_B)
    examples = draw_examples(setting, seeds, torch.float64)
    return examples.x, examples.y


def cubature(d):
    """Points ±√d·eᵢ, whose average of any quadratic is its mean under N(0, I)."""
    points = d**0.5 * torch.eye(d, dtype=torch.float64)
    return torch.cat([points, -points])


def truth(ridge_w):
    """All w° = 0.01, the chapter's."""
    true_w = torch.full((ridge_w.shape[-2], 1), 0.01, dtype=torch.float64)
    return {"ridge_w": ridge_w, "true_w": true_w, "true_b": TRUE_B, "noise_std": NOISE_STD}


def test_the_expected_loss_is_the_mean_over_fresh_examples():
    """Averaged exactly: 2(d + 1) points represent all inputs and their noise."""
    true_w, w, b = normals(0, "x", 7, 1), normals(0, "w", 7, 3), normals(0, "b", 3)
    points = cubature(8)
    x, noise = points[:, :7], points[:, 7:]
    errors = x @ w + b - (x @ true_w + TRUE_B + NOISE_STD * noise)

    found = testloss.measure_expected_test_loss(w, b, true_w, TRUE_B, NOISE_STD)

    torch.testing.assert_close(found, errors.square().mean(0) / 2, rtol=1e-13, atol=0)


@pytest.mark.parametrize(("n", "d"), [(20, 200), (20, 20), (40, 10)])
def test_the_parts_of_the_test_loss_add_up_to_it(n, d):
    x, y = draw(n, d, range(3))
    w, b = normals(0, "w", 3, d, 2), normals(0, "b", 3, 2)
    true_w = torch.full((d, 1), 0.01, dtype=torch.float64)
    ridge_w, _ = ridge.solve(ridge.factorise(x, y), [0.0, 3.0])

    parts = testloss.split_test_loss(rowspace.span_rows(x), w, b, **truth(ridge_w))

    expected = testloss.measure_expected_test_loss(w, b, true_w, TRUE_B, NOISE_STD)
    total = sum(getattr(parts, field.name) for field in fields(parts))
    torch.testing.assert_close(total, expected, rtol=1e-13, atol=0)
    assert all(getattr(parts, field.name).shape == (3, 2) for field in fields(parts))


def test_the_initialisations_part_is_known_before_training():
    """½(factor·‖w⊥(0)‖)²: 90 for a run without decay, whatever the data."""
    x, y = draw(20, 200)
    space, start = rowspace.span_rows(x), normals(0, "w", 1, 200, 1)
    b = torch.zeros(1, 1, dtype=torch.float64)
    setting = {"lr": 0.003, "epochs": 100, "batch_size": 5, "short_batch_scaled": True}
    w, b = theory.predict_run(x, y, start, b, space=space, weight_decay=[0.0, 3.0], **setting)
    ridge_w, _ = ridge.solve(ridge.factorise(x, y), [0.0, 3.0])

    parts = testloss.split_test_loss(space, w, b, **truth(ridge_w))

    leftover = theory.compute_leftover_factor(
        0.003, [0.0, 3.0], 100, 20, 5, short_batch_scaled=True
    ) * rowspace.split(space, start)[0].norm(dim=-2)
    torch.testing.assert_close(parts.initialisation, leftover.square() / 2, rtol=1e-12, atol=0)


def test_the_exact_optimum_has_neither_leftover_nor_anything_unsettled():
    x, y = draw(20, 200)
    w, b = ridge.solve(ridge.factorise(x, y), [0.0, 3.0])

    parts = testloss.split_test_loss(rowspace.span_rows(x), w, b, **truth(w))

    assert parts.initialisation.max() < 1e-28
    assert parts.overlap.abs().max() < 1e-15
    assert parts.unsettled.abs().max() < 1e-15
    assert (parts.shrinkage > 0).all()


@pytest.mark.parametrize(("n", "d"), [(20, 200), (20, 20), (40, 10)])
def test_the_predicted_ridge_loss_is_the_mean_over_the_noise(n, d):
    """Ridge is linear in the targets, so that n + 1 fits give its whole distribution."""
    x, _ = draw(n, d)
    weight_decay = [0.0, 0.05, 3.0] if n != d else [0.05, 3.0]
    true_w = 0.1 * normals(5, "w", d, 1)
    spectrum = ridge.factorise(x[0], x[0] @ true_w + TRUE_B)
    w, b = ridge.solve(spectrum, weight_decay)
    expected = testloss.measure_expected_test_loss(w, b, true_w, TRUE_B, NOISE_STD)
    for unit in torch.eye(n, dtype=torch.float64):
        w_unit, b_unit = ridge.solve(ridge.factorise(x[0], unit.unsqueeze(-1)), weight_decay)
        expected += NOISE_STD**2 / 2 * (w_unit.square().sum(0) + b_unit.square())

    found = testloss.predict_ridge_test_loss(spectrum, weight_decay, true_w, NOISE_STD)

    torch.testing.assert_close(found, expected, rtol=1e-12, atol=0)


def test_the_chapters_best_lambda_is_a_sixtieth_of_its_own():
    found = testloss.choose_weight_decay(0.01, 0.02**0.5, 20, 200)

    assert found == pytest.approx(0.05, rel=1e-12)


@pytest.mark.parametrize(("n", "d"), [(20, 60), (30, 30), (60, 20)])
def test_no_lambda_beats_the_best_averaged_over_the_directions_of_the_truth(n, d):
    """For every single draw of the inputs; ±√d·eᵢ stand for all directions of w°."""
    x, y = draw(n, d)
    spectrum = ridge.factorise(x[0], y[0])
    truths = 0.1 * cubature(d)
    best = testloss.choose_weight_decay(NOISE_STD, truths[0].norm().item(), n, d)
    weight_decay = best * torch.tensor([0.99, 1.0, 1.01], dtype=torch.float64)

    loss = sum(
        testloss.predict_ridge_test_loss(spectrum, weight_decay, truth.unsqueeze(-1), NOISE_STD)
        for truth in truths
    )

    assert loss[1] < loss[0]
    assert loss[1] < loss[2]
    assert (loss[0] - loss[1]).item() == pytest.approx((loss[2] - loss[1]).item(), rel=0.05)


def test_without_a_signal_there_is_no_best_lambda():
    with pytest.raises(ValueError, match="true_w_norm must be positive"):
        testloss.choose_weight_decay(0.01, 0.0, 20, 200)
