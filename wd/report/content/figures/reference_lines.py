"""The lines that every loss is to be compared with: what can be had without training.

Best constant, exact ridge, the interpolation of least norm, and the noise floor ½σ²: each with
dashes of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from wd.config import Setting
from wd.declarations import DATA
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.style import Style

_DASHES = {
    "constant": (0, (7, 3)),
    "interpolation": (0, (1, 1.7)),
    "ridge": (0, (7, 2, 1.5, 2)),
    "noise_floor": (0, (3, 1.5, 1, 1.5, 1, 1.5)),
}
_NOTHING = 1e-12  # a loss below this is zero up to rounding: no place for it on a logarithmic axis


@dataclass(frozen=True)
class Line:
    """A loss to compare with.

    Attributes:
        name: constant, interpolation, ridge or noise_floor.
        value: The median loss over the seeds; ½σ² for the noise floor.
        weight_decay: λ of exact ridge, None for the others.
    """

    name: str
    value: float
    weight_decay: float | None = None


def find_lines(
    readings: Readings,
    setting: Setting,
    column: str = "test_loss",
    weight_decays: Sequence[float] | None = None,
) -> list[Line]:
    """Find the lines that belong to a setting's data; those that this build lacks are left out.

    Args:
        readings: The evidence.
        setting: Whose data the lines are about.
        column: "test_loss" or "train_loss".
        weight_decays: λ of the ridge lines; by default that of the setting where it isn't 0.

    Returns:
        The lines, without losses that are zero but for rounding.
    """
    if weight_decays is None:
        weight_decays = [setting.weight_decay] if setting.weight_decay else []
    lines = [
        Line("constant", _median(cell, column)) for cell in _find(readings, setting, "constant")
    ]
    exact = {cell.setting.weight_decay: cell for cell in _find(readings, setting, "ridge")}
    if 0 in exact and setting.n_train <= setting.n_features:
        lines.append(Line("interpolation", _median(exact[0], column)))
    lines += [
        Line("ridge", _median(exact[decay], column), decay)
        for decay in weight_decays
        if decay in exact
    ]
    lines.append(Line("noise_floor", find_noise_floor(setting)))
    unique = {(line.name, line.weight_decay): line for line in lines if line.value > _NOTHING}
    return list(unique.values())


def find_noise_floor(setting: Setting) -> float:
    """Return ½σ², the test loss of the true weights."""
    return setting.noise_std**2 / 2


def find_best_decay(readings: Readings, setting: Setting) -> float | None:
    """Read the best λ in theory where this build has it for such data."""
    names = ("n_train", "n_features", "noise_std", "true_w")
    data = {name: getattr(setting, name) for name in names}
    for study in readings.config.studies:
        if study.kind == "best_decay":
            with suppress(Missing):
                return float(readings.cell(study.name, **data)["formula"][0])
    return None


def find_ridge_curve(
    readings: Readings, setting: Setting, within: Sequence[float], column: str = "test_loss"
) -> tuple[np.ndarray, np.ndarray]:
    """Find the median loss of exact ridge over λ on a setting's data.

    Args:
        readings: The evidence.
        setting: Whose data.
        within: The λ of the axis: those of the curve are among them, or between two above 0.
        column: Which loss.

    Returns:
        λ, rising, and the losses; both (k,), empty where this build has none. They are of the
        largest set of seeds alone: medians of fewer seeds would make the curve jump.
    """
    cells = _find(readings, setting, "ridge")
    exact = {
        cell.setting.weight_decay: cell
        for cell in cells
        if np.array_equal(cell.seeds, cells[-1].seeds)
    }
    least = min((decay for decay in within if decay > 0), default=0.0)
    decays = [decay for decay in sorted(exact) if decay in within or least <= decay <= max(within)]
    return np.array(decays), np.array([_median(exact[decay], column) for decay in decays])


def line_look(
    name: str, style: Style, labels: Labels, weight_decay: float | None = None
) -> dict[str, Any]:
    """Say how a line is drawn, as keyword arguments for matplotlib."""
    return {
        "color": style.ink,
        "linewidth": 1.1,
        "linestyle": _DASHES[name],
        "zorder": 1.5,
        "label": _name(Line(name, 0.0, weight_decay), labels),
    }


def draw_lines(axes: Axes, lines: Sequence[Line], style: Style, labels: Labels) -> None:
    """Draw horizontal lines; their names go into the legend."""
    for line in lines:
        axes.axhline(line.value, **line_look(line.name, style, labels, line.weight_decay))


def describe_lines(lines: Sequence[Line], labels: Labels) -> str:
    """Write lines as words for an alternative text, such as "best constant 0.0104; …"."""
    return labels("word", "list_separator").join(
        f"{_name(line, labels)} {write(line.value)}" for line in lines
    )


def _name(line: Line, labels: Labels) -> str:
    if line.weight_decay is None:
        return labels("reference_line", line.name)
    decay = write_exactly(line.weight_decay)
    return labels("reference_line", f"{line.name}_at", weight_decay=decay)


def _median(cell: Reading, column: str) -> float:
    return float(np.median(cell[column]))


def _find(readings: Readings, setting: Setting, implementation: str) -> list[Reading]:
    """List the cells that solve a setting's kind of data exactly, those with most seeds last."""

    def alike(other: Setting) -> bool:
        data = (getattr(other, name) == getattr(setting, name) for name in DATA)
        return other.implementation == implementation and all(data)

    found = [
        cell
        for study in readings.config.studies
        if any(map(alike, study.settings))  # others needn't be read
        for cell in readings.cells(study.name)
        if alike(cell.setting)
    ]
    return sorted(found, key=lambda cell: len(cell.seeds))
