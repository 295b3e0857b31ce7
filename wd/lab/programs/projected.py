"""The hard constraint ‖w‖² ≤ θ by projected gradient descent, and descent as an oracle.

After every step w is pulled back to the nearest point of the ball, w ← w·min(1, √θ/‖w‖); the bias
stays free:

    w ← w − (η/B)·Xᵀ(ŷ − y),    b ← b − (η/B)·Σ (ŷᵢ − yᵢ),    w ← w·min(1, √θ/‖w‖).

References:
    Boyd and Vandenberghe, Convex Optimization, section 8.1.1 (projection on a norm ball).
    Nesterov, Lectures on Convex Optimization, 2nd ed., section 2.2 (steps over simple sets).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.objective import with_ones
from wd.lab.programs.scratch import Scratch
from wd.lab.solutions import constrained, ridge
from wd.lab.theory import rowspace
from wd.lab.theory.rowspace import RowSpace

_STILL = 1e-12  # eigenvalues below this share of the largest belong to directions at rest


@dataclass(frozen=True)
class Descent:
    """Where full-batch descent from zero has come.

    Attributes:
        w: (*runs, d, k), float64.
        b: (*runs, k), float64.
        steps: Steps taken, the same for all.
    """

    w: Tensor
    b: Tensor
    steps: int


def project(w: Tensor, theta: Tensor) -> Tensor:
    """Pull w back onto the ball ‖w‖² ≤ θ, in place.

    Args:
        w: Weights without the bias, (*runs, d, k), any floating dtype; may be a view.
        theta: θ ≥ 0, (k,) or (*runs, k), of w's dtype and device; inf constrains nothing.

    Returns:
        w itself. A w that isn't finite stays so, for a diverged run to be seen as one.
    """
    norm = w.square().sum(-2).sqrt()
    shrink = theta.sqrt() / norm.clamp_min(torch.finfo(w.dtype).tiny)
    return w.mul_(shrink.clamp_max(1).unsqueeze(-2))


class Projected(Scratch):
    """Weights of many runs, each step of the scratch program followed by the projection.

    Attributes:
        weights: (runs, columns, models), joined: the bias in the last row.
    """

    def __init__(self, w: Tensor, b: Tensor, settings: Sequence[Setting], width: int) -> None:
        """Start every model of a run from the same weights and the same bias.

        Args:
            w: Initial weights, (runs, d, 1); they need not lie in the ball.
            b: Initial biases, (runs, 1, 1).
            settings: One per model; they differ in `theta` alone.
            width: Models in the tile; those beyond `settings` are padding.
        """
        super().__init__(w, b, settings, width)
        self._theta = torch.full_like(self.weights[0, 0], math.inf)
        theta = [setting.theta for setting in settings]
        self._theta[: len(settings)] = torch.tensor(theta, dtype=w.dtype)

    def step(self, x: Tensor, y: Tensor) -> None:
        """Take one step on a batch of m examples: x (runs, m, columns), y (runs, m, 1)."""
        super().step(x, y)
        project(self.weights[:, :-1], self._theta)


def step(
    x: Tensor,
    y: Tensor,
    w: Tensor,
    b: Tensor,
    *,
    lr: float,
    theta: Tensor,
    batch_size: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Take one projected-gradient step on a batch of m examples, by the formula above.

    Args:
        x: Inputs, (*runs, m, d).
        y: Targets, (*runs, m, 1).
        w: Weights, (*runs, d, k); left as they are.
        b: Biases, (*runs, k); left as they are.
        lr: η ≥ 0.
        theta: θ ≥ 0, (k,) or (*runs, k).
        batch_size: B, by which the batch's sum is divided; m if left out.

    Returns:
        The new w and b.
    """
    share = lr * x.shape[-2] / (batch_size or x.shape[-2])
    grad_w, grad_b = constrained.differentiate(x, y, w, b)
    return project(w - share * grad_w, theta), b - share * grad_b


