"""Hard constraint, penalty and closed form: three ways, one solution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wd.report.content.claims.hard import require_fewer_examples
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import proved, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, stack

WAYS = ("projected", "penalty", "closed")
RESIDUALS = ("stationarity", "feasibility", "slackness")
WIDE, TALL = "same_thing", "same_thing_tall"
"""The studies that solve one problem by all ways: of fewer examples than features, of more."""
_AGREE = 1e-8
_VANISHING = 1e-8  # a λ so small, against the smallest eigenvalue, that the optimum is the limit
_LIMIT = 1e-6


def list_solved(
    readings: Readings, *, active: bool, studies: Sequence[str] = (WIDE, TALL)
) -> list[Reading]:
    """List the cases that solve for a given share of θ_max, the share rising.

    At θ_max itself, where descent creeps for n < d, nothing is claimed.

    Args:
        readings: The evidence.
        active: Those below θ_max, or those beyond.
        studies: Of these data.

    Raises:
        Missing: If a study isn't there, or has no such share.
    """
    found = []
    for study in studies:
        shares = {
            cell.setting.theta_share: cell for cell in line_up(readings, study, "theta_share")
        }
        solved = [cell for share, cell in shares.items() if (share < 1 if active else share > 1)]
        if not solved:
            raise Missing("setting", study=study, setting=f"theta_share {'<' if active else '>'} 1")
        found += solved
    return found


def gather(cells: Sequence[Reading], *names: str) -> tuple[np.ndarray, int]:
    """Read numbers of cells, of which each may have seeds of its own.

    Returns:
        All of them in a row, and how many seeds each cell has at least.
    """
    numbers = np.concatenate([cell[name] for cell in cells for name in names])
    return numbers, min(len(cell.seeds) for cell in cells)


@claim("hard-soft-and-closed-form-agree")
def hard_soft_and_closed_form_agree(readings: Readings) -> Finding:
    """The relative distances between any two of the three solutions."""
    cells = list_solved(readings, active=True)
    off, seeds = gather(cells, "projected_closed", "penalty_closed", "projected_penalty")
    return Finding(
        (worst("distance", off, seeds=seeds, below=_AGREE, digits=2),), {"cases": str(len(cells))}
    )


@claim("optimality-conditions-are-met")
def optimality_conditions_are_met(readings: Readings) -> Finding:
    """The residuals of all three ways where the bound is active, else of projected descent."""
    every = [f"{way}_{residual}" for way in WAYS for residual in RESIDUALS]
    own = [f"projected_{residual}" for residual in RESIDUALS]
    bites, seeds = gather(list_solved(readings, active=True), *every)
    rests, others = gather(list_solved(readings, active=False), *own)
    return Finding(
        (
            worst("active", bites, seeds=seeds, below=_AGREE, digits=2),
            worst("inactive", rests, seeds=others, below=_AGREE, digits=2),
        )
    )


@claim("price-can-be-read-off-the-solution")
def price_can_be_read_off_the_solution(readings: Readings) -> Finding:
    """λ estimated from the projected solution, which knows no λ, against the root λ(θ)."""
    cells = list_solved(readings, active=True)
    error, seeds = gather(cells, "multiplier_error")
    return Finding(
        (worst("error", error, seeds=seeds, below=_AGREE, digits=2),), {"cases": str(len(cells))}
    )


@claim("inactive-bound-same-loss-other-weights")
def inactive_bound_same_loss_other_weights(readings: Readings) -> Finding:
    """From random weights and θ = 1.5·θ_max: the loss of the closed form, at other weights.

    With more examples than features the minimiser is unique, and the weights agree too.
    """
    start = find_settled(readings, "random_start")
    require_fewer_examples(start)
    tall = list_solved(readings, active=False, studies=[TALL])
    if tall[0].setting.n_train <= tall[0].setting.n_features:
        raise Missing("premise", study=TALL, premise="more_examples")
    unique, seeds = gather(tall, "projected_closed")
    return Finding(
        (
            worst("excess", np.abs(start["loss_excess"]), below=_AGREE, digits=2),
            worst("away", 100 * start["projected_closed"], above=10, unit="%"),
            worst("unique", unique, seeds=seeds, below=_AGREE, digits=2),
        )
    )


@claim("descent-without-decay-finds-another-minimum")
def descent_without_decay_finds_another_minimum(readings: Readings) -> Finding:
    """From zero at λ = 0: the minimum of ‖w‖² + b², not the limit λ → 0 of the penalty."""
    cell = find_settled(readings, "undecayed_descent")
    shorter = 1 - cell["descent_squared_length"] / cell["interpolator_squared_length"]
    return Finding(
        (
            worst("near", cell["descent_augmented"], below=_AGREE, digits=2),
            worst("away", 100 * cell["descent_interpolator"], above=0.1, unit="%"),
            proved("shorter", 100 * shorter, above=0, unit="%"),
        ),
        {"left": write(float(cell["descent_end_loss"].max()), 2)},
    )


@claim("vanishing-weight-decay-picks-the-least-norm")
def vanishing_weight_decay_picks_the_least_norm(readings: Readings) -> Finding:
    """‖w*(λ) − ŵ‖/‖ŵ‖ falls with λ as far as rounding lets it."""
    cells = line_up(readings, "decay_limits", "weight_decay")
    smallest = cells[0].setting.weight_decay
    if smallest > _VANISHING:
        raise Missing("premise", study="decay_limits", premise="vanishing_decay")
    distance = stack(cells, "interpolator_distance")
    return Finding(
        (
            proved("falls", distance[:-1] / distance[1:], below=1),
            worst("near", distance[0], below=_LIMIT, digits=2),
        ),
        {
            "small": write(smallest, 1),
            "large": write_exactly(cells[-1].setting.weight_decay),
            "far": write(float(np.median(distance[-1]))),
        },
    )
