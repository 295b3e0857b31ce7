"""Noise and λ: how far the exact optimum gets below the best constant, and where theory puts it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from wd.report.content.figures.reference_lines import find_best_decay, find_noise_floor, line_look
from wd.report.read.along import name_along
from wd.report.read.curves import curve, legend_below, set_decay_axis
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.series import line_up
from wd.report.read.style import Style

_LOOKS = (
    ((0, (1, 1)), "^"),
    ((0, (3, 1, 1, 1, 1, 1)), "v"),
    ((0, (5, 2)), "s"),
    ("solid", "o"),
    ("dashdot", "D"),
)
"""Dashes and marker of the exact optimum per level of noise, in turn."""
_STUDIES = ("noise", "chapter_noise")
_NARROW = 0.7  # a panel all of whose ratios are between this and its inverse gets a linear axis


@figure("noise_and_decay")
def noise_and_decay(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw test loss over the constant's against λ for several σ, a panel per shape of data."""
    drawn = style.figure(290, columns=2)
    rows: list[tuple[Any, ...]] = []
    words = []
    levels = {cell.setting.noise_std for study in _STUDIES for cell in readings.cells(study)}
    looks = dict(zip(sorted(levels), itertools.cycle(_LOOKS), strict=False))
    for axes, study in zip(drawn.axes, _STUDIES, strict=True):
        lowest = 1.0
        decays = {cell.setting.weight_decay for cell in readings.cells(study)} - {None}
        set_decay_axis(axes, sorted(decays), labels("axis", "weight_decay"))
        for noise_std in sorted({cell.setting.noise_std for cell in readings.cells(study)}):
            look = looks[noise_std]
            cells = line_up(
                readings, study, "weight_decay", implementation="ridge", noise_std=noise_std
            )
            constant = readings.cell(study, implementation="constant", noise_std=noise_std)
            ratios = [float(np.median(cell["test_loss"] / constant["test_loss"])) for cell in cells]
            x = [cell.setting.weight_decay for cell in cells]
            best = int(np.argmin(ratios))
            lowest = min(lowest, *ratios, *(1 / ratio for ratio in ratios))
            formula = find_best_decay(readings, cells[0].setting)
            _draw_ratio(axes, x, ratios, formula, style, look, f"σ = {write_exactly(noise_std)}")
            axes.axhline(
                find_noise_floor(cells[0].setting) / float(np.median(constant["test_loss"])),
                color=style.colours["exact"],
                linewidth=0.9,
                linestyle="dotted",
            )
            rows += [(study, noise_std, *row) for row in zip(x, ratios, strict=True)]
            rows.append((study, noise_std, f"formula {formula}", ""))
            words.append(
                labels(
                    "figure",
                    "noise_and_decay",
                    "each",
                    n=str(cells[0].setting.n_train),
                    d=str(cells[0].setting.n_features),
                    noise_std=write_exactly(noise_std),
                    best=write_exactly(x[best]),
                    formula="–" if formula is None else write(formula, 2),
                    ratio=write(ratios[best]),
                )
            )
        if lowest < _NARROW:
            axes.set_yscale("log")
        else:
            axes.set_ylim(_NARROW, 2 - _NARROW)
        setting = cells[0].setting
        axes.set(
            title=f"n = {setting.n_train}, d = {setting.n_features}",
            ylabel=labels("axis", "over_constant"),
        )
        axes.axhline(1, **line_look("constant", style, labels))
        levels_drawn = [line for line in axes.get_lines() if str(line.get_label())[0] == "σ"]
        name_along(axes, style, levels_drawn)
        _explain(axes, style, labels)
    legend_below(drawn, style)
    numbers = {
        "seeds": f"{len(cells[0].seeds):,}",
        "curves": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("study", "noise_std", "weight_decay", "ratio"), rows, numbers)


def _draw_ratio(
    axes: Axes,
    x: list[float],
    ratios: list[float],
    formula: float | None,
    style: Style,
    look: tuple[object, str],
    label: str,
) -> None:
    dashes, marker = look
    colour = style.colours["exact"]
    curve(axes, x, ratios, color=colour, linestyle=dashes, label=label)
    if formula is not None:
        axes.plot(
            formula,
            np.interp(formula, x, ratios),
            marker,
            color=colour,
            markersize=8,
            markerfacecolor="none",
            markeredgewidth=1.6,
        )


def _explain(axes: Axes, style: Style, labels: Labels) -> None:
    """Add what markers and dotted lines mean to the legend."""
    text = labels("figure", "noise_and_decay", "formula")
    axes.plot([], [], "o", color=style.ink, markerfacecolor="none", markersize=8, label=text)
    text = labels("figure", "noise_and_decay", "floor")
    axes.plot([], [], color=style.ink, linewidth=0.8, linestyle="dotted", label=text)
