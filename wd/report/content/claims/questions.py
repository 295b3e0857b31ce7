"""Answers to readers' questions that no other page measures: stopping early, and more data."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import CHAPTER, DECAY, find_chapter, require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, pair, write_interval, write_range
from wd.report.read.numbers import write_exactly
from wd.report.read.parts import median
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, line_up_decays
from wd.report.read.statistics import median_interval

_MANY = 8  # times the chapter's examples
_EXPECTED = "expected_test_loss"


def _few_and_many(readings: Readings, init_std: float) -> tuple[Reading, Reading]:
    """Select runs without decay: on as many examples as in the chapter, and on the most."""
    cells = line_up(readings, "size", "n_train", init_std=init_std, weight_decay=0)
    require_chapter(*cells, besides=["n_train", "init_std"])
    few = find_settled(
        readings, "size", init_std=init_std, weight_decay=0, n_train=CHAPTER["n_train"]
    )
    many = cells[-1]
    if many.setting.n_train < _MANY * CHAPTER["n_train"]:
        raise Missing("premise", study="size", premise="many_more_examples")
    return few, many


def _times(cell: Reading, reference: Reading) -> np.ndarray:
    """What the expected test loss of each run is over that of a reference, (seeds,)."""
    return np.divide(*pair(cell, reference, _EXPECTED))


def _gain_by_stopping(cell: Reading) -> np.ndarray:
    """How far the lowest recorded test loss of each run lies below its last, in per cent."""
    _, losses = cell.curves("test_loss")
    return 100 * (1 - losses.min(axis=1) / losses[:, -1])


@claim("stopping-early-does-not-help-here")
def stopping_early_does_not_help_here(readings: Readings) -> Finding:
    """Even stopping at the best recorded epoch, chosen by the test set, gains next to nothing."""
    zero = find_settled(readings, "zero_start", init_std=0, weight_decay=0)
    require_chapter(zero, besides=["init_std"])
    bare, decayed = (
        [find_chapter(readings, name, decay) for name in ("scratch", "concise")]
        for decay in (0, DECAY)
    )
    epochs, _ = zero.curves("test_loss")
    gains = {
        name: [_gain_by_stopping(cell) for cell in cells]
        for name, cells in (("bare", bare), ("decayed", decayed), ("zero", [zero]))
    }
    return Finding(
        tuple(median(name, gain, below=1, unit="%", digits=2) for name, gain in gains.items()),
        {
            "runs": write_range(np.concatenate(gains["bare"]), digits=2),
            "zero_runs": write_range(gains["zero"][0], digits=2),
            "every": write_exactly(float(np.diff(epochs)[0])),
        },
    )


@claim("more-data-help-where-decay-does-not")
def more_data_help_where_decay_does_not(readings: Readings) -> Finding:
    """From zero, many more examples lower the test loss more than any λ of the grid does."""
    few, many = _few_and_many(readings, 0)
    bare, *decayed = line_up_decays(readings, "zero_start", init_std=0)
    require_chapter(bare, *decayed, besides=["init_std"])
    times = [_times(cell, bare) for cell in decayed]
    best = min(range(len(times)), key=lambda place: np.median(times[place]))
    return Finding(
        (
            median("data", _times(many, few), below=0.5),
            median("decay", times, above=0.9),
        ),
        {
            "few": str(few.setting.n_train),
            "many": str(many.setting.n_train),
            "best": write_interval(median_interval(times[best])),
            "best_decay": write_exactly(decayed[best].setting.weight_decay),
            "tried": str(len(decayed)),
        },
    )


@claim("more-data-cannot-erase-the-start")
def more_data_cannot_erase_the_start(readings: Readings) -> Finding:
    """From the chapter's random weights more data help too, but less than the decay does."""
    few, many = _few_and_many(readings, CHAPTER["init_std"])
    bare, decayed = (find_chapter(readings, "scratch", decay) for decay in (0, DECAY))
    constant = find_settled(
        readings, "size_exact", implementation="constant", n_train=many.setting.n_train
    )
    require_chapter(constant, besides=["n_train"])
    return Finding(
        (
            median("data", _times(many, few), above=0.1, below=0.5),
            median("decay", _times(decayed, bare), below=0.01),
        ),
        {
            "few": str(few.setting.n_train),
            "many": str(many.setting.n_train),
            "constant": write_interval(median_interval(_times(many, constant))),
        },
    )
