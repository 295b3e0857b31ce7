"""The comparisons that are no training runs, on few seeds, held to the bounds of the report."""

import numpy as np
import pytest
import torch

from wd.config import Setting
from wd.declarations.kinds.conventions import CONVENTIONS
from wd.declarations.kinds.same_thing import RESIDUALS, WAYS
from wd.lab.data import draw_examples, normals
from wd.lab.programs.scratch import Scratch
from wd.lab.solutions import ridge
from wd.lab.studies import (
    conventions,
    decay_alone,
    decay_limits,
    landscape,
    matrix,
    one_step,
    problem,
    random_start,
    same_thing,
    stable_rates,
    undecayed_descent,
)
from wd.lab.studies.company import one_thread

SEEDS = (0, 1)
ACTIVE = (0.1, 0.3, 0.5, 0.7, 0.9)
LIMITS = (1e-8, 1e-6, 1e-4, 1e-2, 1e2, 1e4, 1e6, 1e8)


def measure(module, along=None, values=(), *, seeds=SEEDS, **chosen):
    """Measure a kind's settings that differ in one hyperparameter: the numbers by its value."""
    kind = module.__name__.rpartition(".")[2]
    if along is None:
        return module.measure([Setting.read(kind, chosen)], seeds)[0][1].measures
    settings = [Setting.read(kind, chosen | {along: value}) for value in values]
    return {
        getattr(setting, along): outcomes.measures
        for setting, outcomes in module.measure(settings, seeds)
    }


@pytest.fixture(scope="module")
def same():
    """By whether data are tall, the numbers of each share of θ_max."""
    shares = (*ACTIVE, 1.0, 1.5)
    return {
        tall: measure(same_thing, "theta_share", shares, n_train=n, n_features=d)
        for tall, n, d in ((False, 20, 200), (True, 200, 20))
    }


@pytest.fixture(scope="module")
def converted():
    return {
        name: measure(conventions, n_train=40, n_features=10, weight_decay=0.5, convention=name)
        for name in CONVENTIONS
    }


@pytest.fixture(scope="module")
def steps():
    return {
        dtype: measure(one_step, "weight_decay", (0, 3, 30), dtype=dtype)
        for dtype in ("float32", "float64")
    }


def test_the_number_of_threads_is_what_it_was_before():
    before = torch.get_num_threads()

    with pytest.raises(KeyError), one_thread():
        assert torch.get_num_threads() == 1
        raise KeyError

    assert torch.get_num_threads() == before


# The update rule


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weight_decay", [0, 3, 30])
def test_one_step_by_three_ways_differs_by_units_in_the_last_place(steps, dtype, weight_decay):
    """Each way rounds a handful of times, by half a unit each."""
    for pair in ("formula_autograd", "formula_optim", "autograd_optim"):
        assert max(steps[dtype][weight_decay][pair]) <= 2


def test_half_the_decay_in_the_scratch_program_shows_in_its_first_step(monkeypatch):
    honest = Scratch.__init__

    def halve(self, w, b, settings, width):
        settings = [each.change(weight_decay=each.weight_decay / 2) for each in settings]
        honest(self, w, b, settings, width)

    monkeypatch.setattr(Scratch, "__init__", halve)
    numbers = measure(one_step, weight_decay=3)

    assert min(numbers["formula_autograd"]) > 1e3
    assert min(numbers["formula_optim"]) > 1e3
    assert max(numbers["autograd_optim"]) <= 2
    assert min(numbers["scratch_concise"]) > 0.1
    assert min(numbers["null_error"]) > 0.01


def test_units_in_the_last_place_are_those_of_the_largest_parameter():
    one = torch.tensor([[1.0, 1e-3]])
    other = torch.tensor([[1.0, 1e-3 + 3 * 2.0**-23]])

    assert one_step.count_ulps(one, other).item() == pytest.approx(3, rel=1e-3)
    assert one_step.count_ulps(one.double(), one.double()).item() == 0


