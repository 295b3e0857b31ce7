import pytest
import torch

from wd.lab.data import normals
from wd.lab.solutions import ridge
from wd.lab.theory import rowspace

SHAPES = [(20, 200), (20, 20), (40, 20), (1, 5)]


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_the_two_parts_add_up_and_are_orthogonal(n, d):
    x, w = normals(0, "x", 3, n, d), normals(0, "w", 3, d, 2)

    w_null, w_row = rowspace.split(rowspace.span_rows(x), w)

    torch.testing.assert_close(w_null + w_row, w, rtol=1e-14, atol=1e-15)
    assert (w_null * w_row).sum(-2).abs().max() < 1e-13
    assert (x @ w_null).abs().max() < 1e-13


@pytest.mark.parametrize(("n", "d"), [(20, 20), (40, 20)])
def test_nothing_is_hidden_from_data_of_full_rank(n, d):
    w_null, _ = rowspace.split(rowspace.span_rows(normals(0, "x", n, d)), normals(0, "w", d, 1))

    assert torch.equal(w_null, torch.zeros(d, 1, dtype=torch.float64))


def test_every_batch_pulls_within_the_row_space():
    x, y = normals(0, "x", 20, 200), normals(0, "noise", 20, 1)
    batch = normals(0, "order", 20).argsort()[:5]
    gradient = x[batch].T @ (x[batch] @ normals(0, "w", 200, 1) - y[batch])

    hidden, _ = rowspace.split(rowspace.span_rows(x), gradient)

    assert hidden.norm() < 1e-15 * gradient.norm()


def test_a_batch_may_pull_out_of_the_row_space_of_the_centred_data():
    """Which is why the null-space law is about X, and the ridge solution lies in a smaller one."""
    x, y = normals(0, "x", 20, 200), normals(0, "noise", 20, 1)
    spectrum = ridge.factorise(x, y)
    gradient = x[:5].T @ (x[:5] @ normals(0, "w", 200, 1) - y[:5])

    seen = spectrum.directions @ (spectrum.directions.T @ gradient)
    hidden, _ = rowspace.split(rowspace.span_rows(x), ridge.solve(spectrum, [0.0, 3.0])[0])

    assert (gradient - seen).norm() > 0.05 * gradient.norm()
    assert hidden.norm() < 1e-15


def test_repeated_examples_span_nothing_new():
    x = normals(0, "x", 6, 50)

    space = rowspace.span_rows(torch.cat([x, x[:3]]))

    assert space.rank.item() == 6


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_the_small_hessian_has_the_eigenvalues_of_the_full_one(n, d):
    """The other d − r eigenvalues of the full one are λ."""
    x, weight_decay = normals(0, "x", n, d), [0.0, 0.7]
    z = torch.cat([x, torch.ones(n, 1, dtype=torch.float64)], dim=1)
    small = torch.linalg.eigvalsh(rowspace.build_hessian(rowspace.span_rows(x), weight_decay))

    for column, decay in enumerate(weight_decay):
        full = z.T @ z / n
        full[range(d), range(d)] += decay
        hidden = torch.full((d - min(n, d),), decay, dtype=torch.float64)
        expected = torch.linalg.eigvalsh(full)
        found = torch.cat([small[column], hidden]).sort().values
        torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-13)


def test_inputs_in_low_precision_are_refused():
    with pytest.raises(ValueError, match="float64"):
        rowspace.span_rows(torch.ones(2, 3))
