import pytest
import torch

from wd.lab.data import normals
from wd.lab.studies import stable_rates
from wd.lab.theory import rowspace, stability

LAMBDAS = [0.0, 3.0, 30.0]


def grow(x, y, lr, weight_decay, steps=5_000):
    """Return by how much full-batch descent from a random start lengthens (w, b), per λ."""
    n, d = x.shape
    start = normals(0, "w", d, 1).expand(d, len(lr))
    w, b = start, torch.zeros_like(lr)
    for _ in range(steps):
        error = x @ w + b - y
        w, b = w - lr * weight_decay * w - lr / n * (x.T @ error), b - lr * error.mean(0)
    return torch.hypot(w.norm(dim=0), b) / start.norm(dim=0)


def test_full_batches_diverge_exactly_beyond_the_limit():
    """0.1 % below nothing grows, 0.1 % above it does."""
    x, y = normals(0, "x", 20, 200), normals(0, "noise", 20, 1)
    weight_decay = torch.tensor(LAMBDAS, dtype=torch.float64)

    limit = stability.find_limit(rowspace.span_rows(x), weight_decay)

    assert (grow(x, y, 0.999 * limit, weight_decay) < 1).all()
    assert (grow(x, y, 1.001 * limit, weight_decay) > 100).all()


def test_decay_lowers_the_full_batch_limit():
    space = rowspace.span_rows(normals(0, "x", 3, 20, 200))

    assert (stability.find_limit(space, LAMBDAS).diff() < 0).all()


@pytest.mark.parametrize("short_batch_scaled", [True, False])
@pytest.mark.parametrize("weight_decay", LAMBDAS)
def test_below_the_safe_limit_no_batch_lengthens_the_error(weight_decay, short_batch_scaled):
    """22 examples in batches of 5 leave a short batch of 2."""
    x = normals(0, "x", 22, 60)
    order = normals(0, "order", 10, 22).argsort(dim=1)
    lr = stability.find_safe_limit(
        x, [weight_decay], order, 5, short_batch_scaled=short_batch_scaled
    ).item()
    z = torch.cat([x, torch.ones(22, 1, dtype=torch.float64)], dim=1)
    decay = torch.full((61,), weight_decay, dtype=torch.float64)
    decay[-1] = 0

    longest = 0.0
    for members in (batch for row in order for batch in row.split(5)):
        share = len(members) / 5 if short_batch_scaled else 1.0
        hessian = share * (z[members].T @ z[members] / len(members) + decay.diag())
        step = torch.eye(61, dtype=torch.float64) - lr * hessian
        longest = max(longest, torch.linalg.matrix_norm(step, 2).item())

    assert longest <= 1 + 1e-12


@pytest.mark.parametrize("short_batch_scaled", [True, False])
def test_without_decay_the_safe_limit_is_the_sharpest_batch_itself(short_batch_scaled):
    """22 examples in batches of 5 leave a short batch of 2: the sharpest, unless it is scaled."""
    x = normals(0, "x", 22, 200)
    order = normals(0, "order", 10, 22).argsort(dim=1)
    z = torch.cat([x, torch.ones(22, 1, dtype=torch.float64)], dim=1)
    sharpest = max(
        torch.linalg.matrix_norm(z[batch], 2).item() ** 2
        / (5 if short_batch_scaled else len(batch))
        for row in order
        for batch in row.split(5)
    )

    found = stability.find_safe_limit(x, [0.0], order, 5, short_batch_scaled=short_batch_scaled)

    assert found.item() == pytest.approx(2 / sharpest, rel=1e-13)


def test_many_runs_at_once_equal_each_alone():
    x = normals(0, "x", 3, 22, 60)
    order = normals(0, "order", 3, 4, 22).argsort(dim=-1)
    together = stability.find_safe_limit(x, LAMBDAS, order, 5, short_batch_scaled=True)

    for run in range(3):
        alone = stability.find_safe_limit(x[run], LAMBDAS, order[run], 5, short_batch_scaled=True)
        torch.testing.assert_close(together[run], alone, rtol=1e-13, atol=0)


def test_a_batch_of_all_examples_is_nearly_the_full_batch_limit():
    """Sufficient is not exact: counting λ on the bias too costs at most λ."""
    x = normals(0, "x", 20, 200)
    exact = stability.find_limit(rowspace.span_rows(x), LAMBDAS)
    order = torch.arange(20).unsqueeze(0)

    safe = stability.find_safe_limit(x, LAMBDAS, order, 20, short_batch_scaled=True)

    assert (safe <= exact * (1 + 1e-12)).all()
    assert (safe > 0.98 * exact).all()


def test_below_the_limit_weights_and_bias_near_their_optimum_whatever_the_decay():
    x, y = normals(0, "x", 1, 40, 3) + 1, normals(0, "noise", 1, 40, 1) + 2
    lr = torch.full((1, 3), 0.2, dtype=torch.float64)

    found = stable_rates.measure_growth(x, y, normals(0, "w", 1, 3, 1), lr, [0, 0.1, 0.5], 160)

    assert found.max() < 0.1
