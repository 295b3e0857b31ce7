"""Residuals of left-out examples by formula, against fits without these examples."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.solutions import ridge
from wd.lab.studies import left_out
from wd.lab.theory import leaving_out

DECAYS = torch.tensor([1e-10, 1e-6, 1e-3, 0.1, 10.0], dtype=torch.float64)
SIZES = [(20, 60), (30, 30), (30, 8), (7, 3)]

each_size = pytest.mark.parametrize(("n", "d"), SIZES)


def draw(n, d, seed=0):
    """Inputs with a mean, and two columns of targets with another."""
    x = normals(seed, "x", n, d) + 2
    return x, x @ normals(seed, "w", d, 2) + normals(seed, "noise", n, 2) + 5


def distance(one, other):
    return ((one - other).norm() / other.norm()).item()


def fit_by_sklearn(x, y, decay):
    """The same objective, by scikit-learn's own solver; alpha is n·λ."""
    return Ridge(alpha=len(x) * decay, solver="svd").fit(x.numpy(), y.numpy())


@each_size
def test_the_fits_are_those_of_the_closed_form_and_of_scikit_learn(n, d):
    x, y = draw(n, d)
    w, b = leaving_out.solve(leaving_out.factorise_rows(x), y, DECAYS)

    for column in range(2):
        expected, bias = ridge.solve(ridge.factorise(x, y[:, column : column + 1]), DECAYS)
        assert distance(w[..., column].mT, expected) < 1e-12
        assert distance(b[:, column], bias) < 1e-12
    model = fit_by_sklearn(x, y, 0.1)
    assert distance(w[3].mT, torch.from_numpy(model.coef_)) < 1e-11


@each_size
def test_leaving_one_out_by_formula_is_refitting_with_the_same_total_penalty(n, d):
    x, y = draw(n, d)
    found = leaving_out.leave_one_out(leaving_out.factorise_rows(x), y, DECAYS)

    singles = leaving_out.cut_into_parts(n, n)
    assert distance(found, leaving_out.refit(x, y, DECAYS * n / (n - 1), singles)) < 1e-11
    assert distance(found, leaving_out.refit(x, y, DECAYS, singles)) > 1e-4


@each_size
@pytest.mark.parametrize("count", [1.5, 4, 5, 7])
def test_leaving_parts_out_by_formula_is_refitting_at_the_same_decay(n, d, count):
    """Parts of one size and of two, and one part alone that is most of a hold-out."""
    x, y = draw(n, d)
    alone = [torch.arange(n - n // 4, n)[None]]
    parts = alone if count == 1.5 else leaving_out.cut_into_parts(n, count)

    found = leaving_out.leave_parts_out(leaving_out.factorise_rows(x), y, DECAYS, parts)

    assert distance(found, leaving_out.refit(x, y, DECAYS, parts)) < 1e-10


def test_refitting_is_what_scikit_learn_does_without_the_examples():
    x, y = draw(30, 8)
    (part,) = parts = [torch.arange(12, 18)[None]]
    others = np.setdiff1d(np.arange(30), part.numpy())

    model = fit_by_sklearn(x[others], y[others], 0.1)

    expected = y[12:18] - torch.from_numpy(model.predict(x[12:18].numpy()))
    assert distance(leaving_out.refit(x, y, DECAYS, parts)[3], expected) < 1e-12


def test_the_score_of_leaving_one_out_is_scikit_learns():
    """Whose RidgeCV, on data that are centred already, keeps the total penalty as well."""
    x, y = draw(30, 8)
    x, y = x - x.mean(0), y - y.mean(0)
    rows = leaving_out.factorise_rows(x)
    model = RidgeCV(alphas=(30 * DECAYS[1:]).tolist(), store_cv_results=True)

    model.fit(x.numpy(), y[:, 0].numpy())

    found = leaving_out.leave_one_out(rows, y[:, :1], DECAYS[1:]).square()[..., 0]
    assert distance(found.mT, torch.from_numpy(model.cv_results_)) < 1e-11


@each_size
def test_generalised_cross_validation_divides_by_the_mean_of_the_diagonal(n, d):
    """With the hat matrix written out; at λ = 0.1, where the textbook's form has its digits."""
    x, y = draw(n, d)
    centre = torch.eye(n, dtype=torch.float64) - 1 / n
    gram = centre @ x @ x.mT @ centre
    hat = gram @ torch.linalg.inv(gram + n * 0.1 * torch.eye(n, dtype=torch.float64)) + 1 / n

    found = leaving_out.even_out(leaving_out.factorise_rows(x), y, DECAYS)[3]

    residuals = y - hat @ y
    assert distance(found, residuals / (1 - hat.trace() / n)) < 1e-11


def test_without_decay_on_tall_data_it_is_least_squares_without_the_example():
    x, y = draw(30, 8)
    others = np.arange(1, 30)

    model = LinearRegression().fit(x[others].numpy(), y[others].numpy())

    expected = y[:1] - torch.from_numpy(model.predict(x[:1].numpy()))
    found = leaving_out.leave_one_out(leaving_out.factorise_rows(x), y, DECAYS[:1])[0, :1]
    assert distance(found, expected) < 1e-8


@pytest.mark.parametrize(("n", "count"), [(20, 5), (23, 5), (3, 10), (442, 5)])
def test_parts_hold_every_example_once_and_differ_by_one_at_most(n, count):
    parts = [part for each in leaving_out.cut_into_parts(n, count) for part in each]

    assert torch.cat(parts).tolist() == list(range(n))
    assert len(parts) == min(n, count)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize(("d", "way"), [(8, "refit"), (60, "leave_parts_out")])
def test_folds_take_the_faster_way_and_end_where_the_other_does(d, way):
    x, y = draw(30, d)
    rows, parts = leaving_out.factorise_rows(x), [torch.arange(10)[None]]
    ways = {
        "refit": leaving_out.refit(x, y, DECAYS, parts),
        "leave_parts_out": leaving_out.leave_parts_out(rows, y, DECAYS, parts),
    }

    found = leaving_out.cross_validate(x, rows, y, DECAYS, parts)

    assert torch.equal(found, ways[way])
    assert all(distance(found, each) < 1e-10 for each in ways.values())


def test_the_study_leaves_out_examples_of_the_data_of_its_settings(monkeypatch):
    fitted, refit = [], leaving_out.refit

    def note(x, y, *more):
        fitted.append((x, y))
        return refit(x, y, *more)

    monkeypatch.setattr(leaving_out, "refit", note)
    sizes = {"n_train": 12, "n_features": 5, "true_w": 0.3, "noise_std": 0.2}
    left_out.compare([Setting.read("left_out", sizes)], 4)

    x = normals(4, "x", 12, 5)
    y = x @ torch.full((5, 1), 0.3, dtype=torch.float64) + 0.2 * normals(4, "noise", 12, 1)
    assert len(fitted) == 2
    for found in fitted:
        torch.testing.assert_close(found, (x, y), rtol=1e-12, atol=1e-15)
