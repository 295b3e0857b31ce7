"""Full-batch descent to the optimum, penalised or projected: the oracle of the closed forms.

It uses no closed form to get there. How long it must go on is known beforehand, from the Hessian's
eigenvalues.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.lab.objective import with_ones
from wd.lab.programs.projected import project
from wd.lab.solutions import constrained, ridge
from wd.lab.theory import rowspace
from wd.lab.theory.rowspace import RowSpace

_STILL = 1e-12  # eigenvalues below this share of the largest belong to directions at rest


@dataclass(frozen=True)
class Descent:
    """Where full-batch descent from zero has come.

    Attributes:
        w: (*runs, d, k), float64; NaN where too many steps would be needed.
        b: (*runs, k), float64; likewise.
        steps: Steps that were needed, (*runs, k), whole numbers or inf, float64.
    """

    w: Tensor
    b: Tensor
    steps: Tensor


def walk(
    x: Tensor,
    y: Tensor,
    weights: Tensor,
    lr: Tensor,
    *,
    weight_decay: Tensor | None = None,
    theta: Tensor | None = None,
) -> Iterator[None]:
    """Take full-batch steps without end, penalised or projected, in place.

    Args:
        x: Inputs, (*runs, n, d).
        y: Targets, (*runs, n, 1).
        weights: Where to start, the bias in the last row, (*runs, d + 1, k); always where it is.
        lr: η ≥ 0, (*runs, k).
        weight_decay: λ ≥ 0, (k,) or (*runs, k); None decays nothing.
        theta: θ ≥ 0, (k,) or (*runs, k), onto which every step is projected; None for no bound.

    Yields:
        After every step.
    """
    z, w = with_ones(x), weights[..., :-1, :]
    turned, pull = z.mT, lr.unsqueeze(-2) / x.shape[-2]
    shrink = None if weight_decay is None else (lr * weight_decay).unsqueeze(-2)
    while True:  # what can be computed once is, and in place: the products are that short
        move = (turned @ (z @ weights).sub_(y)).mul_(pull)
        if shrink is not None:
            w.sub_(shrink * w)
        weights.sub_(move)
        if theta is not None:
            project(w, theta)
        yield


def descend_to_optimum(
    x: Tensor,
    y: Tensor,
    *,
    weight_decay: Tensor | Sequence[float] | None = None,
    theta: Tensor | Sequence[float] | None = None,
    tolerance: float = 1e-13,
    max_steps: int = 1_000_000,
    paced: bool = False,
) -> Descent:
    """Descend from (w, b) = 0 to the optimum with full batches.

    Plain gradient descent, penalised by λ or projected onto ‖w‖² ≤ θ. Lr and the number of steps
    come from the Hessian's eigenvalues μ, zero ones (which descent from zero never excites) left
    out: lr = 2/(μ_max + μ_min), and as many steps as shrink the error by `tolerance` at the
    asymptotic rate ρ. Each model of each run takes its own number of steps, so that where it ends
    doesn't depend on what descends beside it.

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
        max_steps: Where more would be needed, none are taken.
        paced: Whether a model takes at least as many steps as the last one of its run, which
            then is there to set the pace.

    Returns:
        Where descent has come.

    Raises:
        ValueError: If not exactly one of `weight_decay` and `theta` is given, one of them is out
            of range, or the data don't fit.

    References:
        Boyd and Vandenberghe, Convex Optimization, section 9.3.
        Nesterov, Lectures on Convex Optimization, 2nd ed., theorem 2.1.15 (lr and rate).
    """
    if (weight_decay is None) == (theta is None):
        raise ValueError("give either weight_decay or theta")
    ridge.check_data(x, y)
    space = rowspace.span_rows(x)
    if theta is None:
        decay = ridge.check_weight_decay(weight_decay)  # type: ignore[arg-type]  # one of both is given
        lr, rate = _tune(rowspace.build_hessian(space, decay))
        steps = _count_steps(rate, tolerance)
    else:
        theta = constrained.check_theta(theta)
        decay = None
        lr, _ = _tune(rowspace.build_hessian(space, torch.zeros_like(theta)))
        solution = constrained.solve(ridge.factorise(x, y), theta)
        rate = _find_rate_on_the_ball(space, lr, solution)
        steps = _count_steps(rate, tolerance**1.5)

    if paced:
        steps = torch.maximum(steps, steps[..., -1:])
    taken = torch.where(steps <= max_steps, steps, 0).long()
    ends = _descend(x, y, lr, decay, theta, taken)
    ends = torch.where((steps <= max_steps).unsqueeze(-2), ends, torch.nan)
    return Descent(ends[..., :-1, :], ends[..., -1, :], steps)


def _descend(
    x: Tensor, y: Tensor, lr: Tensor, decay: Tensor | None, theta: Tensor | None, steps: Tensor
) -> Tensor:
    """Take all steps with all models, (*runs, k), and keep of each where its own steps end."""
    weights = x.new_zeros(*x.shape[:-2], x.shape[-1] + 1, steps.shape[-1])
    ends, stops = weights.clone(), set(steps.flatten().tolist())
    walked = walk(x, y, weights, lr, weight_decay=decay, theta=theta)
    for step, _ in zip(range(1, max(stops) + 1), walked, strict=False):
        if step in stops:
            ends = torch.where((steps == step).unsqueeze(-2), weights, ends)
    return ends


def _tune(hessian: Tensor) -> tuple[Tensor, Tensor]:
    """Return the best constant lr of plain descent and its rate, both (*runs, k)."""
    curvature = rowspace.find_eigenvalues(hessian)
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
    move = torch.eye(root.shape[-1], dtype=root.dtype) - lr[..., None, None] * free
    size = rowspace.find_eigenvalues(root @ move @ root).abs()
    excited = active.squeeze(-1) | (size < 1 - _STILL)
    return torch.where(excited, size, 0.0).amax(-1)


def _count_steps(rate: Tensor, tolerance: float) -> Tensor:
    """Return how many steps at a rate shrink an error by `tolerance`; inf where none do."""
    steps = (math.log(tolerance) / rate.log()).ceil().clamp_min(1)
    return torch.where(rate < 1, steps, torch.inf)
