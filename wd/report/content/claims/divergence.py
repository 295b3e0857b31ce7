"""Where training diverges: the exact limit of full batches, the sufficient one of mini-batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wd.declarations import IMPLEMENTATIONS
from wd.declarations.shared import TRAINING_SET
from wd.report.content.book import require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, proved, share, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, line_up_decays, match, match_settings, stack

_CLOSE = 0.001  # how near to the exact limit descent is tried, relative
_DECISIVE = {
    "limit": TRAINING_SET,
    "safe_limit": (*TRAINING_SET, "batch_size", "epochs", "batch_order"),
}
"""What decides the limits that the study `stable_rates` computes."""
_GROWTH = 1e10
"""How much the error's steepest part grows in a run that is sure to leave its start behind."""
_MAPS = {"scratch": "stability", "concise": "stability_concise"}
"""The maps of both programs in mini-batches."""
_CONCISE = {"stability_concise": "stable_rates_concise"}
"""The map of the concise program, and the study with its limits."""


@dataclass(frozen=True)
class Row:
    """One λ of a map of η × λ, on the seeds whose limits are known.

    Attributes:
        weight_decay: λ.
        rates: η, rising, (rates,).
        diverged: Which runs did, (rates, seeds).
        limit: Up to which η they can't, (seeds,).
    """

    weight_decay: float
    rates: np.ndarray
    diverged: np.ndarray
    limit: np.ndarray

    @property
    def share_of_limit(self) -> np.ndarray:
        """η over the limit of its run, (rates, seeds)."""
        return self.rates[:, None] / self.limit


def read_rows(readings: Readings, study: str, limit: str) -> list[Row]:
    """Read a map of η × λ with the limits that theory gives, λ rising.

    The limits are those of descent on ½·mean squared error. A program whose loss is s times that
    steps at (η, λ) as it does at (s·η, λ/s): its limit at s·λ is 1/s of the one at λ.

    Args:
        readings: The evidence.
        study: "stability", "stability_concise" or "stability_full".
        limit: "safe_limit" or "limit", of the study `stable_rates`.

    Raises:
        Missing: If a study isn't there, or the limits aren't those of its runs.
    """
    rows = []
    source, scale = find_limits(study)
    for known in line_up(readings, source, "weight_decay"):
        decay = scale * known.setting.weight_decay
        cells = sorted(readings.cells(study, weight_decay=decay), key=lambda cell: cell.setting.lr)
        require_own_limits(known, study, cells, limit)
        rates = np.array([cell.setting.lr for cell in cells])
        _, of_run, of_limit = np.intersect1d(cells[0].seeds, known.seeds, return_indices=True)
        if not of_run.size:
            raise Missing("seeds", study=study, other=f"[study.{source}]")
        diverged = np.array([cell.diverged[of_run] for cell in cells])
        rows.append(Row(decay, rates, diverged, known[limit][of_limit] / scale))
    return rows


def find_limits(study: str) -> tuple[str, float]:
    """Find the study with a map's limits, and what ½·mean squared error its loss is times."""
    program = "concise" if study in _CONCISE else "scratch"
    theory = IMPLEMENTATIONS[program].theory
    assert theory is not None
    return _CONCISE.get(study, "stable_rates"), theory.loss_scale


def require_own_limits(known: Reading, study: str, cells: Sequence[Reading], limit: str) -> None:
    """Make sure that limits are of a study's runs: of their data and, where it counts, batches.

    Args:
        known: The cell of the study `stable_rates`.
        study: The other study.
        cells: Its cells.
        limit: "safe_limit", which is of mini-batches, or "limit", which is of all examples in one.

    Raises:
        Missing: If they aren't.
    """
    for cell in cells:
        setting = cell.setting
        match_settings(cell, known.setting, f"[study.{known.study}]", _DECISIVE[limit])
        if study in _CONCISE:
            uneven = setting.n_train % setting.batch_size
            if setting.implementation != "concise" or setting.bias_decay or uneven:
                raise Missing("premise", study=study, premise="concise_alone")
        elif setting.implementation != "scratch" or setting.bias_decay:
            raise Missing("premise", study=study, premise="scratch_alone")
        if limit == "limit" and cell.setting.batch_size < cell.setting.n_train:
            raise Missing("premise", study=study, premise="full_batches")


