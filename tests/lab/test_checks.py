"""The comparisons that are no training runs, on few seeds, held to the bounds of the report."""

import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from wd import config
from wd.lab.data import draw_examples, draw_start
from wd.lab.programs.scratch import Scratch
from wd.lab.solutions import ridge
from wd.lab.studies import conventions, decay_alone, limits, one_step, same_thing, stability
from wd.lab.studies.facts import list_facts
from wd.lab.studies.thread import one_thread

SEEDS = (0, 1)
SETTING = config.load(Path(__file__).parents[2] / "report.toml").setting


def collect(check, setting=SETTING, seeds=SEEDS):
    """Facts by scope and name, one number per seed."""
    facts = defaultdict(dict)
    for scope, name, seed, value in check.check(setting, seeds):
        column = facts[scope].setdefault(name, [])
        assert seed == seeds[len(column)]
        assert value is None or math.isfinite(value)
        column.append(value)
    return facts


@pytest.fixture(scope="module")
def same():
    return collect(same_thing)


@pytest.fixture(scope="module")
def converted():
    return collect(conventions)


@pytest.fixture(scope="module")
def steps():
    return collect(one_step)


def test_what_is_not_finite_becomes_no_number_and_no_zero_is_negative():
    facts = list(list_facts("a", (3, 5), {"one": torch.tensor([-0.0, math.inf]), "two": math.nan}))

    assert facts == [
        ("a", "one", 3, 0.0),
        ("a", "one", 5, None),
        ("a", "two", 3, None),
        ("a", "two", 5, None),
    ]
    assert math.copysign(1, facts[0][3]) == 1


def test_the_number_of_threads_is_what_it_was_before():
    before = torch.get_num_threads()

    with pytest.raises(KeyError), one_thread():
        assert torch.get_num_threads() == 1
        raise KeyError

    assert torch.get_num_threads() == before


@pytest.mark.parametrize("scope", [f"{d}_{v}" for d in one_step.DTYPES for v in (0, 3, 30)])
def test_one_step_by_three_ways_differs_by_units_in_the_last_place(steps, scope):
    """Each way rounds a handful of times, by half a unit each."""
    assert set(steps[scope]) == {"formula_autograd", "formula_optim", "autograd_optim"}
    assert max(max(values) for values in steps[scope].values()) <= 2


def test_half_the_decay_in_the_scratch_program_shows_in_its_first_step(monkeypatch):
    honest = Scratch.__init__

    def halve(self, w, b, settings, width):
        settings = [replace(each, weight_decay=each.weight_decay / 2) for each in settings]
        honest(self, w, b, settings, width)

    monkeypatch.setattr(Scratch, "__init__", halve)
    facts = collect(one_step)

    assert min(facts["float32_3"]["formula_autograd"]) > 1e3
    assert min(facts["float32_3"]["formula_optim"]) > 1e3
    assert max(facts["float32_3"]["autograd_optim"]) <= 2
    assert min(facts["run_float32_3"]["scratch_concise"]) > 0.1
    assert min(facts["run_float32_3"]["null_error"]) > 0.01


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
    facts = steps[f"run_{dtype}_{weight_decay}"]

    assert max(facts["scratch_concise"]) < programs
    assert max(facts["null_error"]) < null_space


def test_a_whole_run_takes_every_step_of_the_run_also_with_full_batches():
    """One batch of all examples is never shuffled, so that its order is stored once."""
    setting = replace(SETTING, batch_size=20, epochs=30, weight_decay=3.0, dtype="float64")
    data = draw_examples(setting, SEEDS, torch.float64)
    start = draw_start(setting, SEEDS, torch.float64)

    gaps = one_step.compare_whole_runs(setting, [3.0], data, start)

    assert gaps["null_error"].max() < 1e-14
    assert gaps["scratch_concise"].max() < 1e-13


