"""Hard constraint, penalty and closed form: three ways, one solution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wd.report.content.claims.hard import read_sweep
from wd.report.content.claims.soft import read_path
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import (
    estimate_share,
    find_settled,
    write_interval,
    write_range,
)
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, match, stack
from wd.report.read.statistics import median_interval

WAYS = ("projected", "penalty", "closed")
RESIDUALS = ("stationarity", "feasibility", "slackness")
WIDE, TALL = "same_thing", "same_thing_tall"
"""The studies that solve one problem by all ways: of fewer examples than features, of more."""
_AGREE = 1e-8


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
        solved = [
            cell
            for cell in line_up(readings, study, "theta_share")
            if cell.setting.theta_share != 1 and (cell.setting.theta_share < 1) == active
        ]
        if not solved:
            raise Missing("setting", study=study, setting=f"theta_share {'<' if active else '>'} 1")
        found += solved
    return found


def largest(cell: Reading, *names: str) -> np.ndarray:
    """Read numbers of a cell and take the largest of each seed, (seeds,)."""
    return np.max([cell[name] for name in names], axis=0)


@claim("hard-soft-and-closed-form-agree")
def hard_soft_and_closed_form_agree(readings: Readings) -> Verdict:
    """The largest relative distance between any two of the three solutions, per seed."""
    pairs = ("projected_closed", "penalty_closed", "projected_penalty")
    cells = list_solved(readings, active=True)
    off = np.max([largest(cell, *pairs) for cell in cells], axis=0)
    return Verdict(
        bool(off.max() <= _AGREE),
        {"cases": str(len(cells)), "off": write_range(off, digits=2), "most": write(off.max(), 2)},
        len(off),
    )


@claim("optimality-conditions-are-met")
def optimality_conditions_are_met(readings: Readings) -> Verdict:
    """The largest of the three residuals of any of the three ways, active or not, per seed."""
    active, inactive = (list_solved(readings, active=which) for which in (True, False))
    every = [f"{way}_{residual}" for way in WAYS for residual in RESIDUALS]
    own = [f"projected_{residual}" for residual in RESIDUALS]
    bites = np.max([largest(cell, *every) for cell in active], axis=0)
    rests = np.max([largest(cell, *own) for cell in inactive], axis=0)
    return Verdict(
        bool(bites.max() <= _AGREE and rests.max() <= _AGREE),
        {
            "active": write_range(bites, digits=2),
            "inactive": write_range(rests, digits=2),
            "most": write(max(bites.max(), rests.max()), 2),
        },
        len(bites),
    )


@claim("price-can-be-read-off-the-solution")
def price_can_be_read_off_the_solution(readings: Readings) -> Verdict:
    """λ estimated from the projected solution, which knows no λ, against the root λ(θ)."""
    cells = list_solved(readings, active=True)
    off = np.max([cell["multiplier_error"] for cell in cells], axis=0)
    return Verdict(
        bool(off.max() <= _AGREE),
        {"cases": str(len(cells)), "off": write_range(off, digits=2), "most": write(off.max(), 2)},
        len(off),
    )


@claim("same-curve-from-both-sides")
def same_curve_from_both_sides(readings: Readings) -> Verdict:
    """λ(θ) of the constraint lies between those λ of the penalty that lead to more and less than θ.

    No interpolation: ‖w*(λ)‖² falls with λ, so that θ ≤ ‖w*(λ_k)‖² exactly where λ(θ) ≥ λ_k.
    """
    sweep = read_sweep(readings)
    decays, path = read_path(readings)
    match(path[0], *sweep.exact)
    price = stack(sweep.exact, "multiplier")[:, None]
    reached = stack(path, "w_norm")[None] ** 2
    fits = (price >= decays) == (sweep.theta[:, None] <= reached)
    tested = sweep.active[:, None] & (decays > 0)
    share = estimate_share((fits | ~tested).all((0, 1)))
    return Verdict(
        share[0] == 1,
        {
            "share": write_interval(share, 100),
            "comparisons": f"{int(np.broadcast_to(tested, fits.shape).sum()):,}",
            "least": write_exactly(float(sweep.theta[0, 0])),
            "price": write_interval(median_interval(price[0, 0])),
        },
        sweep.seeds,
    )


@claim("inactive-bound-same-loss-other-weights")
def inactive_bound_same_loss_other_weights(readings: Readings) -> Verdict:
    """From random weights and θ = 1.5·θ_max: the loss of the closed form, at other weights.

    With more examples than features the minimiser is unique, and the weights agree too.
    """
    start = find_settled(readings, "random_start")
    excess, away = np.abs(start["loss_excess"]), start["projected_closed"]
    squared, theta = start["projected_squared_norm"], start["theta_bound"]
    unique = list_solved(readings, active=False, studies=[TALL])[-1]["projected_closed"]
    return Verdict(
        bool(
            excess.max() <= _AGREE
            and away.min() > 0.1
            and np.abs(squared / theta - 1).max() <= _AGREE
            and unique.max() <= _AGREE
        ),
        {
            "excess": write(float(excess.max()), 2),
            "away": write_range(away, 100),
            "unique": write(float(unique.max()), 2),
        },
        len(excess),
    )


@claim("descent-without-decay-finds-another-minimum")
def descent_without_decay_finds_another_minimum(readings: Readings) -> Verdict:
    """From zero at λ = 0: the minimum of ‖w‖² + b², not the limit λ → 0 of the penalty."""
    cell = find_settled(readings, "undecayed_descent")
    near, away, left, one, other = (
        cell[name]
        for name in (
            "descent_augmented",
            "descent_interpolator",
            "descent_end_loss",
            "descent_squared_length",
            "interpolator_squared_length",
        )
    )
    return Verdict(
        bool(near.max() <= _AGREE and away.min() > 1e-3 and (one < other).all()),
        {
            "near": write(float(near.max()), 2),
            "away": write_range(away, 100, digits=2),
            "left": write(float(left.max()), 2),
            "length": write_range(1 - one / other, 100, digits=2),
        },
        len(near),
    )


@claim("vanishing-weight-decay-picks-the-least-norm")
def vanishing_weight_decay_picks_the_least_norm(readings: Readings) -> Verdict:
    """‖w*(λ) − ŵ‖/‖ŵ‖ falls with λ as far as rounding lets it."""
    cells = line_up(readings, "decay_limits", "weight_decay")
    small = [cell for cell in cells if cell.setting.weight_decay < 1]
    off = stack(small, "interpolator_distance")
    return Verdict(
        bool((np.diff(off, axis=0) > 0).all() and off[0].max() <= _AGREE),
        {
            "large": write_exactly(small[-1].setting.weight_decay),
            "far": write_range(off[-1], digits=2),
            "small": write(small[0].setting.weight_decay, 1),
            "near": write_range(off[0], digits=2),
        },
        off.shape[1],
    )