@pytest.mark.parametrize(
    ("dtype", "programs", "null_space"), [("float32", 2e-6, 3e-6), ("float64", 1e-13, 1e-14)]
)
@pytest.mark.parametrize("weight_decay", [0, 3])
def test_whole_runs_agree_once_conventions_match(steps, dtype, programs, null_space, weight_decay):
    numbers = steps[dtype][weight_decay]

    assert max(numbers["scratch_concise"]) < programs
    assert max(numbers["null_error"]) < null_space


def test_a_whole_run_takes_every_step_of_the_run_also_with_full_batches():
    """One batch of all examples is never shuffled, so that its order is stored once."""
    numbers = measure(one_step, batch_size=20, epochs=30, weight_decay=3, dtype="float64")

    assert max(numbers["null_error"]) < 1e-14
    assert max(numbers["scratch_concise"]) < 1e-13


@pytest.mark.parametrize(("lr", "weight_decay"), [(1, 0.009), (1, 0.5), (1, 2.1), (0.003, 3)])
def test_decay_alone_follows_the_power_law_into_divergence(lr, weight_decay):
    setting = Setting.read("decay_alone", {"lr": lr, "weight_decay": weight_decay})

    ((_, found),) = decay_alone.measure([setting], SEEDS)

    factor = 1 - lr * weight_decay
    assert found.measures["factor"] == pytest.approx([factor] * 2, abs=1e-15)
    assert max(found.measures["formula_error"]) < 1e-14
    for path in found.series["decay_path"]:
        assert path[:, 0].tolist() == list(range(21))
        assert path[:, 1] == pytest.approx(factor ** np.arange(21), rel=1e-13)


@pytest.mark.parametrize(("weight_decay", "last"), [(1, [0, 0]), (2, [-1, 1])])
def test_decay_alone_may_erase_a_weight_or_turn_it_for_ever(weight_decay, last):
    setting = Setting.read("decay_alone", {"lr": 1, "weight_decay": weight_decay})

    path = decay_alone.measure([setting], SEEDS)[0][1].series["decay_path"][0, :, 1]

    assert path[-2:].tolist() == last
    assert not np.signbit(path[path == 0]).any()


# The same thing twice


@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize("share", ACTIVE)
def test_hard_soft_and_closed_form_agree(same, tall, share):
    numbers = same[tall][share]

    for pair in ("projected_closed", "penalty_closed", "projected_penalty", "multiplier_error"):
        assert max(numbers[pair]) < 1e-8
    for way in WAYS:
        for residual in RESIDUALS:
            assert max(numbers[f"{way}_{residual}"]) < 1e-8
    assert min(numbers["decay_of_theta"]) > 0
    assert numbers["closed_squared_norm"] == pytest.approx(numbers["theta_bound"], rel=1e-13)
    assert numbers["theta_bound"] / numbers["theta_max"] == pytest.approx([share] * 2, rel=1e-14)


@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize(("share", "bound"), [(1, 1e-4), (1.5, 1e-12)])
def test_an_inactive_constraint_leaves_loss_and_residuals_alone(same, tall, share, bound):
    """At θ_max itself wide descent closes in slower than geometrically."""
    numbers = same[tall][share]

    assert numbers["decay_of_theta"].tolist() == [0, 0]
    assert max(abs(numbers["loss_excess"])) < bound
    assert max(numbers["projected_stationarity"]) < bound
    assert max(numbers["projected_feasibility"]) < 1e-14
    assert np.isnan(numbers["penalty_closed"]).all()


def test_minimisers_are_unique_for_tall_data_only(same):
    assert min(same[False][1.5]["projected_closed"]) > 1e-2
    assert max(same[True][1.5]["projected_closed"]) < 1e-8


def test_from_a_random_start_projected_descent_stops_on_the_ball_with_no_loss():
    numbers = measure(random_start)

    assert numbers["projected_squared_norm"] == pytest.approx(numbers["theta_bound"], rel=1e-12)
    assert max(abs(numbers["loss_excess"])) < 1e-24
    assert min(numbers["projected_closed"]) > 1


