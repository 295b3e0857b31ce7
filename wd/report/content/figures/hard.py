"""The hard constraint over θ: how long the weights get, and what that does to the losses."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from wd.report.content.figures.reference_lines import describe_lines, draw_lines, find_lines
from wd.report.content.looks import LOSSES, find_look
from wd.report.read.curves import band, name_curves
from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings, spread
from wd.report.read.series import line_up
from wd.report.read.style import Style

_SHOWN = ("constrained", "projected")
_LOWEST = 1e-7  # where an axis of losses ends: below, a fit is perfect for every purpose


@figure("hard_norm")
def hard_norm(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the norm over θ of the exact solution and of the projected program."""
    drawn = style.figure(280)
    (axes,) = drawn.axes
    _mark_ceiling(axes, readings, labels, style)
    rows, numbers = [], dict[str, str]()
    for name in _SHOWN:
        role, dashes = find_look(name)
        cells = line_up(readings, "hard", "theta", implementation=name)
        theta = [cell.setting.theta for cell in cells]
        spreads = [spread(cell["w_norm"]) for cell in cells]
        band(axes, theta, spreads, style, role, labels("implementation", name), dashes)
        rows += [(name, each, *triple) for each, triple in zip(theta, spreads, strict=True)]
        numbers |= {f"{name}_first": write(spreads[0][0]), f"{name}_last": write(spreads[-1][0])}
    axes.plot(
        theta, np.sqrt(theta), ":", color=style.ink, linewidth=1.6, label=labels("axis", "bound")
    )
    axes.set(
        xscale="log", yscale="log", xlabel=labels("axis", "theta"), ylabel=labels("axis", "w_norm")
    )
    name_curves(axes, style)
    numbers |= _span(cells)
    header = ("implementation", "theta", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


@figure("hard_loss")
def hard_loss(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the losses over θ, a panel for the exact solution and one for the program."""
    drawn = style.figure(280, columns=2)
    panels = dict(zip(_SHOWN, drawn.axes, strict=True))
    rows, numbers = [], dict[str, str]()
    for name, axes in panels.items():
        cells = line_up(readings, "hard", "theta", implementation=name)
        theta = [cell.setting.theta for cell in cells]
        _mark_ceiling(axes, readings, labels, style)
        role, _ = find_look(name)
        for column, dashes in LOSSES.items():
            spreads = [spread(cell[column]) for cell in cells]
            band(axes, theta, spreads, style, role, labels("column", column), dashes)
            rows += [
                (name, column, each, *triple) for each, triple in zip(theta, spreads, strict=True)
            ]
            numbers |= {
                f"{name}_{column}_first": write(spreads[0][0]),
                f"{name}_{column}_last": write(spreads[-1][0]),
            }
        lines = find_lines(readings, cells[0].setting)
        draw_lines(axes, lines, style, labels)
        axes.set(
            xscale="log",
            xlabel=labels("axis", "theta"),
            ylabel=labels("axis", "loss"),
            title=labels("implementation", name),
        )
    exact, program = panels.values()
    exact.set_ylim(bottom=0)
    program.set_yscale("log")
    program.set_ylim(bottom=_LOWEST)
    for axes in drawn.axes:
        name_curves(axes, style)
    numbers |= {**_span(cells), "lines": describe_lines(lines, labels), "lowest": write(_LOWEST, 1)}
    header = ("implementation", "loss", "theta", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


def _span(cells: list[Reading]) -> dict[str, str]:
    return {
        "least": write_exactly(cells[0].setting.theta),
        "most": write_exactly(cells[-1].setting.theta),
        "seeds": f"{len(cells[0].seeds):,}",
    }


def _mark_ceiling(axes: Axes, readings: Readings, labels: Labels, style: Style) -> None:
    """Shade where θ_max lies in 90 % of the data sets, if the study of references is there."""
    try:
        bare = find_settled(readings, "reference", implementation="ridge", weight_decay=0)
    except Missing:
        return
    _, low, high = spread(bare["w_norm"] ** 2)
    axes.axvspan(low, high, color=style.faint, alpha=0.45, linewidth=0)
    axes.annotate(
        labels("axis", "ceiling"),
        (high, 0),
        xycoords=("data", "axes fraction"),
        xytext=(4, 6),
        textcoords="offset points",
        color=style.ink,
        path_effects=style.halo(),
    )
