"""The best λ: the formula σ²d/(n‖w°‖²) beside the λ that is best for single training sets.

Losses are what theory expects over the training noise and fresh inputs, so that a training set's
best λ is one of its inputs' alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import ridge
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.theory.testloss import choose_weight_decay, predict_ridge_test_loss

TRIED = torch.logspace(-2, 2, 81, dtype=torch.float64)
"""Values of λ, as multiples of the formula's; the one in the middle is the formula's own."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Find the best λ of every training set.

    Args:
        settings: They differ in σ alone.
        seeds: One training set each.

    Returns:
        Each setting with

        - formula: σ²d/(n‖w°‖²), the same for every seed;
        - best: the λ with the smallest expected test loss, among `TRIED` times the formula;
        - lowest: the smallest of these, the same for every seed;
        - regret: the expected test loss at the formula's λ over the smallest, ≥ 1;
        - noise_floor: ½σ², the test loss of the true weights, the same for every seed.
    """
    return measure_in_tiles(settings, seeds, len(settings), _choose)


def _choose(settings: Sequence[Setting], seed: int) -> Numbers:
    n, d, true_w = settings[0].n_train, settings[0].n_features, settings[0].true_w
    x, truth = normals(seed, "x", 1, n, d), torch.full((d, 1), true_w, dtype=torch.float64)
    spectrum = ridge.factorise(x, x @ truth)
    found = []
    for noise_std in (setting.noise_std for setting in settings):
        formula = choose_weight_decay(noise_std, abs(true_w) * math.sqrt(d), n, d)
        losses = predict_ridge_test_loss(spectrum, TRIED * formula, truth, noise_std)
        smallest, where = losses.squeeze(0).min(dim=0)
        at_formula = losses[0, len(TRIED) // 2]
        best = TRIED[where] * formula
        lowest = TRIED[0] * formula
        regret = at_formula / smallest
        found.append((formula, best.item(), lowest.item(), regret.item(), 0.5 * noise_std**2))
    table = torch.tensor(found, dtype=torch.float64).unsqueeze(0)
    names = ("formula", "best", "lowest", "regret", "noise_floor")
    return dict(zip(names, table.unbind(-1), strict=True))
