"""Two clocks: the chapter's run from zero and to convergence, and the bias spared or decayed."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import CHAPTER, DECAY, find_chapter, require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, pair, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, share, worst
from wd.report.read.readings import Missing, Reading, Readings, spread
from wd.report.read.series import line_up, line_up_decays, stack
from wd.report.read.statistics import median_interval

_QUARTER = 0.25  # of the run: by then the data's own clocks have run down
_NEAR = 10.0  # per cent: how near its end a norm counts as settled
_MUCH_LONGER = 10  # times the chapter's epochs: by then the slowest clock has run down, too
_EXPECTED = "expected_test_loss"  # over all test sets: the draw of one says nothing of the bias


def _from_zero(readings: Readings, weight_decay: float) -> Reading:
    cell = find_settled(readings, "zero_start", init_std=0, weight_decay=weight_decay)
    require_chapter(cell, besides=["init_std"])
    return cell


def _optimum(readings: Readings) -> Reading:
    cell = find_settled(readings, "reference", implementation="ridge", weight_decay=DECAY)
    require_chapter(cell)
    return cell


def _constant(readings: Readings) -> Reading:
    cell = find_settled(readings, "reference", implementation="constant")
    require_chapter(cell)
    return cell


def _after(readings: Readings, epochs: int, bias_decay: int) -> Reading:
    """Select the runs whose bias is spared or decayed, after so many epochs."""
    cell = find_settled(readings, "bias", weight_decay=DECAY, bias_decay=bias_decay, epochs=epochs)
    require_chapter(cell, besides=["epochs"])
    return cell


def _count_converged(readings: Readings) -> int:
    """Return after how many epochs the longest runs of the study of the bias end."""
    cells = line_up(readings, "bias", "epochs", weight_decay=DECAY, bias_decay=0)
    longest = cells[-1].setting.epochs
    if longest < _MUCH_LONGER * CHAPTER["epochs"]:
        raise Missing("premise", study="bias", premise="much_longer_runs")
    return longest


def _change(cell: Reading, reference: Reading, column: str = _EXPECTED) -> np.ndarray:
    """How far a number of each run lies above that of a reference, in per cent, (seeds,)."""
    return 100 * (np.divide(*pair(cell, reference, column)) - 1)


@claim("norm-still-falls-at-the-end")
def norm_still_falls_at_the_end(readings: Readings) -> Finding:
    """At the chapter's λ the scratch norm's last recorded stretch shrinks as by decay alone."""
    cell = find_chapter(readings, "scratch", DECAY)
    epochs, norms = cell.curves("w_norm")
    measured = norms[:, -1] / norms[:, -2]
    whole = cell.measure("null_predicted") / cell.measure("null_start")
    alone = whole ** ((epochs[-1] - epochs[-2]) / epochs[-1])
    return Finding(
        (
            worst("measured", measured, below=1, digits=4),
            median("pace", 100 * (measured / alone - 1), above=-1, below=1, unit="%"),
        ),
        {
            "typical": write_interval(median_interval(measured), digits=4),
            "alone": write(float(np.median(alone)), 4),
            "epochs": write_exactly(float(epochs[-1] - epochs[-2])),
        },
    )


@claim("from-zero-the-norm-settles-early")
def from_zero_the_norm_settles_early(readings: Readings) -> Finding:
    """A quarter into the run the norm is at its end from zero, far from it otherwise."""
    zero, random = _from_zero(readings, DECAY), find_chapter(readings, "scratch", DECAY)
    curves = [cell.curves("w_norm") for cell in (zero, random)]
    epochs = np.intersect1d(curves[0][0], curves[1][0])
    early = epochs[epochs <= _QUARTER * epochs[-1]][-1]
    if early == 0:
        raise Missing("premise", study="zero_start", premise="early_point")
    near, far = (norms[:, epochs == early][:, 0] / norms[:, -1] for epochs, norms in curves)
    return Finding(
        (
            share("near", np.abs(near - 1) < _NEAR / 100, above=90),
            worst("far", far, above=5),
        ),
        {
            "within": write_exactly(_NEAR),
            "epoch": write_exactly(float(early)),
            "epochs": write_exactly(float(epochs[-1])),
            "typical": write_interval(median_interval(far)),
        },
    )


@claim("from-zero-the-decay-helps-a-little")
def from_zero_the_decay_helps_a_little(readings: Readings) -> Finding:
    """From zero the decay lowers the test loss a little, as there is little to gain."""
    cells = line_up_decays(readings, "zero_start", init_std=0)
    require_chapter(*cells, besides=["init_std"])
    constant = _constant(readings)
    gains = [-_change(cell, constant) for cell in cells]
    chosen = cells.index(_from_zero(readings, DECAY))
    best = int(np.argmax([np.median(gain) for gain in gains]))
    random = [find_chapter(readings, "scratch", decay) for decay in (0, DECAY)]
    return Finding(
        (
            median("help", gains[chosen] - gains[0], above=2, below=6, unit="%"),
            median("gain", gains, below=10, unit="%"),
        ),
        {
            "bare": write_interval(median_interval(gains[0])),
            "decayed": write_interval(median_interval(gains[chosen])),
            "best": write_interval(median_interval(gains[best])),
            "best_decay": write_exactly(cells[best].setting.weight_decay),
            "tried": str(len(cells)),
            "random": write_interval(median_interval(np.divide(*pair(random[0], random[1])))),
        },
    )


@claim("from-zero-the-decay-shrinks-the-norm")
def from_zero_the_decay_shrinks_the_norm(readings: Readings) -> Finding:
    """From zero the norm falls with λ, and nearly reaches the exact optimum's."""
    cells = line_up_decays(readings, "zero_start", init_std=0)
    require_chapter(*cells, besides=["init_std"])
    norms = stack(cells, "w_norm")
    decayed = _from_zero(readings, DECAY)
    return Finding(
        (
            share("falling", np.all(np.diff(norms, axis=0) < 0, axis=0), above=95),
            median(
                "excess",
                _change(decayed, _optimum(readings), "w_norm"),
                above=-10,
                below=10,
                unit="%",
            ),
        ),
        {
            "tried": str(len(cells)),
            "bare": write(spread(norms[0])[0]),
            "decayed": write(spread(decayed["w_norm"])[0]),
        },
    )


