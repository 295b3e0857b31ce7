"""Ridge regression with a free bias, solved exactly: one factorisation serves every λ.

Centring X and y eliminates the bias. With the thin SVD X̃/√n = U·diag(s)·Vᵀ the objective
L(w, b) + (λ/2)‖w‖² falls apart into independent directions, and everything about its minimiser is
a sum over them:

    w*(λ) = V·diag(s/(s² + λ))·Uᵀỹ/√n,    b*(λ) = ȳ − x̄·w*(λ).

The SVD of X̃ is taken rather than the eigenvectors of X̃X̃ᵀ, which would square the condition
number; on the tall side of X̃ it costs about 0.2 ms for 20 × 200.

References:
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., section 3.4.1
    (eq. 3.47 and 3.50; their λ is n times ours).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.objective import with_ones


@dataclass(frozen=True)
class Spectrum:
    """What the centred data of each run look like from the directions of their SVD.

    Attributes:
        singular_values: s, those of X̃/√n, descending, (*runs, r) with r = min(n, d); exactly 0
            from the rank on. s² are the eigenvalues of H = X̃ᵀX̃/n.
        directions: V, orthonormal columns in feature space, (*runs, d, r); columns beyond the
            rank are 0.
        targets: Uᵀỹ/√n, the centred targets along each direction, (*runs, r); 0 beyond the rank.
        unreachable: ‖ỹ − U·Uᵀỹ‖²/n, the variance no w can explain, (*runs,).
        x_mean: x̄, (*runs, d).
        y_mean: ȳ, (*runs,).
        n_train: n.
    """

    singular_values: Tensor
    directions: Tensor
    targets: Tensor
    unreachable: Tensor
    x_mean: Tensor
    y_mean: Tensor
    n_train: int

    @property
    def eigenvalues(self) -> Tensor:
        """Those of H = X̃ᵀX̃/n that X̃ can make positive, descending, (*runs, r)."""
        return self.singular_values.square()

    @property
    def rank(self) -> Tensor:
        """Numerical rank of X̃, int64, (*runs,)."""
        return (self.singular_values > 0).sum(-1)

    @property
    def pull(self) -> Tensor:
        """s·Uᵀỹ/√n = Vᵀ(−∇_w L) at w = 0, b = ȳ: the force that starts to move w, (*runs, r)."""
        return self.singular_values * self.targets


def thin_svd(matrix: Tensor, rtol: float | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Factorise matrices into U·diag(s)·Vᵀ and set what is numerically zero to zero.

    Args:
        matrix: (*runs, n, d), float64.
        rtol: Singular values of at most `rtol` times the largest count as 0; by default
            max(n, d)·2⁻⁵², as in LAPACK-based rank decisions (4.4e-14 for 20 × 200).

    Returns:
        U (*runs, n, r), s (*runs, r) descending, V (*runs, d, r), where r = min(n, d) and the
        columns of U and V that belong to s = 0 are 0.
    """
    n, d = matrix.shape[-2:]
    if n < d:  # LAPACK is several times faster on the tall side
        v, s, u_t = torch.linalg.svd(matrix.mT, full_matrices=False)
        u, v_t = u_t.mT, v.mT
    else:
        u, s, v_t = torch.linalg.svd(matrix, full_matrices=False)
    if rtol is None:
        rtol = max(n, d) * torch.finfo(matrix.dtype).eps
    seen = s > rtol * s[..., :1]
    column = seen.unsqueeze(-2)
    return u * column, s * seen, v_t.mT * column


def factorise(x: Tensor, y: Tensor, rtol: float | None = None) -> Spectrum:
    """Centre the data and factorise them, once for all λ.

    Args:
        x: Inputs, (*runs, n, d), float64.
        y: Targets, (*runs, n, 1), float64.
        rtol: Relative size up to which a singular value counts as 0, see `thin_svd`. Centring
            takes one dimension, so that n ≤ d points in general position have rank n − 1.

    Returns:
        The spectrum that the other functions of this module take.

    Raises:
        ValueError: If the shapes don't fit, there is no example, or the data aren't float64.
    """
    check_data(x, y)
    n = x.shape[-2]
    x_mean, y_mean = x.mean(-2), y.mean(-2)
    u, s, v = thin_svd((x - x_mean.unsqueeze(-2)) / math.sqrt(n), rtol)
    y_centred = (y - y_mean.unsqueeze(-2)) / math.sqrt(n)
    targets = u.mT @ y_centred
    unreachable = (y_centred - u @ targets).square().sum((-2, -1))
    return Spectrum(s, v, targets.squeeze(-1), unreachable, x_mean, y_mean.squeeze(-1), n)


def solve(spectrum: Spectrum, weight_decay: Tensor | Sequence[float]) -> tuple[Tensor, Tensor]:
    """Return the minimiser of L(w, b) + (λ/2)‖w‖² for each λ.

    At λ = 0 it is the least-squares solution with the smallest ‖w‖: for n ≤ d the limit λ → 0,
    which interpolates the data.

    Args:
        spectrum: From `factorise`.
        weight_decay: λ ≥ 0, (k,) for all runs alike or (*runs, k).

    Returns:
        w* (*runs, d, k) and b* (*runs, k), float64.

    Raises:
        ValueError: If a λ is negative or not finite.

    References:
        Hoerl and Kennard, Ridge Regression: Biased Estimation for Nonorthogonal Problems,
        Technometrics 12 (1970), section 2, with k = nλ.
    """
    s, denominator = _terms(spectrum, weight_decay)
    w = spectrum.directions @ (s * spectrum.targets.unsqueeze(-1) / denominator)
    b = spectrum.y_mean.unsqueeze(-1) - (spectrum.x_mean.unsqueeze(-2) @ w).squeeze(-2)
    return w, b


