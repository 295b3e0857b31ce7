import pytest
import torch
from sklearn.linear_model import LinearRegression, Ridge

from wd.config import Setting
from wd.lab.data import draw_examples, normals
from wd.lab.objective import half_mean_squared_error
from wd.lab.solutions import ridge
from wd.lab.solutions.constrained import differentiate

SHAPES = [(20, 200), (20, 21), (20, 20), (21, 20), (100, 10), (200, 100), (1, 5), (5, 1)]
LAMBDAS = [0.0, 1e-3, 0.05, 1.0, 3.0, 100.0]


def draw(n, d, seeds=(0,)):
    examples = draw_examples(Setting.of("ridge", n_train=n, n_features=d), seeds, torch.float64)
    return examples.x, examples.y


def fit(x, y, weight_decay):
    return ridge.solve(ridge.factorise(x, y), weight_decay)


def relative(found, expected):
    return ((found - expected).norm() / expected.norm()).item()


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("n", "d"), SHAPES[:-2])
def test_it_agrees_with_scikit_learn_on_wide_square_and_tall_data(n, d, seed):
    """alpha is n·λ, since scikit-learn sums the squared errors; λ = 0 is LinearRegression."""
    x, y = draw(n, d, [seed])
    w, b = fit(x[0], y[0], LAMBDAS)

    for column, weight_decay in enumerate(LAMBDAS):
        oracle = Ridge(alpha=n * weight_decay, solver="svd") if weight_decay else LinearRegression()
        oracle.fit(x[0].numpy(), y[0, :, 0].numpy())

        assert relative(w[:, column], torch.from_numpy(oracle.coef_)) < 1e-10
        assert abs(b[column].item() - oracle.intercept_) < 1e-10 * abs(oracle.intercept_)


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_the_gradient_of_the_penalised_objective_is_zero(n, d):
    x, y = draw(n, d)
    w, b = fit(x, y, LAMBDAS)

    grad_w, grad_b = differentiate(x, y, w, b)

    unbalanced = grad_w + torch.tensor(LAMBDAS, dtype=torch.float64) * w
    assert unbalanced.norm(dim=-2).max() < 1e-14 * (x.mT @ y / n).norm()
    assert grad_b.abs().max() < 1e-14


def test_without_decay_wide_data_are_interpolated_with_the_smallest_norm():
    x, y = draw(20, 200)
    w, b = fit(x, y, [0.0])

    centred_x, centred_y = x - x.mean(-2, keepdim=True), y - y.mean(-2, keepdim=True)
    smallest = torch.linalg.pinv(centred_x, rtol=1e-12) @ centred_y

    assert (x @ w + b - y).abs().max() < 1e-14
    assert relative(w, smallest) < 1e-13


def test_the_limit_of_vanishing_decay_is_the_solution_without_decay():
    x, y = draw(20, 200)
    w, _ = fit(x, y, [0.0, 1e-10])

    assert relative(w[..., 1], w[..., 0]) < 1e-9


def test_the_limit_of_infinite_decay_is_the_best_constant():
    x, y = draw(20, 200)
    w, b = fit(x, y, [1e12])

    assert w.norm() < 1e-12
    assert b.item() == pytest.approx(y.mean().item(), rel=1e-9)


def test_ridge_is_least_squares_with_root_n_lambda_rows_appended():
    """The penalty is d more examples √(nλ)·I with target 0 (Elements, exercise 3.12)."""
    x, y = draw(20, 30)
    w, _ = fit(x, y, [0.7])

    rows = (20 * 0.7) ** 0.5 * torch.eye(30, dtype=torch.float64)
    design = torch.cat([x[0] - x[0].mean(0), rows])
    target = torch.cat([y[0] - y[0].mean(0), torch.zeros(30, 1, dtype=torch.float64)])
    expected = torch.linalg.lstsq(design, target, driver="gelsd").solution

    assert relative(w[0], expected) < 1e-13


def test_doubling_every_example_changes_nothing_at_the_same_lambda():
    x, y = draw(20, 200)

    once = fit(x, y, LAMBDAS)
    twice = fit(x.repeat(1, 2, 1), y.repeat(1, 2, 1), LAMBDAS)

    assert relative(twice[0], once[0]) < 1e-13
    assert relative(twice[1], once[1]) < 1e-13


def test_rotating_the_features_rotates_the_weights():
    x, y = draw(20, 50)
    rotation = torch.linalg.qr(normals(7, "w", 50, 50)).Q

    w, b = fit(x, y, LAMBDAS)
    w_rotated, b_rotated = fit(x @ rotation, y, LAMBDAS)

    assert relative(rotation @ w_rotated, w) < 1e-13
    assert relative(b_rotated, b) < 1e-13


