"""Ridge and stopped descent as two filters of the same spectrum.

With the eigenvalues s_j of X̃ᵀX̃/n, and the bias at its best at every step, both go from zero to
the least squares along each direction by a share φ_j of the way:

    ridge:      φ_j = s_j/(s_j + λ)
    descent:    φ_j = 1 − (1 − ηs_j)ᵗ    after t steps.

For descent from other weights φ is the share of the way from there. In directions without data
neither moves.
"""

from __future__ import annotations

import torch
from torch import Tensor

from wd.lab.solutions.ridge import thin_svd
from wd.lab.theory.leaving_out import Rows


def shrink(squares: Tensor, weight_decay: Tensor) -> Tensor:
    """Return the shares φ of ridge.

    Args:
        squares: Eigenvalues s > 0, (rank,).
        weight_decay: λ ≥ 0, (k,).

    Returns:
        (k, rank).
    """
    return squares / (squares + weight_decay.unsqueeze(1))


def descend(squares: Tensor, lr: float, steps: Tensor) -> Tensor:
    """Return the shares φ of full-batch descent after so many steps.

    Args:
        squares: Eigenvalues s > 0, (rank,).
        lr: η < 1/s for every s.
        steps: t ≥ 0, (k,).

    Returns:
        (k, rank).
    """
    return -torch.expm1(steps.unsqueeze(1) * torch.log1p(-lr * squares))


def fit(rows: Rows, y: Tensor, shares: Tensor) -> tuple[Tensor, Tensor]:
    """Return the models that have gone so far from zero towards the least squares.

    Args:
        rows: From `leaving_out.factorise_rows`.
        y: Targets, (n, t).
        shares: φ, (k, rank).

    Returns:
        w (k, d, t) and b (k, t).
    """
    along = rows.u.mT @ (y - y.mean(0)) / len(y) ** 0.5
    w = (((shares / rows.s).unsqueeze(1) * along.mT) @ rows.v.mT).mT
    return w, y.mean(0) - rows.x_mean @ w


def expect(
    rows: Rows, n: int, apart: Tensor, shares: Tensor, noise_std: float
) -> tuple[Tensor, Tensor]:
    """Average over the training noise how wrong a filter's model is, for given inputs.

    With c = Vᵀ(w₀ − w°) the error is w − w° = (w₀ − w°)⊥ + Σ_j v_j((1 − φ_j)c_j + φ_j ε_j/√s_j),
    where the ε_j are independent of variance σ²/n, and the bias errs by x̄·(w° − w) + ε̄.

    Args:
        rows: From `leaving_out.factorise_rows`, or from `join`: then the bias is the last weight.
        n: Number of examples.
        apart: w₀ − w°, what the start is away from the truth, (d,).
        shares: φ, (k, rank).
        noise_std: σ.

    Returns:
        The estimation risk ½E‖w − w°‖², and that of a bias at its best, ½E(b − b°)²; (k,) each.

    References:
        Ali, Kolter and Tibshirani, A Continuous-Time View of Early Stopping for Least Squares,
        AISTATS 2019, lemma 5.
    """
    seen, offset = rows.v.mT @ apart, rows.v.mT @ rows.x_mean
    hidden = find_hidden(rows, apart)
    left = (1 - shares) * seen
    spread = noise_std**2 / n * (shares / rows.s).square()
    wrong = hidden.square().sum() + left.square().sum(1) + spread.sum(1)
    bias = (rows.x_mean @ hidden + left @ offset).square()
    return wrong / 2, (bias + spread @ offset.square() + noise_std**2 / n) / 2


def join(x: Tensor) -> Rows:
    """Factorise inputs (n, d) beside a column of ones, for descent with the bias as a weight."""
    z = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    u, s, v = thin_svd(z / len(z) ** 0.5)
    rank = int((s > 0).sum())
    return Rows(u[:, :rank], s[:rank], v[:, :rank], torch.zeros_like(z[0]))


def find_hidden(rows: Rows, w: Tensor) -> Tensor:
    """Return the part of weights (d,) in the directions that no input has."""
    for _ in range(2):  # once more removes what rounding left
        w = w - rows.v @ (rows.v.mT @ w)
    return w
