"""Two programs: their agreement, what each broken convention does, and λ in every convention."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.two_programs import BROKEN, DECAYS, find_broken, find_pair
from wd.report.read.estimates import find_settled, pair, write_interval
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.statistics import median_interval
from wd.report.read.tables import markdown, table

_COLUMNS = ("w_norm", "b", "train_loss", "test_loss")
_CONVENTIONS = (
    "sgd_half_mse",
    "sgd_mse",
    "sgd_mse_unconverted",
    "ridge",
    "ridge_unconverted",
    "linear_regression",
    "adam_l2",
    "adamw",
)
_WIDE = ("ridge", "linear_regression")
"""Conventions that are tried on the chapter's sizes as well."""


@table("matched")
def matched(readings: Readings, labels: Labels) -> str:
    """Tabulate how far the matched programs are apart in each recorded number."""
    rows = []
    for decay in DECAYS:
        scratch, concise = find_pair(readings, "matched", decay)
        for column in _COLUMNS:
            one, other = pair(scratch, concise, column)
            rows.append(
                [
                    write_exactly(scratch.setting.weight_decay),
                    labels("recorded", column),
                    write(float(np.median(np.abs(one)))),
                    write(float(np.abs(other - one).max()), 2),
                ]
            )
    header = ("weight_decay", "recorded", "typical", "largest_difference")
    return markdown([labels("column", name) for name in header], rows, numeric=2)


@table("broken")
def broken(readings: Readings, labels: Labels) -> str:
    """Tabulate the effect of each broken convention at λ = 3, seed by seed."""
    rows = []
    for name in BROKEN:
        scratch, concise = find_broken(readings, name)
        for column in _COLUMNS:
            one, other = pair(scratch, concise, column)
            rows.append(
                [
                    labels("broken", name) if column == _COLUMNS[0] else "",
                    labels("recorded", column),
                    write(float(np.median(one))),
                    write_interval(median_interval(other - one), digits=2),
                    write_interval(median_interval(np.abs(other - one)), digits=2),
                ]
            )
    header = ("broken", "recorded", "scratch_median", "paired_difference", "absolute_difference")
    return markdown([labels("column", name) for name in header], rows, numeric=3)


@table("conventions")
def conventions(readings: Readings, labels: Labels) -> str:
    """Tabulate what was passed to each library for λ, and how far it ended from the optimum."""
    shown = [
        *((name, "conventions", name) for name in _CONVENTIONS),
        *((f"wide_{name}", "conventions_wide", name) for name in _WIDE),
    ]
    rows = []
    for label, study, name in sorted(shown, key=lambda each: _CONVENTIONS.index(each[2])):
        cell = find_settled(readings, study, convention=name)
        decay = 0.0 if name == "linear_regression" else cell.setting.weight_decay
        rows.append(
            [
                labels("convention", label),
                labels("convention_rule", label),
                write_exactly(decay),
                _passed(cell, labels),
                write(float(np.median(cell["distance"])), 2),
                write(cell["distance"].max(), 2),
            ]
        )
    header = ("library", "rule", "asked", "passed", "distance", "largest")
    return markdown([labels("column", name) for name in header], rows, numeric=4)


def _passed(cell: Reading, labels: Labels) -> str:
    """What the library was given; some take no λ at all."""
    try:
        return write_exactly(float(cell["passed"][0]))
    except Missing:
        return labels("word", "not_used")
