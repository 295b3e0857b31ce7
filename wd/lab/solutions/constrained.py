"""The hard constraint ‖w‖² ≤ θ solved exactly, and how nearly any (w, b) solves it.

For every θ below θ_max = ‖w*(0)‖² exactly one λ > 0 makes the penalised minimiser touch the ball,
because ‖w*(λ)‖² falls strictly with λ. That λ is the constraint's Lagrange multiplier (for ½‖w‖² ≤
½θ), and the penalised minimiser is the constrained one. From θ_max on the constraint is inactive
and λ = 0.

References:
    Boyd and Vandenberghe, Convex Optimization, section 5.5.3 (KKT conditions).
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., eq. 3.42 (the
    two forms of ridge regression).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import elementwise
from torch import Tensor

from wd.config import Setting
from wd.lab.solutions import ridge
from wd.lab.solutions.ridge import Spectrum

_WIDEN = 1e-12  # rounding must not push the root out of its bracket


@dataclass(frozen=True)
class Solution:
    """The minimiser of L(w, b) subject to ‖w‖² ≤ θ.

    Attributes:
        w: (*runs, d, k). Where the constraint is inactive, the minimiser with the smallest ‖w‖.
        b: (*runs, k).
        weight_decay: The multiplier λ(θ), 0 where the constraint is inactive, (*runs, k).
        active: Whether θ < θ_max, bool, (*runs, k).
    """

    w: Tensor
    b: Tensor
    weight_decay: Tensor
    active: Tensor


@dataclass(frozen=True)
class KktResiduals:
    """How far (w, b, λ) is from solving min L subject to ‖w‖² ≤ θ; all 0 at a solution.

    The scale g = ‖∇_w L(0, ȳ)‖ is the force on the weights of the best constant (1 where it is
    0). At the solution λ√θ = ‖∇_w L‖ ≤ g, so that all three are free of units and comparable.

    Attributes:
        stationarity: ‖(∇_w L + λw, ∂L/∂b)‖ / g, (*runs, k).
        feasibility: max(0, ‖w‖² − θ) / θ, (*runs, k).
        slackness: λ·|‖w‖² − θ| / (g√θ), (*runs, k).
    """

    stationarity: Tensor
    feasibility: Tensor
    slackness: Tensor


def solve(spectrum: Spectrum, theta: Tensor | Sequence[float]) -> Solution:
    """Minimise L(w, b) subject to ‖w‖² ≤ θ, the bias free.

    Args:
        spectrum: From `ridge.factorise`.
        theta: Squared radius θ > 0, (k,) for all runs alike or (*runs, k).

    Returns:
        The solution with its multiplier.

    Raises:
        ValueError: If a θ isn't finite and positive.
    """
    theta = check_theta(theta)
    weight_decay = find_weight_decay(spectrum, theta)
    w, b = ridge.solve(spectrum, weight_decay)
    return Solution(w, b, weight_decay, weight_decay > 0)


def solve_settings(
    settings: Sequence[Setting], x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Solve runs of the matrix: w, b and multiplier, a model per θ of the settings."""
    found = solve(ridge.factorise(x, y), [setting.theta for setting in settings])
    return found.w, found.b, {"multiplier": found.weight_decay}


def find_weight_decay(spectrum: Spectrum, theta: Tensor | Sequence[float]) -> Tensor:
    """Return λ(θ), the root of ‖w*(λ)‖² = θ, or 0 where θ ≥ θ_max.

    Solved as √θ/‖w*(λ)‖ − 1 = 0, which is nearly a straight line in λ, within rigorous bounds:
    from p/(s²_max + λ) ≤ ‖w*(λ)‖ ≤ p/(s²_min + λ), where p = ‖diag(s)·Uᵀỹ/√n‖ and s_min is the
    smallest positive singular value, follows p/√θ − s²_max ≤ λ ≤ p/√θ − s²_min.

    Args and Raises as in `solve`.

    Returns:
        λ(θ) ≥ 0, (*runs, k).

    References:
        Moré and Sorensen, Computing a Trust Region Step, SIAM J. Sci. Stat. Comput. 4 (1983),
        section 3 (the form of the equation).
        Chandrupatla, A new hybrid quadratic/bisection algorithm, Advances in Engineering
        Software 28 (1997) (the root finder).
    """
    theta = check_theta(theta)
    ceiling = ridge.measure_squared_norm(spectrum, [0.0])
    theta = theta.expand(*ceiling.shape[:-1], theta.shape[-1])
    eigenvalues = spectrum.eigenvalues
    smallest = torch.where(eigenvalues > 0, eigenvalues, torch.inf).amin(-1, keepdim=True)
    pull = spectrum.pull.norm(dim=-1, keepdim=True) / theta.sqrt()
    low = (pull * (1 - _WIDEN) - eigenvalues[..., :1]).clamp_min(0)
    high = pull * (1 + _WIDEN) - smallest

    squares = eigenvalues.reshape(-1, eigenvalues.shape[-1]).numpy()
    pulls = spectrum.pull.reshape(squares.shape).numpy()

    def gap(decay: np.ndarray, run: np.ndarray, radius: np.ndarray) -> np.ndarray:
        below = np.where(squares[run] > 0, squares[run] + decay[:, None], 1.0)
        return radius / np.linalg.norm(pulls[run] / below, axis=-1) - 1

    weight_decay = torch.zeros_like(theta)
    active = theta < ceiling
    run = active.reshape(-1, active.shape[-1]).nonzero()[:, 0].numpy()
    radius = theta[active].sqrt().numpy()
    found = elementwise.find_root(
        gap,
        (low[active].numpy(), high[active].numpy()),
        args=(run, radius),
        tolerances={"xatol": 0.0, "xrtol": 4e-16, "fatol": 0.0, "frtol": 0.0},
    )
    # Within rounding of θ_max there may be no change of sign left: λ = 0 is then the answer.
    touching = gap(np.zeros_like(radius), run, radius) >= 0
    weight_decay[active] = torch.from_numpy(np.where(touching, 0.0, found.x))
    return weight_decay


