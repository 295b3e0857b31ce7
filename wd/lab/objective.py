"""The loss and the penalty: the ½ of both has its one home here.

Every implementation's train_loss and test_loss is L(w, b) = 1/(2n)·Σ (xᵢ·w + b − yᵢ)², without
the penalty, so that they compare. The chapter's concise program reports twice that.
"""

from __future__ import annotations

import torch
from torch import Tensor

ALIGNMENT = 16
"""Joined features and bias come in multiples of this many numbers, 64 bytes of float32."""


def residuals(x: Tensor, y: Tensor, weights: Tensor, out: Tensor | None = None) -> Tensor:
    """Compute ŷ − y = [x 1]·weights − y for many models of many data sets at once.

    Args:
        x: Inputs with a last column of ones, (runs, n, columns).
        y: Targets, (runs, n, 1).
        weights: Weights with the bias in the last row, (runs, columns, models).
        out: Memory for the result, or None: on a CPU, fresh memory for each small result can
            take as long as a tenth of the product.

    Returns:
        Residuals, (runs, n, models).
    """
    return torch.baddbmm(y, x, weights, beta=-1, out=out)


def residuals_by_model(x: Tensor, y: Tensor, weights: Tensor, out: Tensor) -> Tensor:
    """Compute the same with the examples last.

    That is the faster product where there are several times as many examples as models.

    Args:
        x: Inputs, (runs, columns, n).
        y: Targets, (runs, 1, n).
        weights: As in `residuals`.
        out: Memory for the result, (runs, models, n).

    Returns:
        Residuals, (runs, n, models), a view of `out`.
    """
    return torch.baddbmm(y, weights.mT, x, beta=-1, out=out).mT


def half_mean_squared_error(residual: Tensor, out: Tensor | None = None) -> Tensor:
    """Compute L = 1/(2n)·Σ residualᵢ² over axis 1.

    Args:
        residual: (runs, n, models).
        out: Memory for the squares, of the same shape; may be `residual` itself.

    Returns:
        The losses, (runs, models).
    """
    return torch.square(residual, out=out).mean(dim=1) / 2


def join(features: Tensor, bias: Tensor, dim: int) -> Tensor:
    """Join features and bias, with zeros between them up to a multiple of `ALIGNMENT`.

    Zeros in inputs and weights change no prediction. They let the rows of every run begin at
    memory of the same alignment, on which kernels may choose their order of summation.

    Args:
        features: Inputs (runs, n, d) or weights (runs, d, 1).
        bias: Ones (runs, n, 1) or biases (runs, 1, 1).
        dim: The axis of the features, 2 or 1.

    Returns:
        The features first, the bias last, `columns` along `dim`.
    """
    shape = list(bias.shape)
    shape[dim] = -(features.shape[dim] + 1) % ALIGNMENT
    return torch.cat([features, features.new_zeros(shape), bias], dim=dim)


def join_ones(x: Tensor) -> Tensor:
    """Join inputs with the bias's column of ones: (runs, n, d) → (runs, n, columns)."""
    return join(x, _one_each(x), dim=2)


def drop_zeros(weights: Tensor, d: int) -> Tensor:
    """Undo what `join` put in between: weights (runs, columns, models) → (runs, d + 1, models)."""
    return torch.cat([weights[:, :d], weights[:, -1:]], dim=1)


def with_ones(x: Tensor) -> Tensor:
    """Append the bias's column of ones and nothing else: (*runs, n, d) → (*runs, n, d + 1)."""
    return torch.cat([x, _one_each(x)], dim=-1)


def _one_each(x: Tensor) -> Tensor:
    return torch.ones_like(x[..., :1])