def test_decay_alone_follows_the_power_law_into_divergence():
    facts = collect(decay_alone, seeds=(0,))

    assert set(facts) == {"0.009", "0.5", "1", "1.5", "2", "2.1"}
    for scope, numbers in facts.items():
        path = [numbers[f"step_{step:02}"][0] for step in range(21)]
        assert path[0] == 1
        assert path[1] == pytest.approx(1 - float(scope), abs=1e-15)
        assert numbers["formula_error"][0] < 1e-14
    assert facts["1"]["step_01"] == [0]
    assert facts["2"]["step_20"] == [1]
    assert facts["2"]["step_19"] == [-1]
    assert facts["1.5"]["step_19"][0] < 0 < facts["1.5"]["step_20"][0] < 1e-5
    assert facts["2.1"]["step_20"][0] == pytest.approx(1.1**20, rel=1e-14)


@pytest.mark.parametrize("prefix", ["", "tall_"])
@pytest.mark.parametrize("share", same_thing.ACTIVE)
def test_hard_soft_and_closed_form_agree(same, prefix, share):
    facts = same[f"{prefix}theta_{share:g}"]

    for pair in ("projected_closed", "penalty_closed", "projected_penalty", "multiplier_error"):
        assert max(facts[pair]) < 1e-8
    for way in ("projected", "penalty", "closed"):
        for residual in ("stationarity", "feasibility", "slackness"):
            assert max(facts[f"{way}_{residual}"]) < 1e-8
    assert min(facts["weight_decay"]) > 0
    assert facts["closed_squared_norm"] == pytest.approx(facts["theta"], rel=1e-13)
    assert [a / b for a, b in zip(facts["theta"], facts["theta_max"], strict=True)] == (
        pytest.approx([share] * 2, rel=1e-14)
    )


@pytest.mark.parametrize("prefix", ["", "tall_"])
@pytest.mark.parametrize(("share", "bound"), [(1, 1e-4), (1.5, 1e-12)])
def test_an_inactive_constraint_leaves_loss_and_residuals_alone(same, prefix, share, bound):
    """At θ_max itself wide descent closes in slower than geometrically."""
    facts = same[f"{prefix}theta_{share:g}"]

    assert facts["weight_decay"] == [0, 0]
    assert max(map(abs, facts["loss_excess"])) < bound
    assert max(facts["projected_stationarity"]) < bound
    assert max(facts["projected_feasibility"]) < 1e-14
    assert "penalty_closed" not in facts


def test_minimisers_are_unique_for_tall_data_only(same):
    assert min(same["theta_1.5"]["projected_closed"]) > 1e-2
    assert max(same["tall_theta_1.5"]["projected_closed"]) < 1e-8


def test_from_a_random_start_projected_descent_stops_on_the_ball_with_no_loss(same):
    facts = same["random_start"]

    assert facts["projected_squared_norm"] == pytest.approx(facts["theta"], rel=1e-12)
    assert max(facts["projected_loss"]) < 1e-24
    assert max(facts["projected_stationarity"]) < 1e-12
    assert min(facts["projected_closed"]) > 1


def test_descent_without_decay_minimises_weights_and_bias_together(same):
    facts = same["zero_decay"]

    assert max(facts["descent_augmented"]) < 1e-10
    assert min(facts["descent_interpolator"]) > 1e-2
    for seed in range(len(SEEDS)):
        assert facts["descent_squared_norm"][seed] > facts["interpolator_squared_norm"][seed]
        assert facts["descent_squared_length"][seed] < facts["interpolator_squared_length"][seed]


def test_the_path_of_optima_ends_in_the_interpolator_and_in_nothing(same):
    scopes = [f"lambda_{decay:.0e}" for decay in limits.LIMITS]

    assert max(same["lambda_1e-08"]["interpolator_distance"]) < 1e-8
    assert max(same["lambda_1e+08"]["norm_deviation"]) < 1e-6
    for seed in range(len(SEEDS)):
        norms = [same[scope]["norm"][seed] for scope in scopes]
        assert norms == sorted(norms, reverse=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"n_train": 20, "n_features": 30},
        {"n_train": 1},
        {"true_w": 0.0, "noise_std": 0.0, "true_b": 0.0},
    ],
    ids=["nearly-square", "one-example", "no-signal"],
)
def test_what_cannot_be_compared_gives_no_facts(changed):
    assert not collect(same_thing, replace(SETTING, **changed))