def test_descent_without_decay_minimises_weights_and_bias_together():
    numbers = measure(undecayed_descent)

    assert max(numbers["descent_augmented"]) < 1e-10
    assert min(numbers["descent_interpolator"]) > 1e-2
    assert (numbers["descent_squared_norm"] > numbers["interpolator_squared_norm"]).all()
    assert (numbers["descent_squared_length"] < numbers["interpolator_squared_length"]).all()


def test_the_path_of_optima_ends_in_the_interpolator_and_in_nothing():
    numbers = measure(decay_limits, "weight_decay", LIMITS)

    assert max(numbers[1e-8]["interpolator_distance"]) < 1e-8
    assert max(numbers[1e8]["norm_deviation"]) < 1e-6
    norms = np.array([numbers[decay]["optimum_norm"] for decay in LIMITS])
    assert (np.diff(norms, axis=0) < 0).all()


@pytest.mark.parametrize(
    "changed",
    [{"n_train": 1}, {"true_w": 0.0, "noise_std": 0.0, "true_b": 0.0}],
    ids=["one-example", "no-signal"],
)
@pytest.mark.parametrize("module", [same_thing, random_start])
def test_data_without_anything_to_learn_have_no_constraint_to_compare(module, changed):
    numbers = measure(module, **changed)

    assert all(np.isnan(number).all() for number in numbers.values())


def test_a_descent_that_needs_too_many_steps_leaves_its_numbers_out(monkeypatch):
    monkeypatch.setattr(same_thing, "MAX_STEPS", 100)

    numbers = measure(same_thing)

    assert np.isnan(numbers["projected_closed"]).all()
    assert np.isnan(numbers["projected_feasibility"]).all()
    assert max(numbers["closed_stationarity"]) < 1e-12


def test_the_reference_of_a_run_is_the_closed_form_of_its_own_data():
    """The data are drawn as for a trained run: rounded to the setting's dtype first."""
    setting = Setting.of("scratch")
    data = draw_examples(setting, [1], torch.float32)

    found = problem.draw(setting, 1)

    assert torch.equal(found.x, data.x.double())
    expected = ridge.measure_squared_norm(ridge.factorise(data.x.double(), data.y.double()), [0.0])
    assert torch.equal(found.ceiling, expected)


# What to pass for λ


@pytest.mark.parametrize(
    ("name", "passed"),
    [("sgd_half_mse", 0.5), ("sgd_mse", 1.0), ("adam_l2", 0.5), ("ridge", 20.0)],
)
def test_every_convention_finds_the_closed_form(converted, name, passed):
    assert max(converted[name]["distance"]) < 1e-10
    assert converted[name]["passed"].tolist() == [passed] * 2
    assert converted[name]["amounts_to"].tolist() == [0.5] * 2


@pytest.mark.parametrize("sizes", [{"n_train": 40, "n_features": 10}, {}], ids=["tall", "wide"])
def test_linear_regression_is_asked_for_no_decay_whatever_lambda(sizes):
    numbers = measure(conventions, convention="linear_regression", weight_decay=0.5, **sizes)

    assert max(numbers["distance"]) < 1e-10
    assert numbers["amounts_to"].tolist() == [0] * 2
    assert np.isnan(numbers["passed"]).all()


@pytest.mark.parametrize(
    ("name", "amounts_to"), [("sgd_mse_unconverted", 0.25), ("ridge_unconverted", 0.5 / 40)]
)
def test_an_unconverted_number_solves_for_another_decay(converted, name, amounts_to):
    assert converted[name]["passed"].tolist() == [0.5] * 2
    assert converted[name]["amounts_to"].tolist() == [amounts_to] * 2
    assert min(converted[name]["distance"]) > 0.1
    assert max(converted[name]["own_distance"]) < 1e-10


def test_adamw_shares_neither_the_stationary_point_nor_the_first_step(converted):
    """With full batches it ends where no decay at all would end."""
    assert min(converted["adamw"]["distance"]) > 0.1
    assert max(converted["adamw"]["undecayed_distance"]) < 1e-2
    assert np.isnan(converted["adamw"]["amounts_to"]).all()
    assert min(converted["adamw"]["first_step_from_adam"]) > 0.1


