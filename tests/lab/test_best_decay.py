"""The best λ in theory against the best λ of single training sets."""

import pytest

from wd.config import Setting
from wd.lab.studies import best_decay

NOISE = (0.01, 0.1, 0.3)
SHAPES = {"wide": {}, "square": {"n_train": 100, "n_features": 100, "true_w": 0.02**0.5 / 10}}


@pytest.fixture(scope="module")
def found():
    """Numbers of a few training sets, by shape and noise."""
    return {
        (shape, setting.noise_std): outcomes.measures
        for shape, sizes in SHAPES.items()
        for setting, outcomes in best_decay.measure(
            [Setting.read("best_decay", sizes | {"noise_std": each}) for each in NOISE], range(8)
        )
    }


def test_the_formula_is_the_ratio_of_noise_to_signal(found):
    """σ²d/(n‖w°‖²) for the chapter's data: 0.01² · 200 / (20 · 0.02)."""
    assert found["wide", 0.01]["formula"] == pytest.approx([0.05] * 8, rel=1e-12)
    assert found["square", 0.1]["formula"] == pytest.approx([0.5] * 8, rel=1e-12)


def test_no_training_set_does_better_at_the_formula_than_at_its_own_best(found):
    for numbers in found.values():
        assert min(numbers["regret"]) >= 1


def test_the_formulas_own_decay_is_among_those_tried():
    assert best_decay.TRIED[len(best_decay.TRIED) // 2] == 1


def test_the_noise_floor_is_the_loss_of_the_true_weights(found):
    assert found["wide", 0.3]["noise_floor"] == pytest.approx([0.045] * 8, rel=1e-12)


def test_a_signal_twice_as_strong_wants_a_quarter_of_the_decay():
    weak, strong = (
        best_decay.measure([Setting.read("best_decay", {"true_w": true_w})], [0])[0][1]
        for true_w in (0.01, 0.02)
    )

    assert strong.measures["formula"] == pytest.approx(weak.measures["formula"] / 4, rel=1e-12)
