"""The loss and the penalty: the ½ of both has its one home here.

Every implementation's train_loss and test_loss is L(w, b) = 1/(2n)·Σ (xᵢ·w + b − yᵢ)², without
the penalty, so that they compare. The chapter's concise program reports twice that.
"""

from __future__ import annotations

import torch
from torch import Tensor


def residuals(x: Tensor, y: Tensor, weights: Tensor) -> Tensor:
    """Compute ŷ − y = [x 1]·weights − y for many models of many data sets at once.

    Args:
        x: Inputs with a last column of ones, (runs, n, d + 1).
        y: Targets, (runs, n, 1).
        weights: Weights with the bias in the last row, (runs, d + 1, models).

    Returns:
        Residuals, (runs, n, models).
    """
    return torch.baddbmm(y, x, weights, beta=-1)


def half_mean_squared_error(residual: Tensor) -> Tensor:
    """Compute L = 1/(2n)·Σ residualᵢ² over axis 1: (runs, n, models) → (runs, models)."""
    return residual.square().mean(dim=1) / 2


def with_ones(x: Tensor) -> Tensor:
    """Append the bias's column of ones: (runs, n, d) → (runs, n, d + 1)."""
    return torch.cat([x, torch.ones_like(x[..., :1])], dim=-1)
