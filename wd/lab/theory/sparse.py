"""Least squares with a penalty on the sum of absolute values, L(w) + λ₁‖w‖₁, in three programs.

All take centred data, so that the bias is at its best. The soft threshold S(z, λ₁), which moves z
by λ₁ towards zero and stops there, is what makes weights exactly zero.

References:
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., section 3.8.6
    (coordinate descent).
    Parikh and Boyd, Proximal Algorithms, 2014, section 4.2 (the proximal gradient step).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def find_largest(x: Tensor, y: Tensor) -> Tensor:
    """Return the smallest λ₁ that makes all weights zero, ‖X̃ᵀỹ‖∞/n.

    At zero the gradient is −X̃ᵀỹ/n. The penalty holds all weights there if none of its entries is
    larger than λ₁.

    Args:
        x: Centred inputs, (runs, n, d).
        y: Centred targets, (runs, n, 1).

    Returns:
        (runs,).
    """
    return (x.mT @ y).abs().amax((1, 2)) / x.shape[1]


def soften(z: Tensor, threshold: Tensor) -> Tensor:
    """Return S(z, λ₁) = sign(z)·max(|z| − λ₁, 0)."""
    return z.sign() * (z.abs() - threshold).clamp_min(0)


def descend_by_coordinates(x: Tensor, y: Tensor, penalty: Tensor, sweeps: int) -> Tensor:
    """Put one weight after the other where the objective is smallest, the others held.

    With h_j = ‖x̃_j‖²/n and the residuals r of the other weights, that is S(x̃_j·r/n, λ₁)/h_j.

    Args:
        x: Centred inputs, (runs, n, d), float64.
        y: Centred targets, (runs, n, 1).
        penalty: λ₁, (runs,).
        sweeps: How often all weights have their turn.

    Returns:
        Weights, (runs, d).
    """
    runs, n, d = x.shape
    columns = (x.mT @ x / n).transpose(0, 1).contiguous()  # of the matrix, for each weight
    own = columns.diagonal(dim1=0, dim2=2)  # (runs, d)
    pull = (x.mT @ y).squeeze(2) / n  # what is left of X̃ᵀỹ/n
    w = torch.zeros(d, runs, dtype=x.dtype)
    for _ in range(sweeps):
        for j in range(d):
            height = own[:, j]
            z = pull[:, j] + height * w[j]
            new = torch.where(height > 0, soften(z, penalty) / height, 0)
            pull -= columns[j] * (new - w[j]).unsqueeze(1)
            w[j] = new
    return w.mT.contiguous()


def descend_proximally(x: Tensor, y: Tensor, penalty: Tensor, steps: int) -> Tensor:
    """Take gradient steps for the loss, each followed by the soft threshold; as above."""
    descent = _Descent(x, y)
    for _ in range(steps):
        moved = descent.w - descent.lr * descent.find_gradient()
        descent.w = soften(moved, descent.lr * penalty.view(-1, 1, 1))
    return descent.w.squeeze(2)


def descend_by_subgradients(x: Tensor, y: Tensor, penalty: Tensor, steps: int) -> Tensor:
    """Add λ₁·sign(w) to the gradient, as one would L2's λw, with η_t = η/√t; as above."""
    descent = _Descent(x, y)
    for step in range(1, steps + 1):
        gradient = descent.find_gradient() + penalty.view(-1, 1, 1) * descent.w.sign()
        descent.w = descent.w - descent.lr / math.sqrt(step) * gradient
    return descent.w.squeeze(2)


class _Descent:
    """Weights (runs, d, 1) from zero, with their gradient and η, one over its largest slope."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self._x, self._y, self._turned = x, y, x.mT.contiguous() / x.shape[1]
        slope = torch.linalg.matrix_norm(x, 2).square() / x.shape[1]
        self.lr = torch.where(slope > 0, 1 / slope, 1).view(-1, 1, 1)
        self.w = torch.zeros_like(self._turned[..., :1])

    def find_gradient(self) -> Tensor:
        """Return X̃ᵀ(X̃w − ỹ)/n."""
        return torch.bmm(self._turned, torch.baddbmm(self._y, self._x, self.w, beta=-1))


def measure_objective(x: Tensor, y: Tensor, penalty: Tensor, w: Tensor) -> Tensor:
    """Return L(w) + λ₁‖w‖₁ of weights (runs, d): (runs,)."""
    residuals = torch.bmm(x, w.unsqueeze(2)) - y
    return residuals.square().mean((1, 2)) / 2 + penalty * w.abs().sum(1)
