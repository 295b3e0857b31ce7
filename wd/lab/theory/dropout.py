"""Dropout on the inputs of linear regression: on average a ridge with a λ for each weight.

A step replaces each input x_j by x_j·m_j/(1 − p), where m_j is 0 with probability p and 1
otherwise: a factor of mean 1 and variance p/(1 − p). So the prediction has the mean x·w + b and
the variance p/(1 − p)·Σ x_j²w_j², and the loss expected over the masks is

    L(w, b) + ½ Σ_j λ_j w_j²,    λ_j = p/(1 − p)·mean x_j².

It is the mean of the squares that counts, not the variance of the feature.

References:
    Srivastava and others, Dropout, JMLR 15 (2014), section 9.1.
"""

from __future__ import annotations

import torch
from torch import Tensor


def find_strengths(x: Tensor, dropped: float) -> Tensor:
    """Return λ_j = p/(1 − p)·mean x_j² for inputs (n, d): (d,)."""
    return dropped / (1 - dropped) * x.square().mean(0)


def solve(x: Tensor, y: Tensor, strengths: Tensor) -> tuple[Tensor, Tensor]:
    """Minimise ½·mean squared error + ½ Σ λ_j w_j² over weights and a free bias.

    Args:
        x: Inputs, not centred, (n, d), float64.
        y: Targets, (n,).
        strengths: λ_j ≥ 0, (d,).

    Returns:
        w (d,) and b, a scalar; of several minimisers the one with the smallest ‖w‖.
    """
    centred = x - x.mean(0)
    curvature = centred.mT @ centred / len(x) + torch.diag(strengths)
    w = torch.linalg.pinv(curvature, hermitian=True) @ (centred.mT @ (y - y.mean()) / len(x))
    return w, y.mean() - x.mean(0) @ w


def descend(x: Tensor, y: Tensor, start: Tensor, dropped: float, masks: Tensor) -> Tensor:
    """Train with dropout, full batch, and average the weights of the second half of the steps.

    The rates are η_t = η/(1 + 10t/T) for t < T steps, and η is half of one over the largest slope
    of the expected loss.

    Args:
        x: Inputs, (runs, n, d), float64.
        y: Targets, (runs, n, 1).
        start: Weights with the bias in the last row, (runs, d + 1, 1).
        dropped: p.
        masks: Which inputs are kept in each step, bool, (runs, T, n, d).

    Returns:
        w, (runs, d).
    """
    (n, d), steps = x.shape[1:], masks.shape[1]
    z = torch.cat([x, torch.ones_like(y)], dim=2)
    curvature = z.mT @ z / n
    curvature.diagonal(dim1=1, dim2=2)[:, :d] += dropped / (1 - dropped) * x.square().mean(1)
    lr = 0.5 / torch.linalg.matrix_norm(curvature, 2).view(-1, 1, 1)
    p, total, scaled = start.clone(), torch.zeros_like(start), x / (1 - dropped)
    for step in range(steps):
        torch.mul(scaled, masks[:, step], out=z[..., :d])
        gradient = torch.bmm(z.mT, torch.baddbmm(y, z, p, beta=-1))
        p = p - lr / (1 + 10 * step / steps) / n * gradient
        if step >= steps // 2:
            total += p
    return total[:, :d, 0] / (steps - steps // 2)
