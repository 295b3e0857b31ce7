"""Where training diverges: the exact limit of full batches, the sufficient one of mini-batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wd.declarations import IMPLEMENTATIONS
from wd.declarations.shared import TRAINING_SET
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_share, write_interval
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, match_settings, stack
from wd.report.read.statistics import median_interval

_CLOSE = 0.001  # how near to the exact limit descent is tried, relative
_DECISIVE = {
    "limit": TRAINING_SET,
    "safe_limit": (*TRAINING_SET, "batch_size", "epochs", "batch_order"),
}
"""What decides the limits that the study `stable_rates` computes."""
_CONCISE = {"stability_concise": "stable_rates_concise"}
"""The map of the concise program, and the study with its limits."""
_SURE = 1.03  # this far beyond it a run of the study's length has left its start behind


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
    program = "concise" if study in _CONCISE else "scratch"
    scale = IMPLEMENTATIONS[program].theory.loss_scale
    source = _CONCISE.get(study, "stable_rates")
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
def full_batch_limit_is_exact(readings: Readings) -> Verdict:
    """Just below the limit the error shrinks, just above it grows, and the runs follow."""
    known = line_up(readings, "stable_rates", "weight_decay")
    below, above = stack(known, "below_factor"), stack(known, "above_factor")
    rows = read_rows(readings, "stability_full", "limit")
    early = sum(int((row.diverged & (row.share_of_limit <= 1)).sum()) for row in rows)
    late = sum(int((~row.diverged & (row.share_of_limit >= _SURE)).sum()) for row in rows)
    runs = sum(row.diverged.size for row in rows)
    return Verdict(
        bool((below < 1).all() and (above > 1).all()) and early == late == 0,
        {
            "below": write_interval(median_interval(below.max(axis=0)), digits=4),
            "above": write_interval(median_interval(above.min(axis=0)), digits=4),
            "runs": f"{runs:,}",
            "early": str(early),
            "late": str(late),
            "close": write(100 * _CLOSE),
            "sure": write(100 * (_SURE - 1)),
        },
        below.shape[1],
    )


@claim("safe-limit-is-sufficient")
def safe_limit_is_sufficient(readings: Readings) -> Verdict:
    """No mini-batch run below the sufficient limit of its batches diverges."""
    rows = read_rows(readings, "stability", "safe_limit")
    below = np.array([row.share_of_limit < 1 for row in rows])
    if not below.any(axis=1).all():
        raise Missing("premise", study="stability", premise="rates_below")
    lost = np.array([row.diverged for row in rows]) & below
    return Verdict(
        not lost.any(),
        {
            "runs": f"{below.sum():,}",
            "lost": write_interval(estimate_share(lost.any(axis=(0, 1))), 100, 2),
            "least": write_exactly(rows[0].weight_decay),
            "most": write_exactly(rows[-1].weight_decay),
        },
        rows[0].diverged.shape[1],
    )


@claim("safe-limit-is-not-necessary")
def safe_limit_is_not_necessary(readings: Readings) -> Verdict:
    """At λ = 0, 3 and 30 runs survive beyond the sufficient limit, the further the more decay."""
    survived = {}
    rows = read_rows(readings, "stability", "safe_limit")
    for row in rows:
        alive = np.where(row.diverged, 0, row.share_of_limit).max(axis=0)
        survived[row.weight_decay] = median_interval(alive)
    if lacking := [decay for decay in (0, 3, 30) if decay not in survived]:
        setting = f"weight_decay = {lacking[0]}"
        raise Missing("setting", study="stable_rates", setting=setting)
    chosen = [survived[decay] for decay in (0, 3, 30)]
    return Verdict(
        all(low > 1 for _, low, _ in chosen)
        and chosen[0][2] < chosen[1][1]
        and chosen[1][2] < chosen[2][1],
        {
            "bare": write_interval(chosen[0]),
            "three": write_interval(chosen[1]),
            "thirty": write_interval(chosen[2]),
        },
        len(rows[0].limit),
    )


@claim("some-decay-steadies-mini-batches")
def some_decay_steadies_mini_batches(readings: Readings) -> Verdict:
    """At one η beyond all safe limits: lost without decay, saved by some, lost again with much."""
    rate = 0.052
    shares = {
        decay: estimate_share(readings.cell("stability", lr=rate, weight_decay=decay).diverged)
        for decay in (0, 3, 10, 100)
    }
    return Verdict(
        shares[0][1] > 0.9 and shares[100][1] > 0.9 and shares[3][2] < 0.2 and shares[10][2] < 0.2,
        {
            "rate": write_exactly(rate),
            **{
                name: write_interval(shares[decay], 100, 2)
                for name, decay in (("bare", 0), ("three", 3), ("ten", 10), ("hundred", 100))
            },
        },
        len(readings.cells("stability")[0].seeds),
    )
