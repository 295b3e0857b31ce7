"""What the chapter's runs are made of: claims about their norm, their test loss, their bias."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from wd.report.content.book import DECAY, find_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, share, worst
from wd.report.read.readings import Reading, Readings
from wd.report.read.statistics import median_interval

PARTS = (
    "initialisation",
    "missing_signal",
    "overlap",
    "shrinkage",
    "unsettled",
    "bias",
    "noise",
)
"""What the expected test loss is the sum of, in the order of the page's equation."""

_PROGRAMS = ("scratch", "concise")
_FLOAT32 = 3e-6  # of ‖w⊥(0)‖: rounding of the chapter's 400 steps
_NEAR = 5.0  # per cent: how near a predicted norm has to be


def read_parts(cell: Reading) -> dict[str, np.ndarray]:
    """Read the parts of the expected test loss by name, each (seeds,)."""
    return {name: cell.measure(f"part_{name}") for name in PARTS}


def sum_parts(cell: Reading) -> np.ndarray:
    """Add the parts up, (seeds,)."""
    return reduce(np.add, read_parts(cell).values())


def _chapter(readings: Readings, weight_decay: float) -> list[Reading]:
    return [find_chapter(readings, name, weight_decay) for name in _PROGRAMS]


def _share(cell: Reading, part: str) -> np.ndarray:
    """A part of the expected test loss in per cent of the whole, (seeds,)."""
    parts = read_parts(cell)
    return 100 * parts[part] / sum(parts.values())


def _error(cell: Reading, prediction: str) -> np.ndarray:
    """How far a prediction of the norm lies above the printed one, in per cent, (seeds,)."""
    return 100 * (cell.measure(prediction) / cell["w_norm"] - 1)


@claim("null-space-follows-the-decay-alone")
def null_space_follows_the_decay_alone(readings: Readings) -> Finding:
    """The distance of each run from factor·w⊥(0), for both programs and both λ."""
    cells = [*_chapter(readings, 0), *_chapter(readings, DECAY)]
    errors = np.array([cell.measure("null_error") for cell in cells])
    left = cells[-1].measure("null_norm") / cells[-1].measure("null_start")
    return Finding(
        (worst("error", errors, below=_FLOAT32, digits=2),),
        {"left": write(100 * float(np.median(left)))},
    )


@claim("undecayed-norm-is-the-start")
def undecayed_norm_is_the_start(readings: Readings) -> Finding:
    """Without decay the printed norm is that of the initial weights' unseen part."""
    cells = _chapter(readings, 0)
    scratch, concise = (100 * (cell["w_norm"] / cell.measure("null_start") - 1) for cell in cells)
    bounds: dict[str, Any] = {"above": -1, "below": 1, "unit": "%", "digits": 2}
    return Finding(
        (worst("scratch", scratch, **bounds), worst("concise", concise, **bounds)),
        {
            "norm": write_interval(median_interval(cells[0]["w_norm"])),
            "runs": write_range(cells[0]["w_norm"]),
        },
    )


@claim("undecayed-test-loss-is-the-start")
def undecayed_test_loss_is_the_start(readings: Readings) -> Finding:
    """Without decay nearly all of the test loss comes from the initial weights."""
    cells = _chapter(readings, 0)
    scratch, concise = (_share(cell, "initialisation") for cell in cells)
    loss = cells[0]["test_loss"]
    return Finding(
        (
            median("scratch", scratch, above=99, unit="%", digits=4),
            median("concise", concise, above=99, unit="%", digits=4),
        ),
        {"loss": write_interval(median_interval(loss)), "runs": write_range(loss)},
    )


@claim("decayed-norm-is-mostly-the-start")
def decayed_norm_is_mostly_the_start(readings: Readings) -> Finding:
    """At the chapter's λ most of the squared norm is still left of the initial weights."""

    def square(cell: Reading, name: str) -> np.ndarray:
        return 100 * (cell.measure(name) / cell["w_norm"]) ** 2

    cells = _chapter(readings, DECAY)
    left, optimum = ([square(cell, name) for cell in cells] for name in ("null_norm", "ridge_norm"))
    return Finding(
        (
            median("scratch", left[0], above=90, unit="%"),
            median("concise", left[1], above=75, unit="%"),
            median("optimum", optimum, below=2, unit="%"),
        ),
        {
            "optimum_scratch": write_interval(median_interval(optimum[0])),
            "optimum_concise": write_interval(median_interval(optimum[1])),
        },
    )