def test_shifting_the_targets_shifts_the_bias_alone():
    x, y = draw(20, 200)

    w, b = fit(x, y, LAMBDAS)
    w_shifted, b_shifted = fit(x, y + 3, LAMBDAS)

    assert relative(w_shifted, w) < 1e-13
    assert relative(b_shifted - 3, b) < 1e-12


def test_shifting_the_inputs_leaves_the_weights():
    x, y = draw(20, 200)

    w, b = fit(x, y, LAMBDAS)
    w_shifted, b_shifted = fit(x + 2, y, LAMBDAS)

    assert relative(w_shifted, w) < 1e-12
    assert relative(b_shifted + 2 * w_shifted.sum(-2), b) < 1e-12


def test_scaling_the_targets_scales_the_weights():
    x, y = draw(20, 200)

    assert relative(fit(x, 8 * y, LAMBDAS)[0], 8 * fit(x, y, LAMBDAS)[0]) < 1e-15


def test_scaling_the_inputs_by_c_is_scaling_lambda_by_one_over_c_squared():
    x, y = draw(20, 200)
    weight_decay = torch.tensor(LAMBDAS, dtype=torch.float64)

    scaled, _ = fit(4 * x, y, 16 * weight_decay)

    assert relative(4 * scaled, fit(x, y, weight_decay)[0]) < 1e-14


def test_a_feature_given_twice_shares_its_weight_equally():
    x, y = draw(50, 5)
    w, _ = fit(torch.cat([x, x[..., :1]], dim=-1), y, LAMBDAS)

    assert relative(w[:, 5], w[:, 0]) < 1e-12


def test_a_repeated_example_is_not_a_new_direction():
    x, y = draw(10, 50)
    again = torch.cat([x, x[:, :4]], dim=-2)

    spectrum = ridge.factorise(again, torch.cat([y, y[:, :4]], dim=-2))

    assert spectrum.rank.item() == 9
    assert ridge.solve(spectrum, [0.0])[0].norm() < 1


def test_centring_takes_one_direction_from_wide_data():
    assert ridge.factorise(*draw(20, 200)).rank.item() == 19
    assert ridge.factorise(*draw(20, 20)).rank.item() == 19
    assert ridge.factorise(*draw(21, 20)).rank.item() == 20


def test_inputs_without_variation_leave_only_the_bias():
    x = torch.ones(4, 3, dtype=torch.float64)
    y = torch.tensor([[1.0], [2.0], [3.0], [6.0]], dtype=torch.float64)

    w, b = fit(x, y, [0.0, 1.0])

    assert torch.equal(w, torch.zeros(3, 2, dtype=torch.float64))
    assert b.tolist() == [3.0, 3.0]


def test_many_data_sets_at_once_equal_each_alone():
    x, y = draw(20, 40, range(6))
    w, b = fit(x.view(2, 3, 20, 40), y.view(2, 3, 20, 1), LAMBDAS)

    for run in range(6):
        w_alone, b_alone = fit(x[run], y[run], LAMBDAS)
        assert relative(w.view(6, 40, 6)[run], w_alone) < 1e-13
        assert relative(b.view(6, 6)[run], b_alone) < 1e-13


def test_each_data_set_may_have_its_own_lambda():
    x, y = draw(20, 40, range(2))
    own = torch.tensor([[0.1, 1.0], [2.0, 5.0]], dtype=torch.float64)

    w, _ = fit(x, y, own)

    assert relative(w[1], fit(x[1], y[1], own[1])[0]) < 1e-13


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_the_squared_norm_of_the_optimum_is_that_of_its_weights(n, d):
    x, y = draw(n, d)
    spectrum = ridge.factorise(x, y)
    w, _ = ridge.solve(spectrum, LAMBDAS)

    squared_norm = w.square().sum(-2)

    torch.testing.assert_close(
        ridge.measure_squared_norm(spectrum, LAMBDAS), squared_norm, rtol=1e-12, atol=0
    )


def test_the_norm_falls_and_the_loss_rises_with_lambda():
    x, y = draw(20, 200, range(5))
    spectrum = ridge.factorise(x, y)
    weight_decay = torch.logspace(-4, 4, 50, dtype=torch.float64)

    w, b = ridge.solve(spectrum, weight_decay)

    assert (ridge.measure_squared_norm(spectrum, weight_decay).diff() < 0).all()
    assert (half_mean_squared_error(x @ w + b.unsqueeze(1) - y).diff() > 0).all()


@pytest.mark.parametrize(("n", "d"), [(20, 200), (20, 20), (40, 10)])
def test_effective_dof_are_the_trace_of_the_map_from_targets_to_fit(n, d):
    """Column j of the map is the fit of the unit vector e_j; the bias adds the 1."""
    x, _ = draw(n, d)
    units = torch.eye(n, dtype=torch.float64).unsqueeze(-1)
    w, b = fit(x.expand(n, n, d), units, LAMBDAS)
    fitted = x @ w + b.unsqueeze(-2)

    trace = fitted.diagonal(dim1=0, dim2=1).sum(-1)

    found = ridge.count_effective_dof(ridge.factorise(x, units[:1]), LAMBDAS)[0]
    torch.testing.assert_close(found, trace - 1, rtol=1e-12, atol=0)


