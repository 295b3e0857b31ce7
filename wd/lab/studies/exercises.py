"""What the chapter's exercises ask and exact computation answers, each by two ways that must agree.

The penalty of a matrix, ridge as plain least squares with further rows, the prior that belongs to
a λ, and decay apart from a gradient that is rescaled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.declarations import KINDS
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import ridge
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.studies.problem import Problem, draw

MATRIX = (64, 10)
SPREAD = 2.0
"""The gradient of the first weight is divided by this, of the last one multiplied, of the others
by what lies between."""
DOUBLINGS = 20
LEAST = 1e-10
"""The smallest λ by which a matrix that may be singular can be solved with."""
QUANTILE = math.sqrt(2) * torch.erfinv(torch.tensor(0.95, dtype=torch.float64)).item()
"""So many standard deviations on both sides hold 95 % of a normal distribution."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Answer the exercises.

    Args:
        settings: They differ in λ alone.
        seeds: One data set each.

    Returns:
        Each setting with what `decay_a_matrix`, `add_rows`, `rescale` and `believe` measure; the
        latter two need a λ > 0, and the last one noise as well.
    """
    return measure_in_tiles(settings, seeds, 1, answer)


def answer(settings: Sequence[Setting], seed: int) -> Numbers:
    """Answer them on one data set; each number is (1, 1)."""
    (setting,) = settings
    problem, decay = draw(setting, seed), setting.weight_decay
    numbers = dict.fromkeys(KINDS["exercises"].numbers, math.nan)
    numbers |= decay_a_matrix(normals(seed, "w", *MATRIX), setting.lr, decay)  # type: ignore[arg-type]  # numbers, as tensors or not
    numbers |= add_rows(problem, decay)  # type: ignore[arg-type]  # numbers, as tensors or not
    if decay >= LEAST:
        numbers |= rescale(problem, decay)  # type: ignore[arg-type]  # numbers, as tensors or not
    if decay >= LEAST and setting.noise_std:
        numbers |= believe(problem, setting)  # type: ignore[arg-type]  # numbers, as tensors or not
    return {name: torch.as_tensor(number).view(1, 1) for name, number in numbers.items()}


def decay_a_matrix(w: Tensor, lr: float, weight_decay: float) -> dict[str, Tensor]:
    """Compare the penalty of a matrix, and a step without data, with its singular values σ.

    Returns:
        trace_distance, |tr WᵀW − Σσ²| over Σσ²; shrunk_distance, after a step of torch's SGD the
        largest relative distance of a singular value from |1 − ηλ|σ.
    """
    before = torch.linalg.svdvals(w)
    square = before.square().sum()
    weight = torch.nn.Parameter(w.clone())
    weight.grad = torch.zeros_like(w)
    torch.optim.SGD([weight], lr=lr, weight_decay=weight_decay).step()
    expected = abs(1 - lr * weight_decay) * before
    after = torch.linalg.svdvals(weight.detach())
    return {
        "trace_distance": ((w.mT @ w).trace() - square).abs() / square,
        "shrunk_distance": (after / expected - 1).abs().max(),
    }


def add_rows(problem: Problem, weight_decay: float) -> dict[str, Tensor]:
    """Solve ridge as least squares: below the centred inputs stand √(nλ)·I, with targets of 0.

    Returns:
        Relative distances: augmented_distance from the optimum of λ; with √λ in place of √(nλ)
        root_distance from that as well, and root_own_distance from the optimum of λ/n.
    """
    x, y = _centre(problem)
    n, d = x.shape
    ways = []
    for size in (math.sqrt(n * weight_decay), math.sqrt(weight_decay)):
        rows = torch.cat([x, size * torch.eye(d, dtype=x.dtype)])
        targets = torch.cat([y, torch.zeros(d, 1, dtype=y.dtype)])
        ways.append(torch.linalg.lstsq(rows, targets, driver="gelsd").solution[:, 0])
    asked, less = _solve(problem, weight_decay), _solve(problem, weight_decay / n)
    return {
        "augmented_distance": _compare(ways[0], asked),
        "root_distance": _compare(ways[1], asked),
        "root_own_distance": _compare(ways[1], less),
    }


def believe(problem: Problem, setting: Setting) -> dict[str, Tensor | float]:
    """Compute the posterior of the prior N(0, τ²) that belongs to λ, with τ = σ/√(nλ).

    By conditioning the weights on the targets, (τ²XXᵀ + σ²I)⁻¹, without solving for an optimum.

    Returns:
        prior_std, τ; map_distance, the most probable weights' relative distance from the optimum
        of λ; covered, the share of the true weights, in per cent, that lie within their 95 %
        interval.

    References:
        Bishop, Pattern Recognition and Machine Learning, 2006, section 3.3.
    """
    x, y = _centre(problem)
    sigma = setting.noise_std
    tau = sigma / math.sqrt(len(y) * setting.weight_decay)
    kernel = tau**2 * x @ x.mT + sigma**2 * torch.eye(len(y), dtype=x.dtype)
    gain = torch.linalg.solve(kernel, tau**2 * x).mT
    w = (gain @ y)[:, 0]
    variance = tau**2 * (1 - (gain * x.mT).sum(1))
    near = (setting.true_w - w).abs() < QUANTILE * variance.sqrt()
    return {
        "prior_std": tau,
        "map_distance": _compare(w, _solve(problem, setting.weight_decay)),
        "covered": 100 * near.double().mean(),
    }


def rescale(problem: Problem, weight_decay: float) -> dict[str, Tensor]:
    """Descend with a gradient whose coordinates are multiplied by fixed numbers dᵢ.

    Returns:
        Relative distances: penalty_distance, with λw in the gradient, from the optimum of λ;
        shrink_distance, with the decay apart from it, from the optimum with λ/dᵢ for each weight;
        apart_distance, of these two optima.
    """
    x, y = _centre(problem)
    n, d = x.shape
    curvature, pull = x.mT @ x / n, x.mT @ y / n
    scale = SPREAD ** torch.linspace(-1, 1, d, dtype=x.dtype)
    unit = torch.eye(d, dtype=x.dtype)
    lr = 1 / (SPREAD * (torch.linalg.matrix_norm(curvature, 2) + weight_decay))
    push = lr * scale[:, None] * pull
    data = lr * scale[:, None] * curvature
    penalty = _run(unit - data - lr * weight_decay * torch.diag(scale), push)
    shrink = _run(unit - data - lr * weight_decay * unit, push)
    asked = _solve(problem, weight_decay)
    own = torch.linalg.solve(curvature + torch.diag(weight_decay / scale), pull)[:, 0]
    return {
        "penalty_distance": _compare(penalty, asked),
        "shrink_distance": _compare(shrink, own),
        "apart_distance": _compare(own, asked),
    }


def _run(step: Tensor, push: Tensor) -> Tensor:
    """Take w ← step·w + push from zero 2^DOUBLINGS times: twice a run is one twice as long."""
    for _ in range(DOUBLINGS):
        step, push = step @ step, step @ push + push
    return push[:, 0]


def _centre(problem: Problem) -> tuple[Tensor, Tensor]:
    """Return x (n, d) and y (n, 1) less their means, which the free bias makes up for."""
    x, y = problem.x[0], problem.y[0]
    return x - x.mean(0), y - y.mean(0)


def _solve(problem: Problem, weight_decay: float) -> Tensor:
    return ridge.solve(problem.spectrum, [weight_decay])[0][0, :, 0]


def _compare(w: Tensor, exact: Tensor) -> Tensor:
    return (w - exact).norm() / exact.norm()