def test_first_steps_differ_by_the_signs_that_the_decay_turns_and_by_its_share(converted):
    """Adam's first step is −η·sign(g + λw); AdamW's is −η·sign(g) − ηλw."""
    setting = Setting.read("conventions", {"n_train": 40, "n_features": 10, "weight_decay": 0.5})
    for seed, share in zip(SEEDS, converted["adamw"]["first_step_from_adam"], strict=True):
        found = problem.draw(setting, seed)
        x, y = found.x[0], found.y[0]
        w = normals(seed, "w", 10, 1)
        gradient = x.mT @ (x @ w - y) / 40
        coupled = -(gradient + 0.5 * w).sign()
        apart = -gradient.sign() - 0.5 * w
        assert share == pytest.approx(((coupled - apart).norm() / coupled.norm()).item(), rel=1e-6)


def test_least_squares_in_the_box_meet_the_conditions_of_a_constrained_minimum():
    """Inside the box no force is left; at a side the loss pushes outwards; a wide box binds not."""
    setting = Setting.read("conventions", {"n_train": 40, "n_features": 10, "noise_std": 0.3})
    found = problem.draw(setting, 3)
    x, y = (each[0] - each[0].mean(dim=0) for each in (found.x, found.y))

    tight, wide = (conventions.solve_in_box([found], decay)[0] for decay in (60.0, 0.5))

    force = (x.mT @ (x @ tight[:, None] - y))[:, 0]
    inside = tight.abs() < 1 / 60
    assert 0 < inside.sum() < len(tight)
    assert force[inside].abs().max() < 1e-12 * force.abs().max()
    assert (force[~inside] * tight[~inside] < 0).all()
    assert torch.allclose(wide, ridge.solve(found.spectrum, [0.0])[0][0, :, 0], rtol=1e-10, atol=0)


# Learning rates


def test_runs_of_the_scratch_program_live_below_their_onset_and_diverge_beyond():
    """The bisection is held against the program itself, just below and just above."""
    seed = 4
    for decay, found in measure(stable_rates, "weight_decay", (0, 3, 30), seeds=[seed]).items():
        onset = found["onset"][0] * found["safe_limit"][0]
        for share, lost in ((0.99, False), (1.01, True)):
            setting = Setting.of("scratch").change(lr=share * onset, weight_decay=decay)
            ((_, outcomes),) = matrix.train([setting], [seed], torch.device("cpu"))
            assert outcomes.good.tolist() == [not lost]


def test_full_batches_shrink_below_the_limit_and_grow_above_it():
    numbers = measure(stable_rates, "weight_decay", (0, 3, 30, 100))

    for found in numbers.values():
        assert max(found["below_growth"]) < 1 < min(found["above_growth"])
        assert found["below_factor"] == pytest.approx([0.998] * 2, abs=1e-5)
        assert found["above_factor"] == pytest.approx([1.002] * 2, abs=1e-5)
        assert ((found["safe_limit"] > 0.01) & (found["safe_limit"] < found["limit"])).all()


# The landscape


def test_the_surface_is_recorded_once_with_the_smallest_decay():
    decays = (3.0, 0.5, 10.0)
    settings = [
        Setting.read("landscape", {"n_features": 2, "weight_decay": decay}) for decay in decays
    ]

    found = landscape.measure(settings, SEEDS)

    assert [list(outcomes.series) for _, outcomes in found] == [[], ["surface"], []]
    for run, surface in enumerate(found[1][1].series["surface"]):
        assert surface.shape == (81 * 81, 3)
        assert surface[:, 2].min() < found[1][1].measures["loss"][run]


def test_the_pull_of_the_loss_and_the_decay_cancel():
    numbers = measure(landscape, "weight_decay", (0, 0.5, 3), n_features=2)

    for found in numbers.values():
        for axis in "12":
            assert found[f"pull{axis}"] == pytest.approx(found[f"decay{axis}"], abs=1e-14)