@claim("full-batch-limit-is-exact")
def full_batch_limit_is_exact(readings: Readings) -> Finding:
    """Just below the limit the error shrinks, just above it grows, and the runs follow.

    At s times the limit the steepest part of the error is multiplied by 2s − 1 per step, so that a
    run of T steps is sure to have diverged from s = 1 + (10^(10/T) − 1)/2 on.
    """
    known = line_up(readings, "stable_rates", "weight_decay")
    rows = read_rows(readings, "stability_full", "limit")
    steps = min(cell.setting.epochs for cell in readings.cells("stability_full"))
    sure = 1 + (_GROWTH ** (1 / steps) - 1) / 2
    beyond = sum(int((row.share_of_limit >= sure).sum()) for row in rows)
    below = sum(int((row.share_of_limit <= 1).sum()) for row in rows)
    if not beyond or not below:
        raise Missing("premise", study="stability_full", premise="rates_around")
    early = sum(int((row.diverged & (row.share_of_limit <= 1)).sum()) for row in rows)
    late = sum(int((~row.diverged & (row.share_of_limit >= sure)).sum()) for row in rows)
    seeds = rows[0].diverged.shape[1]
    return Finding(
        (
            proved("below", stack(known, "below_factor"), below=1, digits=4),
            proved("above", stack(known, "above_factor"), above=1, digits=4),
            proved("early", early, seeds=seeds, below=0, allowed=True),
            worst("late", late, seeds=seeds, below=0, allowed=True),
        ),
        {
            "runs_below": f"{below:,}",
            "runs_beyond": f"{beyond:,}",
            "close": write(100 * _CLOSE),
            "sure": write(100 * (sure - 1), 2),
        },
    )


@claim("safe-limit-is-sufficient")
def safe_limit_is_sufficient(readings: Readings) -> Finding:
    """No mini-batch run below the sufficient limit of its batches diverges."""
    parts, runs = [], {}
    for program, study in _MAPS.items():
        rows = read_rows(readings, study, "safe_limit")
        below = np.array([row.share_of_limit < 1 for row in rows])
        if not below.any(axis=1).all():
            raise Missing("premise", study=study, premise="rates_below")
        lost = int((np.array([row.diverged for row in rows]) & below).sum())
        seeds = below.shape[-1]
        parts.append(proved(program, lost, seeds=seeds, below=0, allowed=True))
        runs[f"{program}_runs"] = f"{int(below.sum()):,}"
    return Finding(
        tuple(parts),
        {
            **runs,
            "least": write_exactly(rows[0].weight_decay),
            "most": write_exactly(rows[-1].weight_decay),
        },
    )


def _find_widest(known: Sequence[Reading]) -> int:
    """Find the λ between the ends whose median run diverges furthest beyond its safe limit.

    Raises:
        Missing: If there is none.
    """
    if len(known) < 3:
        raise Missing("premise", study=known[0].study, premise="much_decay")
    margins = np.median(stack(known, "onset"), axis=1)
    return 1 + int(np.argmax(margins[1:-1]))


@claim("safe-limit-is-not-necessary")
def safe_limit_is_not_necessary(readings: Readings) -> Finding:
    """Runs bear more than the sufficient limit; decay first widens that margin, then closes it."""
    known = line_up_decays(readings, "stable_rates")
    require_chapter(*known)
    largest = known[-1]
    if np.median(largest["safe_limit"]) * largest.setting.weight_decay <= 1:
        raise Missing("premise", study="stable_rates", premise="much_decay")
    onsets, widest = stack(known, "onset"), _find_widest(known)
    return Finding(
        (
            worst("each", onsets, above=1),
            median("margin", list(onsets), above=1.1),
            median("rising", list(onsets[1 : widest + 1] / onsets[:widest]), above=1, digits=4),
            median("falling", list(onsets[widest + 1 :] / onsets[widest:-1]), below=1, digits=4),
            median("over_bare", onsets[widest] / onsets[0], above=2),
            median("over_most", onsets[widest] / onsets[-1], above=2),
        ),
        {
            "decay": write_exactly(known[widest].setting.weight_decay),
            "most_decay": write_exactly(known[-1].setting.weight_decay),
            "decays": tuple(write_exactly(cell.setting.weight_decay) for cell in known),
            "margins": tuple(write(float(np.median(each))) for each in onsets),
        },
    )


