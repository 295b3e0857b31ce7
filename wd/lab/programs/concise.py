"""The chapter's concise program: mean squared error without ½ and torch.optim.SGD.

Every λ is a parameter group of one real optimiser; the biases are a group of their own without
decay, or one for each λ where they are to decay as well. Parameters and gradients are views of one
storage, so that all runs share a step:

    w ← w − ηλ·w − (2η/m)·Xᵀ(ŷ − y),    b ← b − (2η/m)·Σ (ŷᵢ − yᵢ).

The page: docs/en/notebooks/concise.py. Source of the rule: torch.optim.SGD's documentation.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.objective import join, residuals
from wd.lab.start import shape_start


class Concise:
    """Weights of many runs, moved by torch.optim.SGD.

    Attributes:
        weights: (runs, columns, models), joined: the bias in the last row.
    """

    def __init__(self, w: Tensor, b: Tensor, settings: Sequence[Setting], width: int) -> None:
        """Start every model of a run from the same weights and the same random bias.

        Args:
            w: Initial weights, (runs, d, 1), before they are given the shape of `init`.
            b: Initial biases, (runs, 1, 1), likewise.
            settings: One per model; they differ in `weight_decay` alone.
            width: Models in the tile; those beyond `settings` are padding and stay put.
        """
        d, first = w.shape[1], settings[0]
        w, b = shape_start(w, b, first.init, (first.init_std, first.bias_init_std))
        rows = join(w, b, dim=1).mT.repeat(1, width, 1)  # (runs, models, columns)
        self.weights = rows.mT
        self._gradients = torch.zeros_like(rows)
        weights = [
            {
                "params": [_leaf(rows, self._gradients, model, slice(d))],
                "weight_decay": setting.weight_decay,
            }
            for model, setting in enumerate(settings)
        ]
        if share := first.bias_decay:
            biases = [
                {
                    "params": [_leaf(rows, self._gradients, model, -1)],
                    "weight_decay": share * setting.weight_decay,
                }
                for model, setting in enumerate(settings)
            ]
        else:
            spared = _leaf(rows, self._gradients, slice(len(settings)), -1)
            biases = [{"params": [spared], "weight_decay": 0.0}]
        self._optimiser = torch.optim.SGD([*weights, *biases], lr=first.lr, foreach=False)

    def step(self, x: Tensor, y: Tensor) -> None:
        """Take one step on a batch of m examples: x (runs, m, columns), y (runs, m, 1)."""
        residual = residuals(x, y, self.weights).mul_(2 / x.shape[1])
        torch.bmm(residual.mT, x, out=self._gradients)
        self._optimiser.step()


def _leaf(rows: Tensor, gradients: Tensor, models: int | slice, columns: int | slice) -> Tensor:
    """A view of the storage that torch.optim takes for a parameter with its gradient."""
    leaf = rows[:, models, columns].detach().requires_grad_()
    leaf.grad = gradients[:, models, columns]
    return leaf


PROGRAM = Concise