def descend_to_optimum(
    x: Tensor,
    y: Tensor,
    *,
    weight_decay: Tensor | Sequence[float] | None = None,
    theta: Tensor | Sequence[float] | None = None,
    tolerance: float = 1e-13,
    max_steps: int = 1_000_000,
) -> Descent:
    """Descend from (w, b) = 0 to the optimum with full batches: the oracle of the closed forms.

    Plain gradient descent, penalised by λ or projected onto ‖w‖² ≤ θ. Lr and the number of steps
    come from the Hessian's eigenvalues μ, zero ones (which descent from zero never excites) left
    out: lr = 2/(μ_max + μ_min), and as many steps as shrink the error by `tolerance` at the
    asymptotic rate ρ.

    With the penalty ρ = (μ_max − μ_min)/(μ_max + μ_min) holds from the first step. With the
    projection ρ is the spectral radius of D(I − lr·A) around the solution, where A is the Hessian
    of L and D takes w's part to the tangent of the sphere, divided by 1 + lr·λ(θ), and leaves b;
    half as many steps again are taken to come near. It tends to 1 as θ → θ_max.

    Args:
        x: Inputs, (*runs, n, d), float64.
        y: Targets, (*runs, n, 1), float64.
        weight_decay: λ ≥ 0, (k,) or (*runs, k). At λ = 0 and n ≤ d the end is
            `ridge.settle_undecayed`, not `ridge.solve`.
        theta: θ > 0, (k,) or (*runs, k). Where it is inactive (θ ≥ θ_max) and n ≤ d, the end is
            one of many minimisers.
        tolerance: Share of the initial error to be left, > 0.
        max_steps: Refuse to take more.

    Returns:
        Where descent has come.

    Raises:
        ValueError: If not exactly one of `weight_decay` and `theta` is given, one of them is out
            of range, the data don't fit, or more than `max_steps` steps would be needed.

    References:
        Boyd and Vandenberghe, Convex Optimization, section 9.3.
        Nesterov, Lectures on Convex Optimization, 2nd ed., theorem 2.1.15 (lr and rate).
    """
    if (weight_decay is None) == (theta is None):
        raise ValueError("give either weight_decay or theta")
    ridge.check_data(x, y)
    space = rowspace.span_rows(x)
    if theta is None:
        decay = ridge.check_weight_decay(weight_decay)
        lr, rate = _tune(rowspace.build_hessian(space, decay))
        steps = _count_steps(rate, tolerance, max_steps)
    else:
        theta = constrained.check_theta(theta)
        decay = torch.zeros_like(theta)
        lr, _ = _tune(rowspace.build_hessian(space, decay))
        solution = constrained.solve(ridge.factorise(x, y), theta)
        rate = _find_rate_on_the_ball(space, lr, solution)
        steps = _count_steps(rate, tolerance**1.5, max_steps)

    z = with_ones(x)
    weights = x.new_zeros(*x.shape[:-2], x.shape[-1] + 1, rate.shape[-1])
    w = weights[..., :-1, :]
    pull = lr.unsqueeze(-2) / x.shape[-2]
    shrink = (lr * decay).unsqueeze(-2)
    for _ in range(steps):
        move = pull * (z.mT @ (z @ weights - y))
        w.sub_(shrink * w)
        weights.sub_(move)
        if theta is not None:
            project(w, theta)
    return Descent(w, weights[..., -1, :], steps)


def _tune(hessian: Tensor) -> tuple[Tensor, Tensor]:
    """Return the best constant lr of plain descent and its rate, both (*runs, k)."""
    curvature = torch.linalg.eigvalsh(hessian)
    steepest = curvature[..., -1]
    moving = curvature > _STILL * steepest.unsqueeze(-1)
    flattest = torch.where(moving, curvature, torch.inf).amin(-1)
    return 2 / (steepest + flattest), (steepest - flattest) / (steepest + flattest)


def _find_rate_on_the_ball(space: RowSpace, lr: Tensor, solution: constrained.Solution) -> Tensor:
    """Return the asymptotic rate of projected descent, (*runs, k).

    Linearised at the solution w with multiplier λ, where ‖w − lr·∇L‖ = √θ(1 + lr·λ), a projected
    step is D(I − lr·A). D is a scaled projection, so that the eigenvalues are those of the
    symmetric √D(I − lr·A)√D.
    """
    seen = space.basis.mT @ solution.w
    normal = (seen / seen.norm(dim=-2, keepdim=True)).mT.unsqueeze(-1)
    active = solution.active[..., None, None]
    identity = torch.eye(normal.shape[-2], dtype=normal.dtype)
    tangent = identity - torch.where(active, normal @ normal.mT, 0.0)
    root = torch.zeros_like(rowspace.build_hessian(space, solution.weight_decay))
    root[..., :-1, :-1] = tangent / (1 + lr * solution.weight_decay).sqrt()[..., None, None]
    root[..., -1, -1] = 1
    free = rowspace.build_hessian(space, torch.zeros_like(solution.weight_decay))
    step = torch.eye(root.shape[-1], dtype=root.dtype) - lr[..., None, None] * free
    size = torch.linalg.eigvalsh(root @ step @ root).abs()
    excited = active.squeeze(-1) | (size < 1 - _STILL)
    return torch.where(excited, size, 0.0).amax(-1)


def _count_steps(rate: Tensor, tolerance: float, max_steps: int) -> int:
    slowest = float(rate.max())
    steps = math.log(tolerance) / math.log(slowest) if 0 < slowest < 1 else slowest * math.inf
    if not steps <= max_steps:
        raise ValueError(f"{steps:.0f} steps would be needed, more than {max_steps=}")
    return math.ceil(steps)