def differentiate(x: Tensor, y: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradient of L(w, b) = ½·mean((x·w + b − y)²), penalty excluded.

    ∇_w L = Xᵀ(Xw + b − y)/n and ∂L/∂b = mean(Xw + b − y).

    Args:
        x: Inputs, (*runs, n, d).
        y: Targets, (*runs, n, 1).
        w: (*runs, d, k).
        b: (*runs, k).

    Returns:
        ∇_w L (*runs, d, k) and ∂L/∂b (*runs, k).
    """
    error = x @ w + b.unsqueeze(-2) - y
    return x.mT @ error / x.shape[-2], error.mean(-2)


def estimate_weight_decay(x: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Return the λ ≥ 0 that comes nearest to ∇_w L + λw = 0, for a w that knows no λ.

    The least-squares multiplier max(0, −w·∇_w L/‖w‖²); 0 at w = 0. Arguments as in
    `differentiate`.

    Returns:
        λ, (*runs, k).

    References:
        Nocedal and Wright, Numerical Optimization, 2nd ed., section 18.3 (least-squares
        multipliers).
    """
    grad_w, _ = differentiate(x, y, w, b)
    squared_norm = w.square().sum(-2)
    along = -(w * grad_w).sum(-2)
    return torch.where(squared_norm > 0, along / squared_norm, 0.0).clamp_min(0)


def measure_kkt(
    x: Tensor,
    y: Tensor,
    w: Tensor,
    b: Tensor,
    *,
    weight_decay: Tensor | Sequence[float],
    theta: Tensor | Sequence[float],
) -> KktResiduals:
    """Measure how far (w, b) with multiplier λ is from the constrained minimum.

    Args:
        x: Inputs, (*runs, n, d), float64.
        y: Targets, (*runs, n, 1), float64.
        w: (*runs, d, k).
        b: (*runs, k).
        weight_decay: λ ≥ 0, (k,) or (*runs, k); `estimate_weight_decay` where the method has
            none.
        theta: θ > 0, (k,) or (*runs, k).

    Returns:
        The scaled residuals.

    Raises:
        ValueError: If a λ is negative or a θ isn't positive.

    References:
        Boyd and Vandenberghe, Convex Optimization, eq. 5.49.
    """
    weight_decay, theta = ridge.check_weight_decay(weight_decay), check_theta(theta)
    grad_w, grad_b = differentiate(x, y, w, b)
    force = (x.mT @ (y - y.mean(-2, keepdim=True)) / x.shape[-2]).norm(dim=-2)
    scale = torch.where(force > 0, force, 1.0)
    unbalanced = grad_w + weight_decay.unsqueeze(-2) * w
    excess = w.square().sum(-2) - theta
    return KktResiduals(
        stationarity=torch.hypot(unbalanced.norm(dim=-2), grad_b) / scale,
        feasibility=excess.clamp_min(0) / theta,
        slackness=weight_decay * excess.abs() / (scale * theta.sqrt()),
    )


def check_theta(theta: Tensor | Sequence[float]) -> Tensor:
    """Return θ as a float64 tensor with at least one axis; refuse what isn't finite and > 0.

    θ = 0 leaves only w = 0, where no finite multiplier exists.
    """
    if isinstance(theta, Tensor) and theta.dtype != torch.float64:
        raise ValueError(f"theta must be float64, not {theta.dtype}")
    values = torch.atleast_1d(torch.as_tensor(theta, dtype=torch.float64))
    if not bool((torch.isfinite(values) & (values > 0)).all()):
        raise ValueError(f"theta must be finite and positive, not {values.tolist()}")
    return values