@claim("converged-run-reaches-the-optimum")
def converged_run_reaches_the_optimum(readings: Readings) -> Finding:
    """From random weights, after many more steps, the run ends at the exact optimum."""
    epochs = _count_converged(readings)
    run, optimum = _after(readings, epochs, 0), _optimum(readings)
    loss = _change(run, optimum)
    bounds = {"above": -3, "below": 3, "unit": "%"}
    return Finding(
        (
            median("norm", _change(run, optimum, "w_norm"), **bounds),
            median("loss", loss, digits=2, **bounds),
        ),
        {
            "epochs": f"{epochs:,}",
            "chapter": write_exactly(CHAPTER["epochs"]),
            "runs": write_range(loss, digits=2),
        },
    )


@claim("sparing-the-bias-matters-little-once-converged")
def sparing_the_bias_matters_little_once_converged(readings: Readings) -> Finding:
    """After many steps, decaying the bias too costs little, but much of what was gained."""
    epochs = _count_converged(readings)
    spared, decayed = (_after(readings, epochs, share) for share in (0, 1))
    constant = _constant(readings)
    of_constant, of_spared = pair(constant, spared, _EXPECTED)
    _, of_decayed = pair(constant, decayed, _EXPECTED)
    lost = 100 * (of_decayed - of_spared) / (of_constant - of_spared)
    cost = _change(decayed, spared)
    return Finding(
        (
            median("cost", cost, above=0, below=15, unit="%"),
            median("lost", lost, above=50, unit="%"),
        ),
        {
            "epochs": f"{epochs:,}",
            "runs": write_range(cost),
            "spared": write_interval(median_interval(-_change(spared, constant))),
            "decayed": write_interval(median_interval(-_change(decayed, constant))),
        },
    )


@claim("sparing-the-bias-matters-in-the-run")
def sparing_the_bias_matters_in_the_run(readings: Readings) -> Finding:
    """After the chapter's steps, decaying the bias too helps: it ends closer to the truth."""
    spared, decayed = (_after(readings, int(CHAPTER["epochs"]), share) for share in (0, 1))
    truth = CHAPTER["true_b"]
    change = _change(decayed, spared)
    errors = [np.abs(each - truth) for each in pair(spared, decayed, "b")]
    return Finding(
        (
            median("change", change, below=0, unit="%"),
            median("errors", errors[0] / errors[1], above=1),
        ),
        {
            "epochs": write_exactly(CHAPTER["epochs"]),
            "runs": write_range(change),
            "spared": write_range(spared["b"]),
            "decayed": write_range(decayed["b"]),
            "truth": write_exactly(truth),
        },
    )
