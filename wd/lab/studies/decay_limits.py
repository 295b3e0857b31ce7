"""The two ends of the path of optima, λ → 0 and λ → ∞, by the closed form."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from wd.config import Setting
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import ridge
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.studies.problem import draw

TILE = 8
"""λ computed together."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Follow the closed form towards λ = 0 and λ = ∞.

    Args:
        settings: They differ in λ alone.
        seeds: One data set each.

    Returns:
        Each setting with optimum_norm, ‖w*(λ)‖; interpolator_distance, ‖w*(λ) − w*(0)‖/‖w*(0)‖;
        norm_deviation, |λ‖w*(λ)‖/C − 1| with C = ‖∇_w L(0, ȳ)‖, for ‖w*‖ falls like C/λ.
    """
    return measure_in_tiles(settings, seeds, TILE, compare)


def compare(settings: Sequence[Setting], seed: int) -> Numbers:
    """Compare the optima of a data set with both ends; the numbers of `measure`, (1, k)."""
    problem = draw(settings[0], seed)
    decay = torch.tensor([setting.weight_decay for setting in settings], dtype=torch.float64)
    w, _ = ridge.solve(problem.spectrum, decay)
    interpolator, _ = ridge.solve(problem.spectrum, [0.0])
    norm = w.norm(dim=1)
    pull = problem.spectrum.pull.norm(dim=-1, keepdim=True)
    return {
        "optimum_norm": norm,
        "interpolator_distance": (w - interpolator).norm(dim=1) / interpolator.norm(dim=1),
        "norm_deviation": (decay * norm / pull - 1).abs(),
    }