def solve_settings(
    settings: Sequence[Setting], x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Solve runs of the matrix: w, b and effective_dof, a model per λ of the settings."""
    spectrum = factorise(x, y)
    decays = [setting.weight_decay for setting in settings]
    return *solve(spectrum, decays), {"effective_dof": count_effective_dof(spectrum, decays)}


def measure_squared_norm(spectrum: Spectrum, weight_decay: Tensor | Sequence[float]) -> Tensor:
    """Return θ(λ) = ‖w*(λ)‖² = Σ (s·Uᵀỹ/√n)² / (s² + λ)², which falls strictly with λ.

    Args and Raises as in `solve`. θ(0) is θ_max, from which on the hard constraint is inactive.

    Returns:
        θ(λ) ≥ 0, (*runs, k).
    """
    s, denominator = _terms(spectrum, weight_decay)
    return (s * spectrum.targets.unsqueeze(-1) / denominator).square().sum(-2)


def count_effective_dof(spectrum: Spectrum, weight_decay: Tensor | Sequence[float]) -> Tensor:
    """Return the effective degrees of freedom Σ s²/(s² + λ) of the weights.

    The trace of the map from ỹ to its fit; the bias would add 1. The rank at λ = 0, 0 in the
    limit λ → ∞. Args and Raises as in `solve`.

    Returns:
        Degrees of freedom from 0 to the rank, (*runs, k).

    References:
        Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., eq. 3.50.
    """
    s, denominator = _terms(spectrum, weight_decay)
    return (s.square() / denominator).sum(-2)


def settle_undecayed(
    x: Tensor, y: Tensor, w: Tensor | None = None, b: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Return where descent at λ = 0 ends: the minimiser of L nearest to its start in (w, b).

    Every gradient is a combination of the rows of Z = [X 1], so that descent keeps the part of
    (w, b) orthogonal to them: (w, b)(∞) = (w, b)(0) + Z⁺(y − Z·(w, b)(0)). From zero this
    minimises ‖w‖² + b², whereas `solve` at λ = 0 minimises ‖w‖² alone; for n > d in general
    position both are the least-squares solution. Mini-batches end at the same point when n ≤ d,
    where every example can be fitted.

    Args:
        x: Inputs, (*runs, n, d), float64.
        y: Targets, (*runs, n, 1), float64.
        w: Where descent starts, (*runs, d, k); zero if left out.
        b: Where its bias starts, (*runs, k); zero if left out.

    Returns:
        w (*runs, d, k) and b (*runs, k), with k = 1 from zero.

    Raises:
        ValueError: As in `factorise`.

    References:
        Gunasekar, Lee, Soudry, Srebro, Characterizing Implicit Bias in Terms of Optimization
        Geometry, ICML 2018, section 2 (gradient descent on the squared loss).
    """
    check_data(x, y)
    if w is None:
        w = x.new_zeros(*x.shape[:-2], x.shape[-1], 1)
    if b is None:
        b = x.new_zeros(*w.shape[:-2], w.shape[-1])
    z = with_ones(x)
    start = torch.cat([w, b.unsqueeze(-2)], dim=-2)
    u, s, v = thin_svd(z)
    inverse = torch.where(s > 0, 1 / s, 0).unsqueeze(-1)
    end = start + v @ (inverse * (u.mT @ (y - z @ start)))
    return end[..., :-1, :], end[..., -1, :]


def check_weight_decay(weight_decay: Tensor | Sequence[float]) -> Tensor:
    """Return λ as a float64 tensor with at least one axis; refuse what isn't finite and ≥ 0."""
    if isinstance(weight_decay, Tensor) and weight_decay.dtype != torch.float64:
        raise ValueError(f"weight_decay must be float64, not {weight_decay.dtype}")
    values = torch.atleast_1d(torch.as_tensor(weight_decay, dtype=torch.float64))
    if not bool((torch.isfinite(values) & (values >= 0)).all()):
        raise ValueError(f"weight_decay must be finite and at least 0, not {values.tolist()}")
    return values


def check_data(x: Tensor, y: Tensor) -> None:
    """Refuse data that aren't float64 (*runs, n, d) and (*runs, n, 1) with n ≥ 1 and d ≥ 1."""
    if x.dtype != torch.float64 or y.dtype != torch.float64:
        raise ValueError(f"exact solutions need float64 data, not {x.dtype} and {y.dtype}")
    if x.dim() < 2 or y.shape != (*x.shape[:-1], 1) or 0 in x.shape[-2:]:
        raise ValueError(
            f"x must be (*runs, n, d) and y (*runs, n, 1), not {tuple(x.shape)} and "
            f"{tuple(y.shape)}"
        )


def _terms(spectrum: Spectrum, weight_decay: Tensor | Sequence[float]) -> tuple[Tensor, Tensor]:
    """Return s as (*runs, r, 1) and s² + λ as (*runs, r, k), 1 where s = 0 to divide by."""
    s = spectrum.singular_values.unsqueeze(-1)
    decay = check_weight_decay(weight_decay).unsqueeze(-2)
    return s, torch.where(s > 0, s.square() + decay, 1.0)