@claim("some-decay-steadies-mini-batches")
def some_decay_steadies_mini_batches(readings: Readings) -> Finding:
    """At one η of each program: lost without decay, saved by some, lost again with much."""
    parts, numbers = [], dict[str, str]()
    for program, study in _MAPS.items():
        decays, rate = _find_steadied(readings, study)
        lost = [readings.cell(study, lr=rate, weight_decay=decay).diverged for decay in decays]
        parts += [
            share(f"{program}_bare", lost[0], above=80),
            share(f"{program}_some", lost[1], below=20, digits=2),
            share(f"{program}_much", lost[2], above=80),
        ]
        numbers |= {
            f"{program}_rate": write_exactly(rate),
            f"{program}_decay": write_exactly(decays[1]),
            f"{program}_most": write_exactly(decays[2]),
        }
    return Finding(tuple(parts), numbers)


def _find_steadied(readings: Readings, study: str) -> tuple[list[float], float]:
    """Find where some decay saves what diverges without.

    Returns:
        λ = 0, the λ that widens the margin most and the largest; and the η of the map that is
        nearest to the middle, on a logarithmic scale, between where typical runs diverge at the
        first two.

    Raises:
        Missing: If there is no η between the two, or the largest λ isn't too large for it.
    """
    source, scale = find_limits(study)
    known = line_up_decays(readings, source)
    require_chapter(*known)
    cells = [known[0], known[_find_widest(known)], known[-1]]
    decays = [scale * cell.setting.weight_decay for cell in cells]
    for cell, decay in zip(cells, decays, strict=True):
        require_own_limits(cell, study, readings.cells(study, weight_decay=decay), "safe_limit")
    onsets = [np.median(cell["safe_limit"] * cell["onset"]) / scale for cell in cells[:2]]
    rates = {cell.setting.lr for cell in readings.cells(study, weight_decay=0)}
    rate = min(rates, key=lambda each: abs(np.log(each**2 / np.prod(onsets))))
    if not min(onsets) < rate < max(onsets):
        raise Missing("premise", study=study, premise="rate_between")
    if rate * decays[-1] <= 2:
        raise Missing("premise", study=study, premise="decay_too_large")
    return decays, rate


@claim("concise-bears-half-the-rate")
def concise_bears_half_the_rate(readings: Readings) -> Finding:
    """Without decay a concise run diverges where that of scratch does at twice the rate.

    At one η scratch loses no run and concise all of them: the one of both maps that is nearest to
    the middle, on a logarithmic scale, between where their typical runs diverge.
    """
    maps, onsets = [], []
    for study in _MAPS.values():
        source, scale = find_limits(study)
        [known] = readings.cells(source, weight_decay=0)
        maps.append({cell.setting.lr: cell for cell in readings.cells(study, weight_decay=0)})
        require_own_limits(known, study, list(maps[-1].values()), "safe_limit")
        require_chapter(*maps[-1].values(), besides=["lr"])
        onsets.append(np.median(known["safe_limit"] * known["onset"]) / scale)
    scratch, concise = maps
    pairs = [(concise[rate], scratch[2 * rate]) for rate in concise if 2 * rate in scratch]
    shared = [rate for rate in concise if rate in scratch and onsets[1] < rate < onsets[0]]
    if not pairs or not shared:
        raise Missing("premise", study=_MAPS["concise"], premise="rates_doubled")
    for each in pairs:
        match(*each)
    rate = min(shared, key=lambda each: abs(np.log(each**2 / np.prod(onsets))))
    lost, survived = scratch[rate].diverged.sum(), (~concise[rate].diverged).sum()
    seeds = len(scratch[rate].seeds)
    return Finding(
        (
            share("same", [one.diverged == other.diverged for one, other in pairs], above=80),
            worst("scratch", lost, seeds=seeds, below=0, allowed=True),
            worst("concise", survived, seeds=seeds, below=0, allowed=True),
        ),
        {"rate": write_exactly(rate), "rates": str(len(pairs))},
    )
