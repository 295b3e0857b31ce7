"""The best λ: the formula σ²d/(n‖w°‖²) beside the λ that is best for single training sets.

For the default n and d, and for as many examples as features with true weights of the same norm,
each with more and more noise. Losses are what theory expects over the training noise and fresh
inputs, so that a training set's best λ is one of its inputs' alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from wd.config import Setting
from wd.lab.data import draw_examples
from wd.lab.solutions import ridge
from wd.lab.studies.facts import Fact, list_facts
from wd.lab.theory.testloss import choose_weight_decay, predict_ridge_test_loss

SQUARE = 100
"""n = d: the case in which decay has most to do."""
NOISE = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Standard deviations σ of the targets' noise."""
TRIED = torch.logspace(-2, 2, 81, dtype=torch.float64)
"""Values of λ, as multiples of the formula's."""


def check(setting: Setting, seeds: Sequence[int]) -> Iterator[Fact]:
    """Find the best λ of every training set.

    Args:
        setting: Sizes and scales of the data.
        seeds: One training set per seed.

    Yields:
        With scopes as `name_scope` writes them:

        - formula: σ²d/(n‖w°‖²), the same for every seed;
        - best: the λ with the smallest expected test loss, among `TRIED` times the formula;
        - regret: the expected test loss at the formula's λ over the smallest, ≥ 1;
        - noise_floor: ½σ², the test loss of the true weights, the same for every seed.
    """
    true_norm = abs(setting.true_w) * math.sqrt(setting.n_features)
    square = replace(
        setting,
        n_train=SQUARE,
        n_features=SQUARE,
        true_w=true_norm / math.sqrt(SQUARE),
    )
    for shape in (setting, square):
        data = draw_examples(shape, seeds, torch.float64)
        spectrum = ridge.factorise(data.x, data.y)
        true_w = torch.full((shape.n_features, 1), shape.true_w, dtype=torch.float64)
        for noise_std in NOISE:
            formula = choose_weight_decay(noise_std, true_norm, shape.n_train, shape.n_features)
            losses = predict_ridge_test_loss(spectrum, TRIED * formula, true_w, noise_std)
            at_formula = predict_ridge_test_loss(spectrum, [formula], true_w, noise_std)
            smallest, where = losses.min(dim=-1)
            yield from list_facts(
                name_scope(shape.n_train, shape.n_features, noise_std),
                seeds,
                {
                    "formula": formula,
                    "best": TRIED[where] * formula,
                    "regret": at_formula.squeeze(-1) / smallest,
                    "noise_floor": 0.5 * noise_std**2,
                },
            )


def name_scope(n_train: int, n_features: int, noise_std: float) -> str:
    """Name a case, such as "n=20 d=200 σ=0.01"."""
    return f"n={n_train} d={n_features} σ={noise_std:g}"
