"""What each way of choosing λ chooses, and what that costs."""

import numpy as np
import pytest
import torch

from wd.config import Setting
from wd.declarations import KINDS
from wd.declarations.kinds.choosing import METHODS
from wd.lab.data import draw_examples
from wd.lab.solutions import ridge
from wd.lab.studies import choosing, choosing_splits, left_out
from wd.lab.theory import leaving_out

SQUARE = {"n_train": 24, "n_features": 24, "true_w": 0.03}
SEEDS = range(5)


@pytest.fixture(scope="module")
def found():
    """Outcomes by σ."""
    settings = [
        Setting.read("choosing", SQUARE | {"noise_std": noise_std}) for noise_std in (0.01, 0.1)
    ]
    return {setting.noise_std: outcomes for setting, outcomes in choosing.measure(settings, SEEDS)}


@pytest.mark.parametrize("noise_std", [0.01, 0.1])
def test_risk_and_scores_are_those_of_fits_to_the_data_that_other_studies_draw(found, noise_std):
    """Signal and noise are fitted apart and put together: here both are fitted at once."""
    setting = Setting.of("ridge").change(**SQUARE, noise_std=noise_std, true_b=0.0, n_test=100)
    tried = choosing.TRIED[choosing.SHOWN]
    for seed in SEEDS:
        data = draw_examples(setting, [seed], torch.float64)
        w, b = ridge.solve(ridge.factorise(data.x, data.y), tried)
        errors = (w - 0.03).square().sum(1) + b.square() + noise_std**2
        path = found[noise_std].series["choosing_path"][seed]
        np.testing.assert_allclose(path[:, 0], tried, rtol=0)
        np.testing.assert_allclose(path[:, 1], errors[0] / 2, rtol=1e-9)
        fresh = (data.x_test @ w + b.unsqueeze(1) - data.y_test).square().mean(1)[0] / 2
        np.testing.assert_allclose(path[:, 2 + METHODS.index("fresh")], fresh, rtol=1e-9)
        held_out = [torch.arange(18, 24)[None]]
        folds = {"five_fold": 5, "ten_fold": 10}
        parts = {name: leaving_out.cut_into_parts(24, count) for name, count in folds.items()}
        parts["hold_out"] = held_out
        for method, each in parts.items():
            left = leaving_out.refit(data.x[0], data.y[0], tried, each).square().mean((1, 2)) / 2
            np.testing.assert_allclose(path[:, 2 + METHODS.index(method)], left, rtol=1e-8)


def test_the_grid_begins_without_decay_and_has_six_steps_to_a_power_of_ten():
    none, *tried = choosing.TRIED.log10().tolist()
    _, *shown = choosing.TRIED[choosing.SHOWN].log10().tolist()

    assert none < min(tried) - 3
    np.testing.assert_allclose(np.diff(tried), 1 / 6, rtol=1e-5)
    np.testing.assert_allclose(np.diff(shown), 1 / 3, rtol=1e-5)


def test_no_choice_does_better_than_the_best_of_the_grid(found):
    for outcomes in found.values():
        for method in METHODS:
            assert min(outcomes.measures[f"{method}_regret"]) >= 1
            assert set(outcomes.measures[f"{method}_chosen"]) <= set(choosing.TRIED.tolist())


def test_the_regret_is_the_risk_at_the_choice_over_the_least(found):
    for outcomes in found.values():
        for run, path in enumerate(outcomes.series["choosing_path"]):
            for method in METHODS:
                there = path[:, 0] == outcomes.measures[f"{method}_chosen"][run]
                risk = path[there, 1] / outcomes.measures["least_risk"][run]
                assert risk.size == 0 or risk == pytest.approx(
                    outcomes.measures[f"{method}_regret"][run], rel=1e-12
                )


def test_a_constant_misses_the_whole_signal(found):
    for noise_std, outcomes in found.items():
        floor = (24 * 0.03**2 + noise_std**2) / 2
        assert (outcomes.measures["constant_risk"] >= floor).all()
        assert outcomes.measures["constant_risk"] == pytest.approx(floor, rel=0.5)


def test_a_single_example_is_refused():
    assert KINDS["choosing"].refuse(Setting.read("choosing", {"n_train": 1}))
    assert not KINDS["choosing"].refuse(Setting.read("choosing", {"n_train": 2}))


@pytest.mark.parametrize("features", ["linear", "quadratic"])
def test_the_diabetes_data_are_standardised_and_of_full_rank(features):
    x, y = choosing_splits.load(features)

    assert x.shape == (442, {"linear": 10, "quadratic": 64}[features])
    assert torch.linalg.matrix_rank(x) == x.shape[1]
    for each in (x, y):
        assert each.mean(0).abs().max() < 1e-14
        assert (each.square().mean(0) - 1).abs().max() < 1e-14


def test_another_split_of_the_same_data_is_another_order_of_the_same_examples():
    x, y = choosing_splits.load("linear")
    one, again, other = (
        choosing_splits.split(x, y, torch.randperm(442, generator=torch.Generator().manual_seed(s)))
        for s in (0, 0, 1)
    )

    assert one == again
    assert one["winning_score"] != other["winning_score"]
    assert min(one["runner_up_gap"], other["runner_up_gap"]) >= 0
    assert min(value for name, value in one.items() if name.endswith("loss_ratio")) >= 1


def test_leaving_one_out_needs_no_split():
    ((_, outcomes),) = choosing_splits.measure([Setting.read("choosing_splits", {})], range(3))

    assert len(set(outcomes.measures["leave_one_out_all"])) == 1


@pytest.mark.parametrize("d", [10, 40, 200])
def test_the_shortcuts_keep_their_digits_where_the_textbooks_ratio_loses_them(d):
    setting = Setting.read("left_out", {"n_train": 40, "n_features": d})
    ((_, outcomes),) = left_out.measure([setting], range(2))

    assert max(outcomes.measures["leave_one_out_distance"]) < 1e-11
    assert max(outcomes.measures["five_fold_distance"]) < 1e-11
    assert (min(outcomes.measures["textbook_distance"]) > 1e-7) == (d >= 40)


def test_the_shortcuts_are_compared_where_single_examples_and_where_fifths_are_left_out(
    monkeypatch,
):
    cut, counts = leaving_out.cut_into_parts, []

    def spy(n, count):
        counts.append(count)
        return cut(n, count)

    monkeypatch.setattr(leaving_out, "cut_into_parts", spy)
    left_out.measure([Setting.read("left_out", {"n_train": 12, "n_features": 3})], [0])

    assert sorted(counts) == [5, 12]
