"""The optimum over λ: balance of forces, degrees of freedom, and what new data say of it."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.soft import read_path
from wd.report.content.claims.twice import largest, list_solved
from wd.report.content.landscape import read_landscape
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_share, find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import match, stack
from wd.report.read.statistics import median_interval

_BALANCE = 1e-8  # as a share of the force that starts to move the weights
_CHAPTER = 3.0


@claim("forces-cancel-at-the-optimum")
def forces_cancel_at_the_optimum(readings: Readings) -> Verdict:
    """‖−∇L − λw*‖: at every optimum of the picture, and on other data for penalty and closed form.

    In the picture relative to the largest pull drawn there, else to the pull at w = 0.
    """
    drawn = read_landscape(readings)
    off, pull = (np.linalg.norm(each, axis=1) for each in (drawn.pull - drawn.decay, drawn.pull))
    pictured = off / pull.max()
    worst = np.max(
        [
            largest(cell, "penalty_stationarity", "closed_stationarity")
            for cell in list_solved(readings, active=True)
        ],
        axis=0,
    )
    return Verdict(
        bool(pictured.max() <= _BALANCE and worst.max() <= _BALANCE),
        {
            "points": str(len(pictured)),
            "pictured": write(float(pictured.max()), 2),
            "measured": write_range(worst, digits=2),
        },
        len(worst),
    )


@claim("degrees-of-freedom-fall")
def degrees_of_freedom_fall(readings: Readings) -> Verdict:
    """Degrees of freedom: the rank min(n − 1, d) at λ = 0 and falls from each λ to the next."""
    decays, path = read_path(readings)
    freedom = stack(path, "effective_dof")
    rank = min(path[0].setting.n_train - 1, path[0].setting.n_features)
    share = estimate_share(
        (np.abs(freedom[0] - rank) < 1e-9) & (np.diff(freedom, axis=0) < 0).all(0)
    )
    return Verdict(
        share[0] == 1,
        {
            "share": write_interval(share, 100),
            "rank": str(rank),
            "first": write(float(np.median(freedom[0]))),
            "most": write_exactly(float(decays[-1, 0])),
            "last": write_range(freedom[-1]),
        },
        freedom.shape[1],
    )


@claim("decay-moves-the-fit-not-the-test-loss")
def decay_moves_the_fit_not_the_test_loss(readings: Readings) -> Verdict:
    """Up to the chapter's λ: largest relative change of test loss, and norm and training loss."""
    decays, path = read_path(readings)
    within = decays[:, 0] <= _CHAPTER
    if _CHAPTER not in decays:
        raise Missing("setting", study="reference", setting=f"weight_decay = {_CHAPTER:g}")
    constant = find_settled(readings, "reference", implementation="constant")
    match(constant, *path)
    test_loss, norm, loss = (
        stack(path, name)[within] for name in ("test_loss", "w_norm", "train_loss")
    )
    change = np.abs(test_loss / test_loss[0] - 1).max(0)
    share = estimate_share(change < 0.1)
    shrunk = norm[-1] / norm[0]
    return Verdict(
        share[1] > 0.9 and bool(shrunk.max() < 0.9),
        {
            "decay": write_exactly(_CHAPTER),
            "change": write_range(change, 100, digits=2),
            "share": write_interval(share, 100),
            "shrunk": write_interval(median_interval(shrunk), 100),
            "fit": write_interval(median_interval(loss[-1] / constant["train_loss"]), 100, 2),
        },
        len(change),
    )


@claim("smaller-norm-is-not-a-better-model")
def smaller_norm_is_not_a_better_model(readings: Readings) -> Verdict:
    """The strongest decay against none, at the optimum: norm and test loss, seed by seed."""
    decays, path = read_path(readings)
    norm = path[-1]["w_norm"] / path[0]["w_norm"]
    ratio = path[-1]["test_loss"] / path[0]["test_loss"]
    share = estimate_share(ratio > 1)
    return Verdict(
        bool(norm.max() < 1) and share[1] > 0.5,
        {
            "decay": write_exactly(float(decays[-1, 0])),
            "norm": write_interval(median_interval(norm), 100),
            "ratio": write_interval(median_interval(ratio), 100),
            "share": write_interval(share, 100),
        },
        len(ratio),
    )
