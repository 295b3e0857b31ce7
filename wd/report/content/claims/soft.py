"""The soft constraint over λ: no effect at 0, one price for every bound, much decay."""

from __future__ import annotations

import numpy as np

from wd.declarations.shared import TRAINING
from wd.report.content.claims.hard import read_sweep, require_ends, require_fewer_examples
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import proved, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up_decays, match, match_settings, stack
from wd.report.read.statistics import median_interval

_ROUNDING = 1e-12  # relative, float64
_FLOAT32 = 1e-6
_STRONG = 100  # times d/n, the order of the eigenvalues: the limit of much decay begins about here


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
def no_weight_decay_no_effect(readings: Readings) -> Finding:
    """At λ = 0 the optimum fits the data, and the run is that of a bound it doesn't reach."""
    sweep = read_sweep(readings)
    _, path = read_path(readings)
    run = find_settled(readings, "sweep", implementation="scratch", weight_decay=0)
    constant = find_settled(readings, "reference", implementation="constant")
    fenced, optimum = sweep.projected[-1], path[0]
    match(run, optimum, fenced, constant)
    match_settings(run, fenced.setting, f"[study.{fenced.study}]", TRAINING)
    require_fewer_examples(run)
    if (run["w_norm"] >= np.sqrt(sweep.theta[-1])).any():
        raise Missing("premise", study="hard", premise="ball_holds_the_run")
    norm, bias = (np.abs(run[name] - fenced[name]) / run["w_norm"] for name in ("w_norm", "b"))
    return Finding(
        (
            worst("norm", norm, below=_FLOAT32, digits=2),
            worst("bias", bias, below=_FLOAT32, digits=2),
            proved(
                "left", optimum["train_loss"] / constant["train_loss"], below=_ROUNDING, digits=2
            ),
        ),
        {"theta": write_exactly(float(sweep.theta[-1, 0])), "runs": write_range(run["w_norm"])},
    )


@claim("every-bound-has-one-price")
def every_bound_has_one_price(readings: Readings) -> Finding:
    """λ(θ) > 0 exactly where θ < θ_max, and the smaller θ is, the larger λ(θ)."""
    sweep = read_sweep(readings)
    require_ends(sweep)
    _, path = read_path(readings)
    match(path[0], *sweep.exact)
    price = stack(sweep.exact, "multiplier")
    ceiling = path[0]["w_norm"] ** 2
    below = sweep.theta < ceiling
    return Finding(
        (
            proved("active", price[below], seeds=sweep.seeds, above=0),
            proved("inactive", price[~below], seeds=sweep.seeds, below=0, allowed=True),
            proved("grows", -np.diff(price, axis=0)[below[1:]], seeds=sweep.seeds, above=0),
        ),
        {
            "count": f"{int(below.sum()):,}",
            "beyond": f"{int((~below).sum()):,}",
            "ceiling": write_range(ceiling),
            "least": write_exactly(float(sweep.theta[0, 0])),
            "price": write_interval(median_interval(price[0])),
        },
    )


@claim("half-the-price-is-the-slope")
def half_the_price_is_the_slope(readings: Readings) -> Finding:
    """Every chord of v(θ) is as steep as −λ/2 somewhere between its ends.

    v is convex with slope −λ(θ)/2, so that the chord from θ to θ' > θ has a slope between −λ(θ)/2
    and −λ(θ')/2: an inequality without any approximation.
    """
    sweep = read_sweep(readings)
    price, loss = stack(sweep.exact, "multiplier"), stack(sweep.exact, "train_loss")
    chord = -2 * np.diff(loss, axis=0) / np.diff(sweep.theta, axis=0)
    tested = sweep.active[:-1]
    above = np.where(tested, price[:-1], np.inf)
    steep, flat = (chord / above)[tested], ((chord - price[1:]) / above)[tested]
    return Finding(
        (
            proved("steep", steep, seeds=sweep.seeds, below=1, allowed=True),
            proved("flat", flat, seeds=sweep.seeds, above=0, allowed=True),
        ),
        {
            "chords": f"{steep.size:,}",
            "least": write_exactly(float(sweep.theta[0, 0])),
            "next": write_exactly(float(sweep.theta[1, 0])),
            "low": write(float(np.median(price[1]))),
            "chord": write_interval(median_interval(chord[0])),
            "high": write(float(np.median(price[0]))),
        },
    )


@claim("infinite-weight-decay-leaves-a-constant")
def infinite_weight_decay_leaves_a_constant(readings: Readings) -> Finding:
    """At the largest λ of all: ‖w*‖ against that at 0, λ‖w*‖ settled, the constant's test loss."""
    noise_std = readings.config.first("noise_std")
    path = line_up_decays(readings, "chapter_noise", implementation="ridge", noise_std=noise_std)
    constant = find_settled(
        readings, "chapter_noise", implementation="constant", noise_std=noise_std
    )
    match(constant, *path)
    first, *positive = path
    if len(positive) < 2:
        raise Missing("premise", study="chapter_noise", premise="two_decays")
    before, last = (cell.setting.weight_decay for cell in positive[-2:])
    if before < _STRONG * first.setting.n_features / first.setting.n_train:
        raise Missing("premise", study="chapter_noise", premise="strong_decays")
    norm, earlier = positive[-1]["w_norm"], positive[-2]["w_norm"]
    excess = positive[-1]["expected_test_loss"] / constant["expected_test_loss"] - 1
    return Finding(
        (
            worst("norm", 100 * norm / first["w_norm"], below=1, unit="%"),
            worst("force", 100 * np.abs(last * norm / (before * earlier) - 1), below=2, unit="%"),
            worst("excess", 100 * np.abs(excess), below=1, unit="%"),
        ),
        {"decay": write_exactly(last), "before": write_exactly(before)},
    )
