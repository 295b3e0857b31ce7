"""The tables of the page on hard constraint, penalty and closed form."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.twice import RESIDUALS, TALL, WAYS, WIDE, list_solved
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.series import line_up
from wd.report.read.tables import markdown, table

_DIGITS = 2


def _largest(cell: Reading, name: str) -> str:
    """Write the number of the seed with the largest absolute value."""
    return write(float(np.abs(cell[name]).max()), _DIGITS)


def _median(cell: Reading, name: str, digits: int = _DIGITS) -> str:
    return write(float(np.median(cell[name])), digits)


def _power(weight_decay: float) -> str:
    """Write a power of ten."""
    plain = 1e-4 <= weight_decay < 1e6
    return write_exactly(weight_decay) if plain else write(weight_decay, 1)


@table("three_ways")
def three_ways(readings: Readings, labels: Labels) -> str:
    """Tabulate the distances between the three solutions for each active θ."""
    rows = [
        [
            f"{cell.setting.n_train}\u00a0×\u00a0{cell.setting.n_features}",
            write_exactly(cell.setting.theta_share),
            _median(cell, "decay_of_theta", 3),
            _largest(cell, "projected_closed"),
            _largest(cell, "penalty_closed"),
            _largest(cell, "multiplier_error"),
        ]
        for study in (WIDE, TALL)
        for cell in list_solved(readings, active=True, studies=[study])
    ]
    names = ("size", "share", "price", "projected_closed", "penalty_closed", "multiplier_error")
    return markdown([labels("column", name) for name in names], rows, numeric=5)


@table("kkt")
def kkt(readings: Readings, labels: Labels) -> str:
    """Tabulate the residuals of the optimality conditions for each θ and each way."""
    rows = []
    for cell in line_up(readings, WIDE, "theta_share"):
        share = cell.setting.theta_share
        for way in WAYS if share < 1 else ("projected", "closed"):
            residuals = [_largest(cell, f"{way}_{name}") for name in RESIDUALS]
            rows.append([write_exactly(share), labels("way", way), *residuals])
    header = [labels("column", name) for name in ("share", "way", *RESIDUALS)]
    return markdown(header, rows, numeric=3)


@table("limits")
def limits(readings: Readings, labels: Labels) -> str:
    """Tabulate what becomes of the penalty's solution on the way to λ = 0 and to infinity."""
    names = ("optimum_norm", "interpolator_distance", "norm_deviation")
    rows = [
        [_power(cell.setting.weight_decay), *(_median(cell, name) for name in names)]
        for cell in line_up(readings, "decay_limits", "weight_decay")
    ]
    header = [labels("column", name) for name in ("weight_decay", *names)]
    return markdown(header, rows, numeric=4)