def test_sizes_that_need_too_many_steps_give_no_facts(monkeypatch):
    monkeypatch.setattr(same_thing, "MAX_STEPS", 100)

    assert not collect(same_thing)


@pytest.mark.parametrize(
    ("scope", "passed"),
    [
        ("sgd_half_mse", 0.5),
        ("sgd_mse", 1.0),
        ("adam_l2", 0.5),
        ("ridge", 20.0),
        ("wide_ridge", 10.0),
        ("linear_regression", None),
        ("wide_linear_regression", None),
    ],
)
def test_every_convention_finds_the_closed_form(converted, scope, passed):
    facts = converted[scope]

    assert max(facts["distance"]) < 1e-10
    assert facts.get("passed", [None] * 2) == [passed] * 2


@pytest.mark.parametrize(
    ("scope", "amounts_to"),
    [("sgd_mse_unconverted", 0.25), ("ridge_unconverted", 0.5 / 40)],
)
def test_an_unconverted_number_solves_for_another_decay(converted, scope, amounts_to):
    facts = converted[scope]

    assert facts["passed"] == facts["asked"] == [0.5] * 2
    assert facts["amounts_to"] == [amounts_to] * 2
    assert min(facts["distance"]) > 0.1
    assert max(facts["own_distance"]) < 1e-10


def test_adamw_shares_neither_the_stationary_point_nor_the_first_step(converted):
    """With full batches it ends where no decay at all would end."""
    assert min(converted["adamw"]["distance"]) > 0.1
    assert max(converted["adamw"]["undecayed_distance"]) < 1e-2
    assert "amounts_to" not in converted["adamw"]
    assert min(converted["first_step"]["adam_adamw"]) > 0.1


def test_full_batches_shrink_below_the_limit_and_grow_above_it():
    facts = collect(stability)

    for scope in ("0", "3", "30"):
        assert max(facts[scope]["below_growth"]) < 1 < min(facts[scope]["above_growth"])
        assert facts[scope]["below_factor"] == pytest.approx([0.998] * 2, abs=1e-5)
        assert facts[scope]["above_factor"] == pytest.approx([1.002] * 2, abs=1e-5)
    for numbers in facts.values():
        for limit, safe in zip(numbers["limit"], numbers["safe_limit"], strict=True):
            assert 0.01 < safe < limit
    assert set(facts) == {f"{decay:g}" for decay in stability.DECAYS}


@pytest.mark.parametrize(
    "changed",
    [
        {"n_train": 1, "n_features": 1, "batch_size": 3},
        {"n_train": 7, "batch_size": 3, "epochs": 2},
        {"n_train": 30, "n_features": 4, "batch_size": 30, "epochs": 3},
        {"init_std": 0.0, "true_w": 0.0, "noise_std": 0.0},
    ],
    ids=["one-of-each", "short-batch", "full-batch", "nothing"],
)
@pytest.mark.parametrize("check", [one_step, stability], ids=["one_step", "stability"])
def test_any_allowed_configuration_gives_facts(check, changed):
    assert collect(check, replace(SETTING, **changed), seeds=(0,))


def test_the_reference_of_a_run_is_the_closed_form_of_its_own_data():
    """The data are drawn as for a trained run: rounded to the setting's dtype first."""
    problem = same_thing.draw(SETTING, SEEDS)
    data = draw_examples(SETTING, SEEDS, torch.float32)

    assert torch.equal(problem.x, data.x.double())
    expected = ridge.measure_squared_norm(ridge.factorise(data.x.double(), data.y.double()), [0.0])
    assert torch.equal(problem.ceiling, expected)
