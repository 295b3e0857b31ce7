"""The same thing twice: hard constraint, penalty and closed form, each solved in its own way.

For θ < θ_max projected descent, which knows no λ, descent on the penalised loss at λ(θ), and the
closed form must end at the same (w, b), and the multiplier read off the projected solution must be
λ(θ). From θ_max on the constraint is inactive and, for n < d, minimisers aren't unique: there the
loss and the KKT residuals are compared. All descents use full batches and float64, with η and the
number of steps from the spectrum.

The chapter's data are wide (n < d); tall ones have both sizes exchanged. Nearly square data are
left out, descent would take too long on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.programs import projected
from wd.lab.solutions import constrained
from wd.lab.studies.facts import Fact, list_facts
from wd.lab.studies.limits import approach_limits, descend_without_decay
from wd.lab.studies.problem import Numbers, Problem, draw, measure_distance, split_by_scope
from wd.lab.studies.thread import one_thread
from wd.lab.theory import rowspace, stability

ACTIVE = (0.1, 0.3, 0.5, 0.7, 0.9)
INACTIVE = (1.0, 1.5)
"""θ as shares of θ_max."""
TOLERANCE = 1e-10
"""Share of the initial error that descent may leave: a hundredth of what has to agree."""
MAX_STEPS = 50_000
"""Sizes that would need more aren't compared; the chapter's need about 8,000."""
RANDOM_STEPS = 4000
"""From a random start; by then the residuals have come down to rounding."""


def check(setting: Setting, seeds: Sequence[int]) -> Iterator[Fact]:
    """Solve the data of some seeds by three ways.

    Args:
        setting: Of the data.
        seeds: One wide and one tall data set each.

    Yields:
        Scopes theta_SHARE with the facts of `compare`, for tall data with the prefix tall_. For
        wide data also random_start, zero_decay and lambda_λ, see `settle_from_random`,
        `descend_without_decay` and `approach_limits`. Nothing where n and d are too near each
        other or all targets are the same.
    """
    small, large = sorted((setting.n_train, setting.n_features))
    if 2 * small > large:
        return
    # One thread for all: θ_max must come out with the same bits each time it is computed.
    with one_thread():
        wide = draw(replace(setting, n_train=small, n_features=large), seeds)
        tall = draw(replace(setting, n_train=large, n_features=small), seeds)
        if not (wide.ceiling > 0).all() or not (tall.ceiling > 0).all():
            return
        try:
            scopes = {
                **compare(wide),
                "random_start": settle_from_random(wide, seeds),
                "zero_decay": descend_without_decay(wide),
                **approach_limits(wide),
                **{f"tall_{scope}": numbers for scope, numbers in compare(tall).items()},
            }
        except ValueError:  # more than MAX_STEPS
            return
    for scope, numbers in scopes.items():
        yield from list_facts(scope, seeds, numbers)


def compare(problem: Problem) -> dict[str, Numbers]:
    """Solve for all θ by projected descent and the closed form, and by penalty where θ < θ_max.

    Returns:
        By scope, (runs,): theta, theta_max, weight_decay = λ(θ), multiplier (estimated at the
        projected solution), projected_closed = ‖Δ(w, b)‖/‖w_closed‖; loss_excess, the projected
        solution's loss minus the closed form's in units of the best constant's; loss,
        squared_norm and KKT residuals of projected (with its own multiplier) and of closed.
        Where the constraint is active also multiplier_error (relative to λ(θ)), penalty_closed,
        projected_penalty, and loss, squared_norm and KKT residuals of penalty.

    Raises:
        ValueError: If descent would need more than `MAX_STEPS` steps.
    """
    x, y, bound = problem.x, problem.y, slice(len(ACTIVE))
    shares = torch.tensor(ACTIVE + INACTIVE, dtype=torch.float64)
    names = [f"theta_{share:g}" for share in shares.tolist()]
    theta = problem.ceiling * shares
    exact = constrained.solve(problem.spectrum, theta)
    # All θ in one descent: θ_max itself, for which no rate is known, then gets the most steps.
    hard = projected.descend_to_optimum(x, y, theta=theta, tolerance=TOLERANCE, max_steps=MAX_STEPS)
    numbers = _compare_with_closed(problem, hard.w, hard.b, theta, exact)
    scopes = split_by_scope(names, numbers)

    decay, scale = exact.weight_decay[:, bound], exact.w[..., bound]
    soft = projected.descend_to_optimum(
        x, y, weight_decay=decay, tolerance=TOLERANCE, max_steps=MAX_STEPS
    )
    penalty = (soft.w, soft.b)
    more = {
        "multiplier_error": (numbers["multiplier"][:, bound] / decay - 1).abs(),
        "penalty_closed": measure_distance(penalty, (scale, exact.b[:, bound]), scale),
        "projected_penalty": measure_distance(
            (hard.w[..., bound], hard.b[:, bound]), penalty, scale
        ),
        **_describe(problem, "penalty", soft.w, soft.b, theta[:, bound], decay),
    }
    for name, further in split_by_scope(names[bound], more).items():
        scopes[name] |= further
    return scopes


def settle_from_random(problem: Problem, seeds: Sequence[int]) -> Numbers:
    """Run projected descent at 1.5·θ_max from standard normal weights.

    Where minimisers aren't unique, another start finds another one: on the ball, with no loss.

    Returns:
        As of `compare` where the constraint is inactive.
    """
    theta = 1.5 * problem.ceiling
    w = torch.stack([normals(seed, "w", problem.x.shape[-1], 1) for seed in seeds])
    b = torch.zeros_like(theta)
    lr = stability.find_limit(rowspace.span_rows(problem.x), [0.0]).min().item() / 2
    for _ in range(RANDOM_STEPS):
        w, b = projected.step(problem.x, problem.y, w, b, lr=lr, theta=theta)
    exact = constrained.solve(problem.spectrum, theta)
    numbers = _compare_with_closed(problem, w, b, theta, exact)
    return {name: number.squeeze(-1) for name, number in numbers.items()}


def _compare_with_closed(
    problem: Problem, w: Tensor, b: Tensor, theta: Tensor, exact: constrained.Solution
) -> Numbers:
    multiplier = constrained.estimate_weight_decay(problem.x, problem.y, w, b)
    constant = problem.y.var(1, correction=0) / 2
    excess = problem.measure_loss(w, b) - problem.measure_loss(exact.w, exact.b)
    return {
        "theta": theta,
        "theta_max": problem.ceiling.expand_as(theta),
        "weight_decay": exact.weight_decay,
        "multiplier": multiplier,
        "projected_closed": measure_distance((w, b), (exact.w, exact.b), exact.w),
        "loss_excess": excess / constant,
        **_describe(problem, "projected", w, b, theta, multiplier),
        **_describe(problem, "closed", exact.w, exact.b, theta, exact.weight_decay),
    }


def _describe(
    problem: Problem, way: str, w: Tensor, b: Tensor, theta: Tensor, weight_decay: Tensor
) -> Numbers:
    """Return loss, squared_norm and the KKT residuals of one way's solutions, (runs, k)."""
    kkt = constrained.measure_kkt(
        problem.x, problem.y, w, b, weight_decay=weight_decay, theta=theta
    )
    numbers = {
        "loss": problem.measure_loss(w, b),
        "squared_norm": w.square().sum(1),
        **vars(kkt),
    }
    return {f"{way}_{name}": number for name, number in numbers.items()}
