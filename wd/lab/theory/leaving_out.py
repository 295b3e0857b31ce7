"""Ridge fits judged on examples that were left out, without fitting again.

The residuals of a ridge fit with a free bias are R(λ)·y, where R = I − H and H maps the targets to
their fits. Leaving out the examples S, and keeping the total penalty nλ, makes the residuals there

    R_SS⁻¹ (R y)_S,

which for a single example is the known (R y)ᵢ/Rᵢᵢ. With the thin SVD X̃/√n = U·diag(s)·Vᵀ

    R(λ) = (C − UUᵀ) + U·diag(λ/(s² + λ))·Uᵀ,    C = I − 11ᵀ/n.

For n ≤ d the first term is zero and λ cancels from the ratio, so that it is divided out before
anything is computed: the textbook's form loses all its digits as λ → 0.

References:
    Golub, Heath and Wahba, Generalized Cross-Validation as a Method for Choosing a Good Ridge
    Parameter, Technometrics 21 (1979), sections 1 and 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.lab.solutions.ridge import thin_svd


@dataclass(frozen=True)
class Rows:
    """The inputs of a training set, seen from the directions of their SVD.

    Attributes:
        u: U, orthonormal columns in the space of the examples, (n, rank).
        s: Singular values of X̃/√n, positive, descending, (rank,).
        v: V, (d, rank).
        x_mean: x̄, (d,).
    """

    u: Tensor
    s: Tensor
    v: Tensor
    x_mean: Tensor


def factorise_rows(x: Tensor) -> Rows:
    """Centre inputs (n, d), float64, and factorise them."""
    x_mean = x.mean(0)
    u, s, v = thin_svd((x - x_mean) / math.sqrt(len(x)))
    rank = int((s > 0).sum())
    return Rows(u[:, :rank], s[:rank], v[:, :rank], x_mean)


def solve(rows: Rows, y: Tensor, weight_decay: Tensor) -> tuple[Tensor, Tensor]:
    """Return the minimiser of L(w, b) + (λ/2)‖w‖² for each λ and each column of targets.

    Args:
        rows: From `factorise_rows`.
        y: Targets, (n, t).
        weight_decay: λ > 0, (k,).

    Returns:
        w* (k, d, t) and b* (k, t).
    """
    along = rows.u.mT @ (y - y.mean(0)) / math.sqrt(len(y))
    shrink = rows.s / (rows.s.square() + weight_decay.unsqueeze(1))
    w = ((shrink.unsqueeze(1) * along.mT) @ rows.v.mT).mT
    return w, y.mean(0) - rows.x_mean @ w


def predict(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Predict for inputs (n, d) by models w (k, d, t) and b (k, t): (k, n, t)."""
    return (w.mT @ x.mT).mT + b.unsqueeze(1)  # λ and t first: one product for all


def leave_one_out(rows: Rows, y: Tensor, weight_decay: Tensor) -> Tensor:
    """Return each example's residual under the fit to the others, total penalty nλ, (k, n, t)."""
    inner, outer = _split_rest(rows, weight_decay)
    own = rows.u.square()
    diagonal = inner @ own.mT + outer * (1 - 1 / len(y) - own.sum(1))
    return _apply_rest(rows, y, inner, outer) / diagonal.unsqueeze(2)


def cross_validate(
    x: Tensor, rows: Rows, y: Tensor, weight_decay: Tensor, parts: Sequence[Tensor]
) -> Tensor:
    """Leave out one part after the other and return the residuals of its examples.

    By formula, or by fitting to the other examples where that is faster: the formula solves a
    system of the size of a part for each λ, and a fit factorises a matrix with d columns for all.

    Args and Returns as in `leave_parts_out`, with the inputs (n, d) beside their rows.
    """
    if max(each.shape[1] for each in parts) > x.shape[1]:
        return refit(x, y, weight_decay, parts)
    return leave_parts_out(rows, y, weight_decay, parts)


def leave_parts_out(rows: Rows, y: Tensor, weight_decay: Tensor, parts: Sequence[Tensor]) -> Tensor:
    """Leave out one part after the other by formula and return the residuals of its examples.

    The fit to the n − m other examples has the objective ½·mean squared error + (λ/2)‖w‖² of its
    own, a total penalty of (n − m)λ.

    Args:
        rows: From `factorise_rows`.
        y: Targets, (n, t).
        weight_decay: λ > 0, (k,).
        parts: Indices of examples, those of parts of one size beside each other, (p, m) each.

    Returns:
        Residuals in the order of the parts, (k, left out, t).
    """
    n, left_out = len(y), []
    for each in parts:
        count, m = each.shape
        inner, outer = _split_rest(rows, weight_decay * (n - m) / n)
        u = rows.u[each]
        pairs = (u.unsqueeze(2) * u.unsqueeze(1)).flatten(0, 2)
        block = (inner @ pairs.mT).view(-1, count, m, m)
        if outer:
            block += outer * (torch.eye(m, dtype=u.dtype) - 1 / n - u @ u.mT)
        rest = _apply_rest(rows, y, inner, outer)[:, each]
        residuals = torch.cholesky_solve(rest, torch.linalg.cholesky(block))
        left_out.append(residuals.flatten(1, 2))
    return torch.cat(left_out, dim=1)


def even_out(rows: Rows, y: Tensor, weight_decay: Tensor) -> Tensor:
    """Return the residuals R y over the mean of R's diagonal, (k, n, t).

    Half the mean of their squares is the score of generalised cross-validation, which is
    leave-one-out with every Rᵢᵢ replaced by their mean.
    """
    inner, outer = _split_rest(rows, weight_decay)
    n, rank = rows.u.shape
    mean = (inner.sum(1) + outer * (n - 1 - rank)) / n
    return _apply_rest(rows, y, inner, outer) / mean[:, None, None]


def refit(x: Tensor, y: Tensor, weight_decay: Tensor, parts: Sequence[Tensor]) -> Tensor:
    """Do what `leave_parts_out` does by fitting to the other examples, each time anew."""
    left_out = []
    for part in (part for each in parts for part in each):
        others = torch.ones(len(x), dtype=torch.bool)
        others[part] = False
        w, b = solve(factorise_rows(x[others]), y[others], weight_decay)
        left_out.append(y[part] - predict(x[part], w, b))
    return torch.cat(left_out, dim=1)


def cut_into_parts(n: int, count: int) -> list[Tensor]:
    """Cut examples 0 … n − 1 into so many parts, or n where there are fewer examples.

    Returns:
        Indices of the parts that have one example more than the others, and of these, (p, m).
    """
    count = min(count, n)
    size, larger = divmod(n, count)
    cut = larger * (size + 1)
    both = torch.arange(cut).view(-1, size + 1), torch.arange(cut, n).view(-1, size)
    return [parts for parts in both if len(parts)]


def _split_rest(rows: Rows, weight_decay: Tensor) -> tuple[Tensor, float]:
    """Return what R is on the columns of U, (k, rank), and on the centred rest.

    Where there is no such rest, both are divided by λ, which cancels from every ratio.
    """
    squares, decay = rows.s.square(), weight_decay.unsqueeze(1)
    n, rank = rows.u.shape
    if rank == n - 1:
        return 1 / (squares + decay), 0.0
    return decay / (squares + decay), 1.0


def _apply_rest(rows: Rows, y: Tensor, inner: Tensor, outer: float) -> Tensor:
    """Return R y, (k, n, t)."""
    centred = y - y.mean(0)
    along = rows.u.mT @ centred
    turned = (inner.unsqueeze(1) * along.mT) @ rows.u.mT
    return turned.mT + outer * (centred - rows.u @ along)
