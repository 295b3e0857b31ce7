"""The soft constraint over λ: no effect at 0, one price for every bound, the two limits."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.hard import read_sweep
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_share, find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up_decays, match, stack
from wd.report.read.statistics import median_interval

_ROUNDING = 1e-12  # relative, float64
_FLOAT32 = 1e-6


def read_path(readings: Readings) -> tuple[np.ndarray, list[Reading]]:
    """Read exact ridge on the chapter's data over λ, from λ = 0 on.

    Returns:
        λ, rising, (k, 1), and the cells.

    Raises:
        Missing: If the study isn't there or has no λ = 0.
    """
    cells = line_up_decays(readings, "reference", implementation="ridge")
    return np.array([cell.setting.weight_decay for cell in cells])[:, None], cells


@claim("no-weight-decay-no-effect")
def no_weight_decay_no_effect(readings: Readings) -> Verdict:
    """At λ = 0 the optimum fits the data, and the run is that of a bound it never reaches."""
    sweep = read_sweep(readings)
    _, path = read_path(readings)
    run = find_settled(readings, "sweep", implementation="scratch", weight_decay=0)
    fenced, optimum = sweep.projected[-1], path[0]
    match(run, optimum, fenced)
    constant = find_settled(readings, "reference", implementation="constant")
    match(run, constant)
    if run.setting.n_train > run.setting.n_features:
        raise Missing("premise", study="sweep", premise="optimum_fits")
    off = [np.abs(run[name] - fenced[name]) / run["w_norm"] for name in ("w_norm", "b")]
    left = optimum["train_loss"] / constant["train_loss"]
    never = bool((run["w_norm"] < np.sqrt(sweep.theta[-1])).all())
    return Verdict(
        never and bool(np.max(off) <= _FLOAT32 and left.max() <= _ROUNDING),
        {
            "theta": write_exactly(float(sweep.theta[-1, 0])),
            "norm": write_range(run["w_norm"]),
            "off": write(float(np.max(off)), 2),
            "left": write(float(left.max()), 2),
        },
        len(run.seeds),
    )


@claim("every-bound-has-one-price")
def every_bound_has_one_price(readings: Readings) -> Verdict:
    """λ(θ) > 0 exactly where θ < θ_max, and the smaller θ is, the larger λ(θ)."""
    sweep = read_sweep(readings)
    _, path = read_path(readings)
    match(path[0], *sweep.exact)
    price = stack(sweep.exact, "multiplier")
    ceiling = path[0]["w_norm"] ** 2
    where = ((price > 0) == (sweep.theta < ceiling)).all(0)
    falling = ((np.diff(price, axis=0) < 0) | ~sweep.active[:-1]).all(0)
    share = estimate_share(where & falling)
    return Verdict(
        share[0] == 1,
        {
            "share": write_interval(share, 100),
            "active": f"{int(sweep.active.sum()):,}",
            "inactive": f"{int((~sweep.active).sum()):,}",
            "ceiling": write_range(ceiling),
            "least": write_exactly(float(sweep.theta[0, 0])),
            "price": write_interval(median_interval(price[0])),
        },
        sweep.seeds,
    )


@claim("more-weight-decay-smaller-weights")
def more_weight_decay_smaller_weights(readings: Readings) -> Verdict:
    """From each λ to the next the optimum's norm falls and its training loss rises."""
    decays, path = read_path(readings)
    norm, loss = (stack(path, name) for name in ("w_norm", "train_loss"))
    share = estimate_share(((np.diff(norm, axis=0) < 0) & (np.diff(loss, axis=0) > 0)).all(0))
    return Verdict(
        share[0] == 1,
        {
            "share": write_interval(share, 100),
            "count": str(len(path)),
            "most": write_exactly(float(decays[-1, 0])),
            "first": write_interval(median_interval(norm[0])),
            "last": write_interval(median_interval(norm[-1])),
        },
        norm.shape[1],
    )


@claim("half-the-price-is-the-slope")
def half_the_price_is_the_slope(readings: Readings) -> Verdict:
    """Every chord of v(θ) is as steep as −λ/2 somewhere between its ends.

    v is convex with slope −λ(θ)/2, so that the chord from θ to θ' > θ has a slope between −λ(θ)/2
    and −λ(θ')/2: an inequality without any approximation.
    """
    sweep = read_sweep(readings)
    price, loss = stack(sweep.exact, "multiplier"), stack(sweep.exact, "train_loss")
    chord = -2 * np.diff(loss, axis=0) / np.diff(sweep.theta, axis=0)
    slack = _ROUNDING * price[0]
    between = (chord <= price[:-1] + slack) & (chord >= price[1:] - slack)
    tested = sweep.active[:-1]
    share = estimate_share((between | ~tested).all(0))
    return Verdict(
        share[0] == 1,
        {
            "share": write_interval(share, 100),
            "chords": f"{int(tested.sum()):,}",
            "least": write_exactly(float(sweep.theta[0, 0])),
            "next": write_exactly(float(sweep.theta[1, 0])),
            "low": write(float(np.median(price[1]))),
            "chord": write_interval(median_interval(chord[0])),
            "high": write(float(np.median(price[0]))),
        },
        sweep.seeds,
    )


@claim("infinite-weight-decay-leaves-a-constant")
def infinite_weight_decay_leaves_a_constant(readings: Readings) -> Verdict:
    """At the largest λ of all: ‖w*‖ against that at 0, λ‖w*‖ settled, the constant's test loss."""
    noise_std = readings.config.setting.noise_std
    path = line_up_decays(readings, "chapter_noise", implementation="ridge", noise_std=noise_std)
    constant = find_settled(
        readings, "chapter_noise", implementation="constant", noise_std=noise_std
    )
    match(constant, *path)
    first, *positive = path
    if len(positive) < 2:
        raise Missing("premise", study="chapter_noise", premise="two_decays")
    before, last = positive[-2:]
    decay = last.setting.weight_decay
    share = last["w_norm"] / first["w_norm"]
    force = decay * last["w_norm"] / (before.setting.weight_decay * before["w_norm"]) - 1
    excess = np.abs(last["test_loss"] / constant["test_loss"] - 1)
    return Verdict(
        bool(share.max() < 0.01 and np.abs(force).max() < 0.02 and excess.max() < 0.01),
        {
            "decay": write_exactly(decay),
            "share": write_range(share, 100, digits=2),
            "before": write_exactly(before.setting.weight_decay),
            "force": write_range(force, 100, digits=2),
            "excess": write_range(excess, 100, digits=2),
        },
        len(last.seeds),
    )
