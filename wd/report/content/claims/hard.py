"""The hard constraint over θ: the exact solution, and the projected program from random weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_share, find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, match, stack
from wd.report.read.statistics import median_interval

_FLOAT32 = 1e-6  # relative: rounding of the last projection and of the norm
_FLOAT64 = 1e-12


@dataclass(frozen=True)
class Sweep:
    """The study of the hard constraint.

    Attributes:
        theta: θ, rising, (k, 1).
        exact: The exact solutions over θ.
        projected: The runs of the projected program over θ.
        active: Whether the constraint is active, the multiplier λ(θ) > 0, (k, seeds).
    """

    theta: np.ndarray
    exact: list[Reading]
    projected: list[Reading]
    active: np.ndarray

    @property
    def seeds(self) -> int:
        """How many data sets."""
        return self.active.shape[1]


def read_sweep(readings: Readings) -> Sweep:
    """Read the study of the hard constraint.

    Raises:
        Missing: If it isn't there, isn't a sweep over θ alone, or no θ of it is active.
    """
    exact = line_up(readings, "hard", "theta", implementation="constrained")
    projected = line_up(readings, "hard", "theta", implementation="projected")
    match(*exact, *projected)
    active = stack(exact, "multiplier") > 0
    if not active.any():
        raise Missing("premise", study="hard", premise="some_theta_active")
    theta = np.array([cell.setting.theta for cell in exact])
    return Sweep(theta[:, None], exact, projected, active)


def _require_ends(sweep: Sweep) -> None:
    """Make sure that the smallest θ is active in all data sets, and the largest in none.

    Raises:
        Missing: If it isn't so.
    """
    if sweep.active[-1].any() or not sweep.active[0].all():
        raise Missing("premise", study="hard", premise="ends_of_theta")


@claim("norm-reaches-the-bound")
def norm_reaches_the_bound(readings: Readings) -> Verdict:
    """Where the constraint is active, ‖w‖ = √θ: per seed the largest relative distance."""
    sweep = read_sweep(readings)
    off = {
        name: np.where(sweep.active, np.abs(stack(cells, "w_norm") / np.sqrt(sweep.theta) - 1), 0)
        for name, cells in (("exact", sweep.exact), ("projected", sweep.projected))
    }
    return Verdict(
        bool(off["exact"].max() <= _FLOAT64 and off["projected"].max() <= _FLOAT32),
        {
            "active": f"{int(sweep.active.sum()):,}",
            "exact": write_range(off["exact"].max(0), digits=2),
            "projected": write_range(off["projected"].max(0), digits=2),
        },
        sweep.seeds,
    )


@claim("smaller-bound-larger-training-loss")
def smaller_bound_larger_training_loss(readings: Readings) -> Verdict:
    """From each active θ to the next larger one the norm rises and the training loss falls."""
    sweep = read_sweep(readings)
    loss, norm = (stack(sweep.exact, name) for name in ("train_loss", "w_norm"))
    ordered = (np.diff(loss, axis=0) < 0) & (np.diff(norm, axis=0) > 0)
    share = estimate_share((ordered | ~sweep.active[:-1]).all(0))
    return Verdict(
        share[0] == 1,
        {
            "share": write_interval(share, 100),
            "least": write_exactly(sweep.theta[0, 0]),
            "strong": write_interval(median_interval(loss[0])),
            "weak": write_exactly(sweep.theta[-1, 0]),
            "free": write(float(np.median(loss[-1]))),
        },
        sweep.seeds,
    )


@claim("smaller-bound-narrower-gap")
def smaller_bound_narrower_gap(readings: Readings) -> Verdict:
    """Test loss minus training loss at the smallest θ against the inactive constraint."""
    sweep = read_sweep(readings)
    _require_ends(sweep)
    gap = stack(sweep.exact, "test_loss") - stack(sweep.exact, "train_loss")
    share = estimate_share(gap[0] < gap[-1])
    return Verdict(
        share[1] > 0.95,
        {
            "least": write_exactly(sweep.theta[0, 0]),
            "ratio": write_interval(median_interval(gap[0] / gap[-1]), 100),
            "share": write_interval(share, 100),
        },
        sweep.seeds,
    )


@claim("bound-on-new-data-goes-either-way")
def bound_on_new_data_goes_either_way(readings: Readings) -> Verdict:
    """In some data sets an active bound of the grid lowers the test loss, in others none does."""
    sweep = read_sweep(readings)
    _require_ends(sweep)
    test_loss = stack(sweep.exact, "test_loss")
    best = np.where(sweep.active, test_loss, np.inf).min(0) / test_loss[-1]
    share = estimate_share(best < 1)
    return Verdict(
        share[1] > 0.05 and share[2] < 0.95,
        {
            "share": write_interval(share, 100),
            "best": write_range(best, 100),
            "strong": write_range(test_loss[0] / test_loss[-1], 100),
            "least": write_exactly(sweep.theta[0, 0]),
        },
        sweep.seeds,
    )


@claim("inactive-bound-leaves-the-start")
def inactive_bound_leaves_the_start(readings: Readings) -> Verdict:
    """Far beyond θ_max the projected run fits the data, on the ball or just inside it."""
    sweep = read_sweep(readings)
    far = _far(readings, sweep)
    constant = find_settled(readings, "reference", implementation="constant")
    match(constant, *sweep.projected)
    loss = stack(sweep.projected, "train_loss")[far] / constant["train_loss"]
    radius = (stack(sweep.projected, "w_norm") / np.sqrt(sweep.theta))[far]
    longer = stack(sweep.projected, "w_norm")[far] / stack(sweep.exact, "w_norm")[far]
    return Verdict(
        bool(loss.max() < 0.05 and radius.min() > 0.9 and radius.max() < 1 + _FLOAT32),
        {
            "least": write_exactly(float(sweep.theta[far].min())),
            "most": write_exactly(float(sweep.theta[far].max())),
            "loss": write_range(loss.max(0), 100, digits=2),
            "radius": write_range(radius.min(0), 100),
            "longer": write_interval(median_interval(longer[-1])),
        },
        sweep.seeds,
    )


@claim("inactive-bound-same-fit-other-test-loss")
def inactive_bound_same_fit_other_test_loss(readings: Readings) -> Verdict:
    """Two weight vectors within the bound that fit the training data: test loss, one over other."""
    sweep = read_sweep(readings)
    far = _far(readings, sweep)
    ratio = (stack(sweep.projected, "test_loss") / stack(sweep.exact, "test_loss"))[far]
    share = estimate_share((ratio[-1] > ratio[0]) & (ratio[-1] > 10))
    return Verdict(
        share[1] > 0.95,
        {
            "least": write_exactly(float(sweep.theta[far].min())),
            "most": write_exactly(float(sweep.theta[far].max())),
            "near": write_interval(median_interval(ratio[0])),
            "far": write_interval(median_interval(ratio[-1])),
            "share": write_interval(share, 100),
        },
        sweep.seeds,
    )


def _far(readings: Readings, sweep: Sweep) -> np.ndarray:
    """Which θ are inactive for every seed and yet cut the initial weights, (k,)."""
    bare = find_settled(readings, "sweep", implementation="scratch", weight_decay=0)
    match(bare, *sweep.projected)
    far = ~sweep.active.any(1) & (sweep.theta[:, 0] < bare["w_norm"].min() ** 2)
    if far.sum() < 2:
        raise Missing("premise", study="hard", premise="thetas_beyond")
    return far
