"""The chapter's runs, and exact optima, against the best constant: claims about what is learnt."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import DECAY, require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, pair, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, share, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, stack
from wd.report.read.statistics import median_interval

_PROGRAMS = ("scratch", "concise")
_EXPECTED = "expected_test_loss"  # over all test sets: what is judged is the optimum, not the draw


def _constant(readings: Readings) -> Reading:
    return find_settled(readings, "reference", implementation="constant")


def _over(first: Reading, second: Reading, column: str = "test_loss") -> np.ndarray:
    """The ratio of two cells' losses, pair by pair, (seeds,)."""
    return np.divide(*pair(first, second, column))


def _chapter(readings: Readings, weight_decay: float) -> list[Reading]:
    cells = [
        find_settled(readings, "chapter", implementation=name, weight_decay=weight_decay)
        for name in _PROGRAMS
    ]
    require_chapter(*cells)
    return cells


@claim("decay-lowers-the-test-loss-of-the-run")
def decay_lowers_the_test_loss_of_the_run(readings: Readings) -> Finding:
    """What the chapter shows: with its λ every run tests far better than without."""
    scratch, concise = map(_over, _chapter(readings, 0), _chapter(readings, DECAY))
    return Finding(
        (worst("scratch", scratch, above=10), worst("concise", concise, above=10)),
        {"scratch_runs": write_range(scratch), "concise_runs": write_range(concise)},
    )


@claim("decayed-run-is-worse-than-a-constant")
def decayed_run_is_worse_than_a_constant(readings: Readings) -> Finding:
    """At the chapter's λ the mean of the training targets predicts better than the model."""
    constant = _constant(readings)
    scratch, concise = (_over(cell, constant) for cell in _chapter(readings, DECAY))
    return Finding(
        (
            median("scratch", scratch, above=5),
            median("concise", concise, above=5),
            worst("least_scratch", scratch, above=1),
            worst("least_concise", concise, above=1),
        ),
        {"scratch_runs": write_range(scratch), "concise_runs": write_range(concise)},
    )


@claim("exact-ridge-beats-the-constant-a-little")
def exact_ridge_beats_the_constant_a_little(readings: Readings) -> Finding:
    """For every λ up to the chapter's the exact optimum beats the constant, by a little."""
    constant = _constant(readings)
    found = line_up(readings, "reference", "weight_decay", implementation="ridge")
    cells = [cell for cell in found if cell.setting.weight_decay <= DECAY]
    require_chapter(constant, *cells)
    ratios = [_over(cell, constant, _EXPECTED) for cell in cells]
    return Finding(
        (
            median("ratio", ratios, above=0.85),
            share("wins", [ratio < 1 for ratio in ratios], above=95),
        ),
        {
            "count": str(len(cells)),
            "worst": write_interval(max(map(median_interval, ratios))),
            "loss": write(float(np.median(cells[-1][_EXPECTED]))),
            "constant": write(float(np.median(constant[_EXPECTED]))),
        },
    )


@claim("no-decay-rescues-the-run")
def no_decay_rescues_the_run(readings: Readings) -> Finding:
    """No λ of the sweep brings either program more than a little below the constant."""
    constant = _constant(readings)
    lines = [line_up(readings, "sweep", "weight_decay", implementation=name) for name in _PROGRAMS]
    require_chapter(constant, *lines[0], *lines[1])
    scratch, concise = ([_over(cell, constant) for cell in line] for line in lines)
    best = [int(np.argmin([np.median(ratio) for ratio in ratios])) for ratios in (scratch, concise)]
    decays = [line[index].setting.weight_decay for line, index in zip(lines, best, strict=True)]
    return Finding(
        (
            median("change", [100 * (ratio - 1) for ratio in scratch], above=-5, unit="%"),
            median("scratch", scratch[best[0]], below=1),
            median("concise", concise, above=1),
        ),
        {
            "scratch_decay": write_exactly(decays[0]),
            "concise_decay": write_exactly(decays[1]),
            "tried": str(len(scratch)),
        },
    )


@claim("optimum-hardly-notices-the-decay")
def optimum_hardly_notices_the_decay(readings: Readings) -> Finding:
    """The exact optimum at the chapter's λ tests like that at the best λ in theory."""
    chosen = find_settled(readings, "reference", implementation="ridge", weight_decay=DECAY)
    require_chapter(chosen)
    theory = find_settled(readings, "best_decay", noise_std=chosen.setting.noise_std)
    formula = float(theory["formula"][0])
    best = min(
        line_up(readings, "reference", "weight_decay", implementation="ridge"),
        key=lambda cell: abs(cell.setting.weight_decay - formula),
    )
    if not 0.5 < best.setting.weight_decay / formula < 2:
        raise Missing("premise", study="reference", premise="best_decay_tried")
    change = 100 * (_over(chosen, best, _EXPECTED) - 1)
    return Finding(
        (
            median("change", change, above=-3, below=3, unit="%"),
            worst("times", DECAY / formula, seeds=len(change), above=10),
        ),
        {
            "best": write_exactly(best.setting.weight_decay),
            "runs": write_range(change),
        },
    )


@claim("more-decay-smaller-norm")
def more_decay_smaller_norm(readings: Readings) -> Finding:
    """In the sweep each larger λ gives a smaller norm, seed by seed, for both programs."""
    steps, ends = [], []
    for name in _PROGRAMS:
        cells = line_up(readings, "sweep", "weight_decay", implementation=name)
        norms = stack(cells, "w_norm")
        steps.append(norms[1:] / norms[:-1])
        ends.append(write_range(norms[0] / norms[-1]))
    return Finding(
        (
            share("scratch", (steps[0] < 1).all(axis=0), above=95),
            share("concise", (steps[1] < 1).all(axis=0), above=95),
        ),
        {"tried": str(len(cells)), "ratio": ends[0]},
    )
