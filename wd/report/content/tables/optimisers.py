"""Optimisers: the point of rest of each, and what each leaves of the start."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.gradient_noise import find_mean, list_noises
from wd.report.content.claims.optimisers import write_resting_decay
from wd.report.read.estimates import list_settled
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.tables import markdown, table

_RESTING = (
    "resting_sgd",
    "resting_nesterov",
    "resting_adam",
    "resting_independent",
    "resting_adamw",
    "resting_cautious",
)
_NOTHING = 1e-8  # per cent: a distance below it is rounding
_LEFTOVER = ("leftover_sgd", "leftover_momentum", "leftover_adam", "leftover_cautious")


@table("resting_points")
def resting_points(readings: Readings, labels: Labels) -> str:
    """Tabulate where each optimiser rests, and how far it is from there and from what was asked."""
    rows = []
    for cell in _list(readings, _RESTING):
        form, decay = cell.setting.decay_form, cell.setting.weight_decay
        if form == "cautious":
            point = labels("point", "undecayed")
        elif cell.setting.optimiser == "adam" and form != "l2":
            point = labels("point", "box", side=write(1 / decay) if decay else "∞")
        else:
            point = labels("point", "optimum", weight_decay=write_resting_decay(cell))
        rows.append(
            [
                _name(cell, labels),
                write_exactly(decay),
                point,
                write(float(cell["rest_distance"].max()), 1),
                _write_asked(cell, labels),
            ]
        )
    header = ("optimiser_form", "passed_decay", "point", "from_point", "from_asked")
    return markdown([labels("column", name) for name in header], rows, numeric=2)


@table("leftovers")
def leftovers(readings: Readings, labels: Labels) -> str:
    """Tabulate what is left of the start, measured and by theory, and the norm at the end."""
    rows = []
    for cell in _list(readings, _LEFTOVER):
        said = labels("word", "not_used")
        if cell.setting.decay_form != "cautious":
            said = write(float(np.median(cell["predicted_leftover"])))
        rows.append(
            [
                _name(cell, labels),
                write_exactly(cell.setting.weight_decay),
                write(float(np.median(cell["leftover"]))),
                said,
                write(float(np.median(cell["end_norm"]))),
            ]
        )
    header = ("optimiser_form", "passed_decay", "left", "left_said", "end_norm")
    return markdown([labels("column", name) for name in header], rows, numeric=3)


@table("noise_alone")
def noise_alone(readings: Readings, labels: Labels) -> str:
    """Tabulate what pure noise leaves of weights, and what theory says."""
    rows = []
    for cell in list_noises(readings):
        for optimiser, form, theories in (
            ("adamw", "adam_decoupled", ("adamw_said", "")),
            ("adam", "adam_l2", ("adam_said", "adam_followed")),
        ):
            rows.append(
                [
                    write_exactly(cell.setting.gradient_noise),
                    labels("optimiser", form),
                    _write_mean(*find_mean(cell, optimiser)),
                    *(
                        write(float(cell[name][0]), 4) if name else labels("word", "not_used")
                        for name in theories
                    ),
                ]
            )
    header = ("gradient_noise", "optimiser_form", "mean_left", "left_said", "left_followed")
    return markdown([labels("column", name) for name in header], rows, numeric=3)


def _write_mean(mean: float, error: float) -> str:
    """Write a mean with its standard error in per cent, where that is more than rounding."""
    share = 100 * error / mean
    return write(mean, 4) + (f" ± {write(share, 1)} %" if share > _NOTHING else "")


def _write_asked(cell: Reading, labels: Labels) -> str:
    """Write how far the end is from the optimum of λ, in per cent; a share per step is no λ."""
    if cell.setting.decay_form == "independent":
        return labels("word", "not_used")
    distance = 100 * float(np.median(cell["asked_distance"]))
    return write(distance, 2) if distance > _NOTHING else labels("word", "rounding")


def _list(readings: Readings, studies: tuple[str, ...]) -> list[Reading]:
    return [cell for study in studies for cell in list_settled(readings, study)]


def _name(cell: Reading, labels: Labels) -> str:
    """Name an optimiser with what it was given besides λ."""
    setting = cell.setting
    words = [labels("optimiser", f"{setting.optimiser}_{setting.decay_form}")]
    if setting.optimiser != "adam" and setting.momentum:
        words.append(f"μ = {write_exactly(setting.momentum)}")
    if setting.decay_form == "independent":
        words.append(f"η = {write_exactly(setting.lr)}")
    if setting.optimiser == "sgd" and setting.schedule != "constant":
        words.append(labels("schedule", setting.schedule))
    return labels("word", "list_separator").join(words)
