"""The best λ in theory against the best λ of single training sets."""

from dataclasses import replace

import pytest

from wd.config import Setting
from wd.lab.studies import best_decay

SETTING = Setting("scratch", true_w=0.01)


@pytest.fixture(scope="module")
def facts() -> dict[tuple[str, str], list[float]]:
    """All facts of a few training sets, by scope and name."""
    found: dict[tuple[str, str], list[float]] = {}
    for scope, name, _, value in best_decay.check(SETTING, range(8)):
        found.setdefault((scope, name), []).append(value)
    return found


def test_the_formula_is_the_ratio_of_noise_to_signal(facts):
    """σ²d/(n‖w°‖²) for the chapter's data: 0.01² · 200 / (20 · 0.02)."""
    assert facts["n=20 d=200 σ=0.01", "formula"] == pytest.approx([0.05] * 8, rel=1e-12)
    assert facts["n=100 d=100 σ=0.1", "formula"] == pytest.approx([0.5] * 8, rel=1e-12)


def test_no_training_set_does_better_at_the_formula_than_at_its_own_best(facts):
    regrets = [value for (_, name), values in facts.items() for value in values if name == "regret"]
    assert len(regrets) == 2 * len(best_decay.NOISE) * 8
    assert min(regrets) >= 1 - 1e-14  # the two are computed apart


def test_the_noise_floor_is_the_loss_of_the_true_weights(facts):
    assert facts["n=20 d=200 σ=0.3", "noise_floor"] == pytest.approx([0.045] * 8, rel=1e-12)


def test_both_shapes_have_the_same_signal():
    """A stronger signal divides the best λ by its square, for n = d too."""
    stronger = replace(SETTING, true_w=2 * SETTING.true_w)
    weak, strong = (
        {scope: value for scope, name, _, value in best_decay.check(each, [0]) if name == "formula"}
        for each in (SETTING, stronger)
    )
    assert strong == pytest.approx({scope: value / 4 for scope, value in weak.items()}, rel=1e-12)
