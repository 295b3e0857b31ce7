"""Dropout really done on the inputs of linear regression, against the ridge that it is on average.

The columns of the inputs have means that rise evenly from 0 to `SHIFT`: with centred columns of
equal variance all weights would be penalised nearly alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import one_thread, pad
from wd.lab.theory import dropout

SHIFT = 1.0
STEPS = 2000


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Train with dropout from the least squares, and average the weights.

    Args:
        settings: One.
        seeds: A data set and its masks each.

    Returns:
        The setting with the distances ‖w − w*‖/‖w*‖ of the averaged weights from

        - dropout_distance: the ridge with λ_j = p/(1 − p)·mean x_j²;
        - plain_distance: the ridge with λ = p/(1 − p);
        - bare_distance: the least squares;

        and least_strength and most_strength, the smallest and the largest λ_j.
    """
    (setting,) = settings
    with one_thread():
        whole = pad(seeds, 2)  # a batch of one rounds differently
        x, y, masks = (
            torch.stack(each)
            for each in zip(*(_draw(setting, seed) for seed in whole), strict=True)
        )
        odds = setting.dropped / (1 - setting.dropped)
        strengths = [dropout.find_strengths(each, setting.dropped) for each in x]
        penalties = {
            "dropout": strengths,
            "plain": [torch.full_like(each, odds) for each in strengths],
            "bare": [torch.zeros_like(each) for each in strengths],
        }
        points = {name: _solve(x, y, each) for name, each in penalties.items()}
        w = dropout.descend(x, y, points["bare"], setting.dropped, masks)
        numbers = {
            f"{name}_distance": (w - point[:, :-1, 0]).norm(dim=1) / point[:, :-1, 0].norm(dim=1)
            for name, point in points.items()
        }
        numbers["least_strength"] = torch.stack([each.min() for each in strengths])
        numbers["most_strength"] = torch.stack([each.max() for each in strengths])
    measures = {name: each[: len(seeds)].numpy() for name, each in numbers.items()}
    return [(setting, Outcomes(list(seeds), measures=measures))]


def _draw(setting: Setting, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Draw inputs (n, d), targets (n, 1) and what each step keeps, (steps, n, d)."""
    n, d = setting.n_train, setting.n_features
    x = normals(seed, "x", n, d) + torch.linspace(0, SHIFT, d, dtype=torch.float64)
    noise = normals(seed, "noise", n, 1)
    y = setting.true_w * x.sum(1, keepdim=True) + setting.noise_std * noise
    if setting.dropped == 0:
        return x, y, torch.ones(STEPS, n, d, dtype=torch.bool)
    kept = normals(seed, "order", STEPS, n, d) > NormalDist().inv_cdf(setting.dropped)
    return x, y, kept


def _solve(x: Tensor, y: Tensor, strengths: Sequence[Tensor]) -> Tensor:
    """Return weights with the bias in the last row, (runs, d + 1, 1)."""
    pairs = zip(x, y.squeeze(2), strengths, strict=True)
    solved = (dropout.solve(*each) for each in pairs)
    return torch.stack([torch.cat([w, b.view(1)]).unsqueeze(1) for w, b in solved])
