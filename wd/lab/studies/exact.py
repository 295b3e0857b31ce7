"""The runs that need no training: exact solutions, measured like trained models.

They are solved on the CPU in float64, on the very data (in the setting's dtype) that a trained
model of the same seed sees. A tile of λ (θ) has a constant width and a chunk of seeds at least two,
the rest is padding, so that a solution's last bits don't depend on what is solved beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np
import torch

from wd.config import Setting
from wd.declarations import IMPLEMENTATIONS
from wd.lab.data import Examples, draw_examples
from wd.lab.objective import half_mean_squared_error, residuals, with_ones
from wd.lab.outcomes import Outcomes
from wd.lab.theory.testloss import measure_expected_test_loss


def solve(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Solve every setting with every seed of one chunk.

    Args:
        settings: They differ in `weight_decay` or `theta` alone.
        seeds: Any distinct seeds.

    Returns:
        Each setting with the outcomes of `seeds`, in their order.
    """
    padded = [*seeds] * 2 if len(seeds) == 1 else seeds  # a batch of one rounds differently
    data = draw_examples(settings[0], padded, getattr(torch, settings[0].dtype))
    double = Examples(*(part.double() for part in vars(data).values()))
    tile = IMPLEMENTATIONS[settings[0].implementation].tile
    return [
        pair
        for start in range(0, len(settings), tile)
        for pair in _solve_tile(settings[start : start + tile], seeds, double, tile)
    ]


def _solve_tile(
    settings: Sequence[Setting], seeds: Sequence[int], data: Examples, tile: int
) -> list[tuple[Setting, Outcomes]]:
    first = settings[0]
    padded = [*settings, *settings[-1:] * (tile - len(settings))]  # type: ignore[misc, operator]  # a list or tuple
    solution = import_module(f"wd.lab.solutions.{first.implementation}")
    w, b, measures = solution.solve_settings(padded, data.x, data.y)
    weights = torch.cat([w, b.unsqueeze(-2)], dim=-2)
    train_loss = half_mean_squared_error(residuals(with_ones(data.x), data.y, weights))
    test_loss = half_mean_squared_error(residuals(with_ones(data.x_test), data.y_test, weights))
    expected = measure_expected_test_loss(w, b, first.true_w, first.true_b, first.noise_std)
    values = torch.stack([train_loss, test_loss, expected, w.norm(dim=-2), b], dim=-1).numpy()
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
