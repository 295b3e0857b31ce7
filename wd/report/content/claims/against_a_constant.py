"""The chapter's runs, and exact optima, against the best constant: claims about what is learnt."""

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
from wd.report.read.readings import Reading, Readings
from wd.report.read.series import line_up, stack

_PROGRAMS = ("scratch", "concise")


def _constant(readings: Readings) -> Reading:
    return find_settled(readings, "reference", implementation="constant")


@claim("decay-lowers-the-test-loss-of-the-run")
def decay_lowers_the_test_loss_of_the_run(readings: Readings) -> Verdict:
    """What the chapter shows: with λ = 3 every run tests far better than without."""
    ratios = []
    for name in _PROGRAMS:
        bare, decayed = (
            find_settled(readings, "chapter", implementation=name, weight_decay=decay)
            for decay in (0, 3)
        )
        ratios.append(np.divide(*pair(bare, decayed)))
    better = [estimate_share(ratio > 10) for ratio in ratios]
    return Verdict(
        all(low >= 0.99 for _, low, _ in better),
        {
            "scratch": write_range(ratios[0]),
            "concise": write_range(ratios[1]),
            "better": write_interval(min(better), 100, 4),
        },
        len(ratios[0]),
    )


@claim("decayed-run-is-worse-than-a-constant")
def decayed_run_is_worse_than_a_constant(readings: Readings) -> Verdict:
    """At λ = 3 the mean of the training targets predicts better than the trained model."""
    constant = _constant(readings)
    cells = [
        find_settled(readings, "chapter", implementation=name, weight_decay=3) for name in _PROGRAMS
    ]
    worse = [estimate_share(np.greater(*pair(cell, constant))) for cell in cells]
    ratios = [estimate_ratio(cell, constant) for cell in cells]
    return Verdict(
        all(low >= 0.95 for _, low, _ in worse) and all(low > 2 for _, low, _ in ratios),
        {
            "worse_scratch": write_interval(worse[0], 100),
            "worse_concise": write_interval(worse[1], 100),
            "scratch": write_interval(ratios[0]),
            "concise": write_interval(ratios[1]),
        },
        len(pair(cells[0], constant)[0]),
    )


@claim("exact-ridge-beats-the-constant-a-little")
def exact_ridge_beats_the_constant_a_little(readings: Readings) -> Verdict:
    """For every λ up to 3 the exact optimum beats the constant, by less than 15 % in the median."""
    constant = _constant(readings)
    cells = [
        cell
        for cell in line_up(readings, "reference", "weight_decay", implementation="ridge")
        if cell.setting.weight_decay <= 3
    ]
    ratios = [estimate_ratio(cell, constant) for cell in cells]
    wins = [estimate_share(np.less(*pair(cell, constant))) for cell in cells]
    return Verdict(
        all(low > 0.85 and high < 1 for _, low, high in ratios),
        {
            "count": str(len(cells)),
            "best": write_interval(min(ratios)),
            "worst": write_interval(max(ratios)),
            "wins": write_interval(min(wins), 100),
            "loss": write(float(np.median(cells[-1]["test_loss"]))),
            "constant": write(float(np.median(constant["test_loss"]))),
        },
        len(constant.seeds),
    )


@claim("no-decay-rescues-the-run")
def no_decay_rescues_the_run(readings: Readings) -> Verdict:
    """No λ of the sweep brings either program below the constant by more than 5 %."""
    constant = _constant(readings)
    ratios = {
        name: [
            (estimate_ratio(cell, constant), cell.setting.weight_decay)
            for cell in line_up(readings, "sweep", "weight_decay", implementation=name)
        ]
        for name in _PROGRAMS
    }
    scratch, concise = (min(ratios[name]) for name in _PROGRAMS)
    return Verdict(
        scratch[0][1] > 0.95 and concise[0][1] > 1,
        {
            "scratch": write_interval(scratch[0]),
            "scratch_decay": write_exactly(scratch[1]),
            "concise": write_interval(concise[0]),
            "concise_decay": write_exactly(concise[1]),
            "tried": str(len(ratios["scratch"])),
        },
        len(constant.seeds),
    )


@claim("optimum-hardly-notices-the-decay")
def optimum_hardly_notices_the_decay(readings: Readings) -> Verdict:
    """On these data the exact optimum at λ = 3 tests within 3 % of that at the best λ."""
    best, chosen = (
        find_settled(readings, "reference", implementation="ridge", weight_decay=decay)
        for decay in (0.05, 3)
    )
    ratio = estimate_ratio(chosen, best)
    return Verdict(
        ratio[1] > 0.97 and ratio[2] < 1.03,
        {"ratio": write_interval(ratio), "runs": write_range(np.divide(*pair(chosen, best)))},
        len(best.seeds),
    )


@claim("more-decay-smaller-norm")
def more_decay_smaller_norm(readings: Readings) -> Verdict:
    """In the sweep each larger λ gives a smaller norm, seed by seed, for both programs."""
    falling, ends = [], []
    for name in _PROGRAMS:
        cells = line_up(readings, "sweep", "weight_decay", implementation=name)
        norms = stack(cells, "w_norm")
        falling.append(estimate_share((np.diff(norms, axis=0) < 0).all(axis=0)))
        ends.append(write_range(norms[0] / norms[-1]))
    return Verdict(
        all(low >= 0.95 for _, low, _ in falling),
        {
            "scratch": write_interval(falling[0], 100),
            "concise": write_interval(falling[1], 100),
            "tried": str(len(cells)),
            "ratio": ends[0],
        },
        len(cells[0].seeds),
    )