@claim("scratch-norm-is-predicted")
def scratch_norm_is_predicted(readings: Readings) -> Finding:
    """√(leftover² + ridge²) meets the scratch program's printed norm at the chapter's λ."""
    errors = np.abs(_error(find_chapter(readings, "scratch", DECAY), "norm_predicted"))
    return Finding(
        (
            median("error", errors, below=1, unit="%"),
            share("close", errors < _NEAR, above=95),
        ),
        {"near": write_exactly(_NEAR), "most": write(np.percentile(errors, 95), 2)},
    )


@claim("concise-norm-is-predicted-worse")
def concise_norm_is_predicted_worse(readings: Readings) -> Finding:
    """The same formula misses the concise program's norm, and nearly always from below."""
    scratch, concise = (_error(cell, "norm_predicted") for cell in _chapter(readings, DECAY))
    return Finding(
        (
            median("times", np.abs(concise) / np.abs(scratch), above=5),
            share("low", concise < 0, above=95),
        ),
        {
            "concise": write_interval(median_interval(np.abs(concise))),
            "scratch": write_interval(median_interval(np.abs(scratch))),
            "most": write(np.percentile(np.abs(concise), 95), 2),
        },
    )


@claim("full-path-predicts-both-norms")
def full_path_predicts_both_norms(readings: Readings) -> Finding:
    """Following the bias as well predicts the norm of every run of both programs."""
    cells = _chapter(readings, DECAY)
    scratch, concise = (np.abs(_error(cell, "path_norm")) for cell in cells)
    closer = [
        error < np.abs(_error(cell, "norm_predicted"))
        for cell, error in zip(cells, (scratch, concise), strict=True)
    ]
    return Finding(
        (
            worst("scratch", scratch, below=1, unit="%", digits=2),
            worst("concise", concise, below=1, unit="%", digits=2),
            share("closer", closer, above=95),
        ),
        {
            "typical_scratch": write_interval(median_interval(scratch), digits=2),
            "typical_concise": write_interval(median_interval(concise), digits=2),
        },
    )


@claim("parts-add-up-to-the-measured-loss")
def parts_add_up_to_the_measured_loss(readings: Readings) -> Finding:
    """In each of the four cells the measured test loss is typically the sum of the parts."""
    cells = [*_chapter(readings, 0), *_chapter(readings, DECAY)]
    excess = [100 * (cell["test_loss"] / sum(read_parts(cell).values()) - 1) for cell in cells]
    return Finding(
        (median("excess", excess, above=-3, below=3, unit="%", digits=2),),
        {
            **{
                f"excess_{place}": write_interval(median_interval(each), digits=2)
                for place, each in enumerate(excess)
            },
            "runs": write_range(np.concatenate(excess)),
        },
    )


@claim("decayed-bias-ends-anywhere")
def decayed_bias_ends_anywhere(readings: Readings) -> Finding:
    """At the chapter's λ the bias, spared, often ends on the wrong side of zero."""
    cells = _chapter(readings, DECAY)
    scratch, concise = (cell["b"] * cell.setting.true_b < 0 for cell in cells)
    return Finding(
        (share("scratch", scratch, above=35), share("concise", concise, above=35)),
        {
            "scratch_runs": write_range(cells[0]["b"]),
            "concise_runs": write_range(cells[1]["b"]),
            "truth": write_exactly(cells[0].setting.true_b),
        },
    )


@claim("bias-error-dominates-concise")
def bias_error_dominates_concise(readings: Readings) -> Finding:
    """The bias's error is most of the concise program's test loss and less of scratch's."""
    cells = _chapter(readings, DECAY)
    scratch, concise = (_share(cell, "bias") for cell in cells)
    means = [100 * read_parts(cell)["bias"].mean() / sum_parts(cell).mean() for cell in cells]
    return Finding(
        (
            median("concise", concise, above=50, unit="%"),
            median("scratch", scratch, below=20, unit="%"),
        ),
        {"mean_scratch": write(means[0]), "mean_concise": write(means[1])},
    )
