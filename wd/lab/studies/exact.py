"""The runs that need no training: exact solutions, measured like trained models.

They are solved on the CPU in float64, on the very data (in the setting's dtype) that a trained
model of the same seed sees. A tile of λ (θ) has a constant width and a chunk of seeds at least two,
the rest is padding, so that a solution's last bits don't depend on what is solved beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import Examples, draw_examples
from wd.lab.objective import half_mean_squared_error, residuals, with_ones
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import constant, constrained, ridge

CHUNK = 100
"""Data sets solved together: bounds the memory."""
TILE = 32
"""λ values (or θ) solved together; another width rounds differently."""
TWO = 2  # weights of a problem that can be drawn


def solve(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Solve every setting with every seed of one chunk.

    Args:
        settings: They differ in `weight_decay` or `theta` alone.
        seeds: Any distinct seeds, at most `CHUNK`.

    Returns:
        Each setting with the outcomes of `seeds`, in their order.
    """
    padded = [*seeds] * 2 if len(seeds) == 1 else seeds  # a batch of one rounds differently
    data = draw_examples(settings[0], padded, getattr(torch, settings[0].dtype))
    double = Examples(*(part.double() for part in vars(data).values()))
    return [
        pair
        for start in range(0, len(settings), TILE)
        for pair in _solve_tile(settings[start : start + TILE], seeds, double)
    ]


def _solve_tile(
    settings: Sequence[Setting], seeds: Sequence[int], data: Examples
) -> list[tuple[Setting, Outcomes]]:
    padded = [*settings, *settings[-1:] * (TILE - len(settings))]
    w, b, measures = _solutions(padded, data.x, data.y)
    weights = torch.cat([w, b.unsqueeze(-2)], dim=-2)
    train_loss = half_mean_squared_error(residuals(with_ones(data.x), data.y, weights))
    test_loss = half_mean_squared_error(residuals(with_ones(data.x_test), data.y_test, weights))
    if w.shape[-2] == TWO:
        measures |= {"w1": w[:, 0], "w2": w[:, 1]}
    values = torch.stack([train_loss, test_loss, w.norm(dim=-2), b], dim=-1).numpy()
    runs = len(seeds)
    return [
        (
            setting,
            Outcomes(
                list(seeds),
                values[:runs, model],
                np.ones(runs, dtype=bool),
                measures={name: rows[:runs, model].numpy() for name, rows in measures.items()},
            ),
        )
        for model, setting in enumerate(settings)
    ]


def _solutions(
    settings: Sequence[Setting], x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Solve all data sets: w (runs, d, models), b (runs, models) and further measures of each."""
    implementation = settings[0].implementation
    if implementation == "constant":
        return *constant.solve(x, y), {}
    spectrum = ridge.factorise(x, y)
    if implementation == "ridge":
        decays = [setting.weight_decay for setting in settings]
        freedom = ridge.count_effective_dof(spectrum, decays)
        return *ridge.solve(spectrum, decays), {"effective_dof": freedom}
    solution = constrained.solve(spectrum, [setting.theta for setting in settings])
    return solution.w, solution.b, {"multiplier": solution.weight_decay}
