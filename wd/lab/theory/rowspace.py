"""What the rows of X see: the directions that data can move w in, and the Hessian there.

Every gradient of the data's loss, on any batch, is a combination of rows of X. In the other
directions (the null space of X: at least d − n of them) weight decay is the only force.

It is the row space of X itself that counts, not that of the centred X̃ in `ridge`: a batch's
gradient Xᵀ(residuals)/m has components along the mean row too, because its residuals needn't sum
to 0. The row space of X̃ lies within that of X and is one dimension smaller when X has full row
rank; the exact ridge solution lies in it.

In the basis of the right singular vectors of X/√n = U·diag(s)·Vᵀ the Hessian of L + (λ/2)‖w‖² in
(Vᵀw, b) is an arrowhead matrix,

    ⎡ diag(s²) + λI   diag(s)·o ⎤
    ⎣ (diag(s)·o)ᵀ        1     ⎦   with o = Uᵀ1/√n,

and in the null space it is λI. So a matrix of at most n + 1 rows holds all there is to know of the
(d + 1)-dimensional one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.lab.solutions.ridge import check_weight_decay, thin_svd


@dataclass(frozen=True)
class RowSpace:
    """The row space of each run's X.

    Attributes:
        basis: V, orthonormal columns, (*runs, d, r) with r = min(n, d); 0 beyond the rank.
        singular_values: s, those of X/√n, descending, (*runs, r); 0 beyond the rank.
        ones: o = Uᵀ1/√n, how much of a constant each direction can produce, (*runs, r).
    """

    basis: Tensor
    singular_values: Tensor
    ones: Tensor

    @property
    def rank(self) -> Tensor:
        """Numerical rank of X, int64, (*runs,)."""
        return (self.singular_values > 0).sum(-1)


def span_rows(x: Tensor, rtol: float | None = None) -> RowSpace:
    """Find the row space of X.

    Args:
        x: Inputs, not centred, (*runs, n, d), float64.
        rtol: Relative size up to which a singular value counts as 0, see `ridge.thin_svd`.

    Returns:
        The row space.

    Raises:
        ValueError: If x isn't float64.
    """
    if x.dtype != torch.float64:
        raise ValueError(f"the row space needs float64 inputs, not {x.dtype}")
    u, s, v = thin_svd(x / math.sqrt(x.shape[-2]), rtol)
    return RowSpace(v, s, u.sum(-2) / math.sqrt(x.shape[-2]))


def split(space: RowSpace, w: Tensor) -> tuple[Tensor, Tensor]:
    """Split w into what the data cannot see and what they can: w = w⊥ + w∥.

    Args:
        space: From `span_rows`.
        w: (*runs, d, k); cast to float64.

    Returns:
        w⊥ in the null space of X and w∥ in its row space, orthogonal to each other, both
        (*runs, d, k) float64. w⊥ is exactly 0 where X has rank d.
    """
    w = w.to(torch.float64)
    v = space.basis
    w_null = w - v @ (v.mT @ w)
    w_null = w_null - v @ (v.mT @ w_null)  # once more: removes what rounding left in the row space
    everything = (space.rank == v.shape[-2])[..., None, None]
    w_null = torch.where(everything, 0.0, w_null)
    return w_null, w - w_null


def find_eigenvalues(symmetric: Tensor) -> Tensor:
    """Return the ascending eigenvalues of symmetric matrices (…, r, r), one after the other.

    Of many at once, LAPACK rounds some otherwise than others, by where in memory they begin; so
    each has memory of its own.
    """
    size = symmetric.shape[-1]
    each = [torch.linalg.eigvalsh(matrix) for matrix in symmetric.reshape(-1, size, size)]
    return torch.stack(each).view(symmetric.shape[:-1])


def build_hessian(space: RowSpace, weight_decay: Tensor | Sequence[float]) -> Tensor:
    """Build the Hessian of L + (λ/2)‖w‖² in (Vᵀw, b), the arrowhead matrix above.

    Args:
        space: From `span_rows`.
        weight_decay: λ ≥ 0, (k,) or (*runs, k).

    Returns:
        Symmetric matrices, (*runs, k, r + 1, r + 1), the bias last.

    Raises:
        ValueError: If a λ is negative or not finite.
    """
    decay = check_weight_decay(weight_decay)
    s = space.singular_values
    diagonal = s.square().unsqueeze(-2) + decay.unsqueeze(-1)
    hessian = torch.diag_embed(torch.nn.functional.pad(diagonal, (0, 1), value=1.0))
    arm = (s * space.ones).unsqueeze(-2)
    hessian[..., :-1, -1] = arm
    hessian[..., -1, :-1] = arm
    return hessian
