"""The hard constraint over θ: the exact solution, and the projected program from random weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, proved, share, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, match, stack
from wd.report.read.statistics import median_interval

_FLOAT32 = 1e-6  # relative: rounding of the last projection and of the norm
_FLOAT64 = 1e-12
_EXPECTED = "expected_test_loss"


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


def require_fewer_examples(cell: Reading) -> None:
    """Make sure that there are fewer training examples than features, so that many weights fit.

    Raises:
        Missing: If it isn't so.
    """
    if cell.setting.n_train >= cell.setting.n_features:
        raise Missing("premise", study=cell.study, premise="fewer_examples")


def require_ends(sweep: Sweep) -> None:
    """Make sure that the smallest θ is active in all data sets, and the largest in none.

    Raises:
        Missing: If it isn't so.
    """
    if sweep.active[-1].any() or not sweep.active[0].all():
        raise Missing("premise", study="hard", premise="ends_of_theta")


@claim("norm-reaches-the-bound")
def norm_reaches_the_bound(readings: Readings) -> Finding:
    """Where the constraint is active, ‖w‖ = √θ: the relative distance of each data set and θ."""
    sweep = read_sweep(readings)
    exact, projected = (
        np.where(sweep.active, np.abs(stack(cells, "w_norm") / np.sqrt(sweep.theta) - 1), 0)
        for cells in (sweep.exact, sweep.projected)
    )
    return Finding(
        (
            proved("exact", exact[sweep.active], seeds=sweep.seeds, below=_FLOAT64, digits=2),
            share("projected", projected.max(axis=0) < _FLOAT32, above=95),
        ),
        {"active": f"{int(sweep.active.sum()):,}", "farthest": write(float(projected.max()))},
    )


@claim("smaller-bound-larger-training-loss")
def smaller_bound_larger_training_loss(readings: Readings) -> Finding:
    """From each active θ to the next larger one the norm rises and the training loss falls."""
    sweep = read_sweep(readings)
    loss, norm = (stack(sweep.exact, name) for name in ("train_loss", "w_norm"))
    active = sweep.active[:-1]
    saved = 100 * (1 - loss[1:] / np.where(loss > 0, loss, np.inf)[:-1])[active]
    longer = 100 * (norm[1:] / norm[:-1] - 1)[active]
    return Finding(
        (
            proved("loss", saved, seeds=sweep.seeds, above=0, unit="%"),
            proved("norm", longer, seeds=sweep.seeds, above=0, unit="%"),
        ),
        {
            "steps": f"{saved.size:,}",
            "least": write_exactly(sweep.theta[0, 0]),
            "strong": write_interval(median_interval(loss[0])),
            "weak": write_exactly(sweep.theta[-1, 0]),
            "free": write(float(np.median(loss[-1]))),
        },
    )


@claim("smaller-bound-narrower-gap")
def smaller_bound_narrower_gap(readings: Readings) -> Finding:
    """Expected test loss minus training loss, at the smallest θ against the inactive constraint."""
    sweep = read_sweep(readings)
    require_fewer_examples(sweep.exact[0])
    require_ends(sweep)
    strong, free = (
        np.abs(cell[_EXPECTED] - cell["train_loss"]) for cell in (sweep.exact[0], sweep.exact[-1])
    )
    ratio = 100 * strong / free
    return Finding(
        (
            worst("each", ratio, below=100, unit="%"),
            median("typical", ratio, below=75, unit="%"),
        ),
        {"least": write_exactly(sweep.theta[0, 0])},
    )


@claim("bound-on-new-data-goes-either-way")
def bound_on_new_data_goes_either_way(readings: Readings) -> Finding:
    """In some data sets an active bound of the grid lowers the test loss, in others none does."""
    sweep = read_sweep(readings)
    require_ends(sweep)
    loss = stack(sweep.exact, _EXPECTED)
    best = np.where(sweep.active, loss, np.inf).min(0) / loss[-1]
    return Finding(
        (
            share("helps", best < 1, above=10),
            share("helpless", best >= 1, above=50),
            worst("gain", 100 * (1 - best), below=10, unit="%"),
        ),
        {
            "best": write_range(best, 100),
            "strong": write_range(loss[0] / loss[-1], 100),
            "least": write_exactly(sweep.theta[0, 0]),
        },
    )


@claim("inactive-bound-leaves-the-start")
def inactive_bound_leaves_the_start(readings: Readings) -> Finding:
    """Far beyond θ_max the projected run fits the data, on the ball or just inside it.

    What a random start has outside the space of the examples, (1 − n/d)θ of the squared norm after
    the first projection, stays unless another projection shortens it.
    """
    sweep = read_sweep(readings)
    far = _far(readings, sweep)
    setting = sweep.projected[0].setting
    left = 1 - setting.n_train / setting.n_features
    norm = stack(sweep.projected, "w_norm")[far]
    longer = norm / stack(sweep.exact, "w_norm")[far]
    return Finding(
        (
            median("loss", _share_of_constant(readings, sweep, far), below=5, unit="%"),
            worst("inside", norm**2 / (left * sweep.theta[far]), above=0.8),
            worst("longer", longer, above=1),
        ),
        {
            "least": write_exactly(float(sweep.theta[far].min())),
            "most": write_exactly(float(sweep.theta[far].max())),
            "farthest": write_interval(median_interval(longer[-1])),
        },
    )


@claim("inactive-bound-same-fit-other-test-loss")
def inactive_bound_same_fit_other_test_loss(readings: Readings) -> Finding:
    """Two weight vectors within the bound that fit the training data: test loss, one over other."""
    sweep = read_sweep(readings)
    far = _far(readings, sweep)
    ratio = (stack(sweep.projected, _EXPECTED) / stack(sweep.exact, _EXPECTED))[far]
    return Finding(
        (
            median("fit", _share_of_constant(readings, sweep, far)[-1], below=5, unit="%"),
            worst("loss", ratio[-1], above=10),
        ),
        {
            "least": write_exactly(float(sweep.theta[far].min())),
            "most": write_exactly(float(sweep.theta[far].max())),
            "near": write_interval(median_interval(ratio[0])),
            "far": write_interval(median_interval(ratio[-1])),
        },
    )


def _far(readings: Readings, sweep: Sweep) -> np.ndarray:
    """Which θ are inactive for every seed and yet cut the initial weights, (k,)."""
    require_fewer_examples(sweep.projected[0])
    bare = find_settled(readings, "sweep", implementation="scratch", weight_decay=0)
    match(bare, *sweep.projected)
    far = ~sweep.active.any(1) & (sweep.theta[:, 0] < bare["w_norm"].min() ** 2)
    if far.sum() < 2:
        raise Missing("premise", study="hard", premise="thetas_beyond")
    return far


def _share_of_constant(readings: Readings, sweep: Sweep, far: np.ndarray) -> np.ndarray:
    """Training loss of the projected program in per cent of the best constant's, (k, seeds)."""
    constant = find_settled(readings, "reference", implementation="constant")
    match(constant, *sweep.projected)
    return 100 * stack(sweep.projected, "train_loss")[far] / constant["train_loss"]
