"""Two clocks: the chapter's run from zero and to convergence, and the bias spared or decayed."""

from __future__ import annotations

import numpy as np

from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import (
    estimate_ratio,
    estimate_share,
    find_settled,
    pair,
    write_interval,
    write_range,
)
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.series import line_up_decays, stack
from wd.report.read.statistics import median_interval

_QUARTER = 0.25  # of the run: by then the data's own clocks have run down


@claim("norm-still-falls-at-the-end")
def norm_still_falls_at_the_end(readings: Readings) -> Verdict:
    """At λ = 3 the scratch norm's last recorded stretch shrinks by the decay's own factor."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    epochs, norms = cell.curves("w_norm")
    measured = norms[:, -1] / norms[:, -2]
    whole = cell.measure("null_predicted") / cell.measure("null_start")
    alone = whole ** ((epochs[-1] - epochs[-2]) / epochs[-1])
    ratio = median_interval(measured / alone)
    return Verdict(
        ratio[1] > 0.99 and ratio[2] < 1.01,
        {
            "measured": write_interval(median_interval(measured), digits=4),
            "alone": write(float(np.median(alone)), 4),
            "epochs": write_exactly(float(epochs[-1] - epochs[-2])),
        },
        len(cell.seeds),
    )


@claim("from-zero-the-norm-settles-early")
def from_zero_the_norm_settles_early(readings: Readings) -> Verdict:
    """A quarter into the run at λ = 3 the norm is at its end from zero, far from it otherwise."""
    zero = find_settled(readings, "zero_start", weight_decay=3)
    random = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    ratios = []
    for cell in (zero, random):
        epochs, norms = cell.curves("w_norm")
        early = int(np.abs(epochs - _QUARTER * epochs[-1]).argmin())
        ratios.append(norms[:, early] / norms[:, -1])
    near = estimate_share(np.abs(ratios[0] - 1) <= 0.1)
    far = median_interval(ratios[1])
    return Verdict(
        near[1] >= 0.9 and far[1] > 5,
        {
            "epoch": write_exactly(float(epochs[early])),
            "near": write_interval(near, 100),
            "far": write_interval(far),
            "random_seeds": f"{len(random.seeds):,}",
        },
        len(zero.seeds),
    )


@claim("from-zero-the-decay-hardly-matters")
def from_zero_the_decay_hardly_matters(readings: Readings) -> Verdict:
    """From zero no λ up to 100 moves the median test loss by more than 6 % from that at λ = 0."""
    bare, *cells = line_up_decays(readings, "zero_start")
    ratios = [estimate_ratio(cell, bare) for cell in cells]
    random = [
        find_settled(readings, "chapter", implementation="scratch", weight_decay=decay)
        for decay in (0, 3)
    ]
    return Verdict(
        all(low > 0.94 and high < 1.06 for _, low, high in ratios),
        {
            "lowest": write_interval(min(ratios)),
            "lowest_decay": write_exactly(cells[ratios.index(min(ratios))].setting.weight_decay),
            "highest": write_interval(max(ratios)),
            "highest_decay": write_exactly(cells[ratios.index(max(ratios))].setting.weight_decay),
            "random": write_interval(estimate_ratio(*random)),
        },
        len(bare.seeds),
    )


@claim("from-zero-the-decay-shrinks-the-norm")
def from_zero_the_decay_shrinks_the_norm(readings: Readings) -> Verdict:
    """From zero the norm falls with λ, and at λ = 3 the exact optimum's is nearly reached."""
    norms = stack(line_up_decays(readings, "zero_start"), "w_norm")
    falling = estimate_share((np.diff(norms, axis=0) < 0).all(axis=0))
    three = find_settled(readings, "zero_start", weight_decay=3)
    ridge = find_settled(readings, "reference", implementation="ridge", weight_decay=3)
    ratio = estimate_ratio(three, ridge, "w_norm")
    return Verdict(
        falling[1] >= 0.95 and ratio[1] > 0.9 and ratio[2] < 1.1,
        {
            "falling": write_interval(falling, 100),
            "ratio": write_interval(ratio),
            "bare": write(spread(norms[0])[0]),
            "three": write(spread(three["w_norm"])[0]),
        },
        len(three.seeds),
    )


@claim("converged-run-reaches-the-optimum")
def converged_run_reaches_the_optimum(readings: Readings) -> Verdict:
    """From random weights, after 15 times the steps, λ = 3 ends at the exact optimum."""
    run = find_settled(readings, "bias", weight_decay=3, bias_decay=0, epochs=1500)
    ridge = find_settled(readings, "reference", implementation="ridge", weight_decay=3)
    norm, loss = (estimate_ratio(run, ridge, column) for column in ("w_norm", "test_loss"))
    return Verdict(
        abs(norm[0] - 1) < 0.03 and abs(loss[0] - 1) < 0.03 and loss[2] < 1.05,
        {
            "norm": write_interval(norm, digits=4),
            "loss": write_interval(loss, digits=4),
            "runs": write_range(np.divide(*pair(run, ridge))),
        },
        len(run.seeds),
    )


@claim("sparing-the-bias-matters-little-once-converged")
def sparing_the_bias_matters_little_once_converged(readings: Readings) -> Verdict:
    """After many steps, decaying the bias too raises the median test loss by less than 15 %."""
    spared, decayed = (
        find_settled(readings, "bias", weight_decay=3, bias_decay=share, epochs=1500)
        for share in (0, 1)
    )
    ratio = estimate_ratio(decayed, spared)
    constant = find_settled(readings, "reference", implementation="constant")
    return Verdict(
        ratio[1] > 1 and ratio[2] < 1.15,
        {
            "ratio": write_interval(ratio),
            "runs": write_range(np.divide(*pair(decayed, spared))),
            "spared": write_interval(estimate_ratio(spared, constant)),
            "decayed": write_interval(estimate_ratio(decayed, constant)),
        },
        len(spared.seeds),
    )


@claim("sparing-the-bias-matters-in-the-run")
def sparing_the_bias_matters_in_the_run(readings: Readings) -> Verdict:
    """After the chapter's steps, decaying the bias too lowers the test loss and calms the bias."""
    spared, decayed = (
        find_settled(readings, "bias", weight_decay=3, bias_decay=share, epochs=100)
        for share in (0, 1)
    )
    ratio = estimate_ratio(decayed, spared)
    widths = [np.subtract(*np.percentile(cell["b"], [95, 5])) for cell in (spared, decayed)]
    return Verdict(
        ratio[2] < 1 and widths[0] > 5 * widths[1],
        {
            "ratio": write_interval(ratio),
            "runs": write_range(np.divide(*pair(decayed, spared))),
            "spared": write_range(spared["b"]),
            "decayed": write_range(decayed["b"]),
            "truth": write_exactly(spared.setting.true_b),
        },
        len(spared.seeds),
    )
