"""A problem with two features as a surface, and the path of its optima over λ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import draw_training_set
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import cut, list_outcomes, one_thread, pad
from wd.lab.theory.landscape import Landscape, survey_around_optimum

TILE = 32
"""λ computed together."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Survey the loss of some data sets and find their optima.

    Args:
        settings: They differ in λ alone.
        seeds: One data set each.

    Returns:
        Each setting with optimum1 and optimum2, w*(λ); bias, b*(λ); pull1 and pull2, −∇L there;
        decay1 and decay2, λw*; loss, L there. The one with the smallest λ also has the series
        surface, the loss with the best bias at the points of a grid.
    """
    first = settings[0]
    made = []
    with one_thread():
        x, y = draw_training_set(first, seeds, getattr(torch, first.dtype))
        for tile in cut(settings, TILE):
            decays = [setting.weight_decay for setting in pad(tile, TILE)]
            found = [
                survey_around_optimum(*problem, decays)
                for problem in zip(x.double(), y.double(), strict=True)
            ]
            made += list_outcomes(tile, seeds, _stack(found))
    surface = np.stack([_list_points(each) for each in found])
    lowest = min(range(len(settings)), key=lambda each: settings[each].weight_decay)
    made[lowest] = (settings[lowest], replace(made[lowest][1], series={"surface": surface}))
    return made


def _stack(found: Sequence[Landscape]) -> dict[str, Tensor]:
    """Name the numbers of each optimum, (runs, λ)."""
    runs = [
        {
            "optimum1": each.optimum[:, 0],
            "optimum2": each.optimum[:, 1],
            "bias": each.bias,
            "pull1": each.pull[:, 0],
            "pull2": each.pull[:, 1],
            "decay1": each.decay[:, 0],
            "decay2": each.decay[:, 1],
            "loss": each.optimum_loss,
        }
        for each in found
    ]
    return {name: torch.stack([run[name] for run in runs]) for name in runs[0]}


def _list_points(found: Landscape) -> np.ndarray:
    """List w₁, w₂ and the loss of every point, row by row of the grid."""
    w1, w2 = torch.meshgrid(found.w1, found.w2, indexing="xy")
    return torch.stack([w1, w2, found.loss], dim=-1).flatten(0, 1).numpy()