def test_effective_dof_go_from_the_rank_to_zero():
    spectrum = ridge.factorise(*draw(20, 200))

    dof = ridge.count_effective_dof(spectrum, [0.0, 1e12])[0]

    assert dof[0].item() == pytest.approx(19, rel=1e-15)
    assert dof[1].item() < 1e-9


def test_undecayed_descent_from_zero_ends_at_the_smallest_norm_of_weights_and_bias():
    x, y = draw(20, 200)
    ones = torch.ones(1, 20, 1, dtype=torch.float64)
    smallest = torch.linalg.pinv(torch.cat([x, ones], dim=-1)) @ y

    w, b = ridge.settle_undecayed(x, y)

    assert relative(torch.cat([w, b.unsqueeze(-2)], dim=-2), smallest) < 1e-13
    assert (x @ w + b - y).abs().max() < 1e-14


def test_undecayed_descent_does_not_end_at_the_limit_of_ridge_on_wide_data():
    """A free bias that starts at 0 is kept small too, at the expense of ‖w‖."""
    x, y = draw(20, 200)
    w_limit, b_limit = fit(x, y, [0.0])

    w, b = ridge.settle_undecayed(x, y)

    assert w.norm() > w_limit.norm()
    assert w.square().sum() + b.square().sum() < w_limit.square().sum() + b_limit.square().sum()
    assert relative(w, w_limit) > 1e-3


def test_undecayed_descent_ends_at_least_squares_on_tall_data():
    x, y = draw(50, 10)
    start = normals(3, "w", 1, 10, 2)

    w, b = ridge.settle_undecayed(x, y, start)

    expected = fit(x, y, [0.0, 0.0])
    assert relative(w, expected[0]) < 1e-12
    assert relative(b, expected[1]) < 1e-12


def test_undecayed_descent_ends_at_the_interpolator_nearest_to_its_start():
    """The way there is orthogonal to the way from there to any other interpolator."""
    x, y = draw(20, 200)
    w_start, b_start = normals(1, "w", 1, 200, 1), normals(1, "b", 1, 1)
    w, b = ridge.settle_undecayed(x, y, w_start, b_start)

    for other_w, other_b in (fit(x, y, [0.0]), ridge.settle_undecayed(x, y)):
        w_way, w_rest = w - w_start, other_w - w
        across = (w_way * w_rest).sum() + (b - b_start) * (other_b - b)
        assert across.abs().item() < 1e-13 * w_way.norm() * w_rest.norm()


def test_undecayed_descent_of_many_runs_is_that_of_each_alone():
    x, y = normals(0, "x", 3, 6, 9), normals(0, "noise", 3, 6, 1)
    w_start, b_start = normals(1, "w", 3, 9, 2), normals(1, "b", 3, 2)
    w, b = ridge.settle_undecayed(x, y, w_start, b_start)

    for run in range(3):
        alone = ridge.settle_undecayed(x[run], y[run], w_start[run], b_start[run])
        torch.testing.assert_close((w[run], b[run]), alone, rtol=1e-11, atol=0)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_lambda_that_is_not_finite_and_nonnegative_is_refused(wrong):
    with pytest.raises(ValueError, match="weight_decay must be finite"):
        ridge.solve(ridge.factorise(*draw(5, 3)), [0.0, wrong])


def test_lambdas_in_low_precision_are_refused():
    """A float32 0.05 is 7e-10 off, more than the closed form's error."""
    with pytest.raises(ValueError, match="float64"):
        ridge.solve(ridge.factorise(*draw(5, 3)), torch.tensor([0.05]))


def test_data_of_low_precision_or_odd_shape_are_refused():
    x, y = draw(5, 3)

    with pytest.raises(ValueError, match="float64"):
        ridge.factorise(x.float(), y.float())
    with pytest.raises(ValueError, match="must be"):
        ridge.factorise(x, y[..., 0])
    with pytest.raises(ValueError, match="must be"):
        ridge.factorise(x[:, :0], y[:, :0])


def test_the_rank_tolerance_is_relative_to_the_largest_singular_value():
    x = torch.tensor([1e6, 1.0, 1e-9, 1e-12], dtype=torch.float64).diag()

    _, s, v = ridge.thin_svd(x)

    assert (s > 0).tolist() == [True, True, True, False]
    assert torch.equal(v[:, 3], torch.zeros(4, dtype=torch.float64))
    assert (ridge.thin_svd(x, rtol=1e-7)[1] > 0).tolist() == [True, True, False, False]
