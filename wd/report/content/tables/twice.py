"""The tables of the page on hard constraint, penalty and closed form."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.twice import RESIDUALS, TOPIC, WAYS, list_scopes, split_scopes
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.tables import markdown, table

_DIGITS = 2


def _largest(readings: Readings, scope: str, name: str) -> str:
    """Write the number of the seed with the largest absolute value."""
    return write(float(np.abs(readings.fact(TOPIC, scope, name)).max()), _DIGITS)


def _median(readings: Readings, scope: str, name: str, digits: int = _DIGITS) -> str:
    return write(float(np.median(readings.fact(TOPIC, scope, name))), digits)


def _power(weight_decay: float) -> str:
    """Write a power of ten."""
    plain = 1e-4 <= weight_decay < 1e6
    return write_exactly(weight_decay) if plain else write(weight_decay, 1)


@table("three_ways")
def three_ways(readings: Readings, labels: Labels) -> str:
    """Tabulate the distances between the three solutions for each active θ."""
    small, large = sorted((readings.config.setting.n_train, readings.config.setting.n_features))
    rows = []
    for tall, size in (
        (False, f"{small}\u00a0×\u00a0{large}"),
        (True, f"{large}\u00a0×\u00a0{small}"),
    ):
        for scope in list_scopes(readings, active=True, tall=tall):
            share = scope.rpartition("_")[2]
            rows.append(
                [
                    size,
                    share,
                    _median(readings, scope, "weight_decay", 3),
                    _largest(readings, scope, "projected_closed"),
                    _largest(readings, scope, "penalty_closed"),
                    _largest(readings, scope, "multiplier_error"),
                ]
            )
    names = ("size", "share", "price", "projected_closed", "penalty_closed", "multiplier_error")
    return markdown([labels("column", name) for name in names], rows, numeric=5)


@table("kkt")
def kkt(readings: Readings, labels: Labels) -> str:
    """Tabulate the residuals of the optimality conditions for each θ and each way."""
    rows = []
    for before, share, scope in split_scopes(readings):
        if before:
            continue
        for way in WAYS if share < 1 else ("projected", "closed"):
            residuals = [_largest(readings, scope, f"{way}_{name}") for name in RESIDUALS]
            rows.append([write_exactly(share), labels("way", way), *residuals])
    header = [labels("column", name) for name in ("share", "way", *RESIDUALS)]
    return markdown(header, rows, numeric=3)


@table("limits")
def limits(readings: Readings, labels: Labels) -> str:
    """Tabulate what becomes of the penalty's solution on the way to λ = 0 and to infinity."""
    names = ("norm", "interpolator_distance", "norm_deviation")
    scopes = [scope for scope in readings.scopes(TOPIC) if scope.startswith("lambda_")]
    decays = {float(scope.removeprefix("lambda_")): scope for scope in scopes}
    rows = [
        [_power(decay), *(_median(readings, decays[decay], name) for name in names)]
        for decay in sorted(decays)
    ]
    header = [labels("column", name) for name in ("weight_decay", *names)]
    return markdown(header, rows, numeric=4)
