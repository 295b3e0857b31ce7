"""The chapter's program from scratch, for many runs and many λ at once.

The objective of a batch of m examples is Σ [½·(ŷᵢ − yᵢ)² + (λ/2)·‖w‖²], and its gradient is
divided by the nominal batch size B even where the last batch is shorter:

    w ← w − ηλ·(m/B)·w − (η/B)·Xᵀ(ŷ − y),    b ← b − (η/B)·Σ (ŷᵢ − yᵢ).

The page: docs/en/notebooks/scratch.py. Source of the rule: Zhang, Lipton, Li and Smola, "Dive into
Deep Learning", section on weight decay.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.objective import join, residuals


class Scratch:
    """Weights of many runs, moved by the chapter's own update.

    Attributes:
        weights: (runs, columns, models), joined: the bias in the last row.
    """

    def __init__(self, w: Tensor, b: Tensor, settings: Sequence[Setting], width: int) -> None:
        """Start every model of a run from the same weights and the same bias.

        Args:
            w: Initial weights, (runs, d, 1).
            b: Initial biases, (runs, 1, 1).
            settings: One per model; they differ in `weight_decay` alone.
            width: Models in the tile; those beyond `settings` are padding.
        """
        self._lr = settings[0].lr
        self._batch_size = settings[0].batch_size
        self.weights = join(w, b, dim=1).repeat(1, 1, width)
        # w − ηλ·w keeps what w·(1 − ηλ) would lose when 1 − ηλ is rounded
        decay = [-setting.lr * (setting.weight_decay or 0.0) for setting in settings]
        self._decay = torch.zeros_like(self.weights[0])
        self._decay[:, : len(settings)] = torch.tensor(decay, dtype=w.dtype, device=w.device)
        self._decay[-1] *= settings[0].bias_decay or 0.0

        self._residuals: dict[int, Tensor] = {}

    def step(self, x: Tensor, y: Tensor) -> None:
        """Take one step on a batch of m examples: x (runs, m, columns), y (runs, m, 1)."""
        share = x.shape[1] / self._batch_size
        residual = residuals(x, y, self.weights, out=self._residual(x))
        self.weights.addcmul_(self.weights, self._decay, value=share)
        self.weights.baddbmm_(x.mT, residual, alpha=-self._lr / self._batch_size)

    def _residual(self, x: Tensor) -> Tensor:
        """Memory for the residuals of a batch, the same for all batches of one size."""
        m = x.shape[1]
        if m not in self._residuals:
            self._residuals[m] = self.weights.new_empty(len(x), m, self.weights.shape[2])
        return self._residuals[m]


PROGRAM = Scratch
