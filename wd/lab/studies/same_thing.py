"""The same thing twice: hard constraint, penalty and closed form, each solved in its own way.

For θ < θ_max projected descent, which knows no λ, descent on the penalised loss at λ(θ), and the
closed form must end at the same (w, b), and the multiplier read off the projected solution must be
λ(θ). From θ_max on the constraint is inactive and, for n < d, minimisers aren't unique: there the
loss and the KKT residuals are compared. All descents use full batches and float64, with η and the
number of steps from the spectrum.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import constrained
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.studies.problem import Problem, draw, measure_distance
from wd.lab.theory.descent import descend_to_optimum

TILE = 8
"""θ in one descent, the last of which only sets the pace."""
PACE = 0.9
"""Share of θ_max at which descent decides how many steps all θ of a data set take at least.

At θ_max itself no rate is known; one that is well below takes more steps than it needs, and ends
at rounding."""
TOLERANCE = 1e-10
"""Share of the initial error that descent may leave: a hundredth of what has to agree."""
MAX_STEPS = 50_000
"""What would need more isn't compared; the chapter's sizes need about 8,000."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Solve the data of some seeds by three ways.

    Args:
        settings: They differ in θ's share of θ_max alone.
        seeds: One data set each.

    Returns:
        Each setting with the numbers of `compare`. None of them where θ_max is 0, and none of a
        descent that would need too many steps.
    """
    return measure_in_tiles(settings, seeds, TILE - 1, compare)


def compare(settings: Sequence[Setting], seed: int) -> Numbers:
    """Solve for some θ by projected descent and the closed form, and by penalty where θ < θ_max.

    Args:
        settings: `TILE` − 1.
        seed: Of the data set.

    Returns:
        (1, `TILE`) each: theta_bound, the θ; theta_max; decay_of_theta = λ(θ); multiplier
        (estimated at the projected solution); projected_closed = ‖Δ(w, b)‖/‖w_closed‖;
        loss_excess, the projected solution's loss minus the closed form's in units of the best
        constant's; end_loss, squared_norm and KKT residuals of projected (with its own multiplier)
        and of closed. Where the constraint is active also multiplier_error (relative to λ(θ)),
        penalty_closed, projected_penalty, and end_loss, squared_norm and KKT residuals of penalty.
    """
    problem = draw(settings[0], seed)
    x, y = problem.x, problem.y
    shares = [*(setting.theta_share for setting in settings), PACE]
    theta = problem.scale_theta(torch.tensor(shares, dtype=torch.float64))
    solution = constrained.solve(problem.spectrum, theta)
    closed, decay, active = (solution.w, solution.b), solution.weight_decay, solution.active
    limits = {"tolerance": TOLERANCE, "max_steps": MAX_STEPS, "paced": True}

    hard = descend_to_optimum(x, y, theta=theta, **limits)  # type: ignore[arg-type]  # steps and tolerances
    projected = (hard.w, hard.b)
    multiplier = constrained.estimate_weight_decay(x, y, *projected)
    numbers = {
        "theta_bound": theta,
        "theta_max": problem.ceiling.expand_as(theta),
        "decay_of_theta": decay,
        "multiplier": multiplier,
        "projected_closed": measure_distance(projected, closed, closed[0]),
        "loss_excess": problem.measure_excess(projected, closed),
        **_describe(problem, "projected", projected, theta, multiplier),
        **_describe(problem, "closed", closed, theta, decay),
    }

    soft = descend_to_optimum(
        x,
        y,
        weight_decay=torch.where(active, decay, decay[:, -1:]),
        **limits,  # type: ignore[arg-type]  # steps and tolerances
    )
    penalty = (soft.w, soft.b)
    where_active = {
        "multiplier_error": (multiplier / decay - 1).abs(),
        "penalty_closed": measure_distance(penalty, closed, closed[0]),
        "projected_penalty": measure_distance(projected, penalty, closed[0]),
        **_describe(problem, "penalty", penalty, theta, decay),
    }
    return problem.leave_out(
        numbers
        | {name: torch.where(active, number, torch.nan) for name, number in where_active.items()}
    )


def _describe(
    problem: Problem, way: str, found: tuple[Tensor, Tensor], theta: Tensor, weight_decay: Tensor
) -> dict[str, Tensor]:
    """Return end_loss, squared_norm and the KKT residuals of one way's solutions, (1, k)."""
    kkt = constrained.measure_kkt(
        problem.x, problem.y, *found, weight_decay=weight_decay.nan_to_num(), theta=theta
    )
    numbers = {
        "end_loss": problem.measure_loss(*found),
        "squared_norm": found[0].square().sum(1),
        **vars(kkt),
    }
    return {f"{way}_{name}": number for name, number in numbers.items()}
