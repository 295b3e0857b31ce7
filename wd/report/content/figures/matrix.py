"""The matrix's figures: norm and losses over λ, and the distribution of printed norms."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from wd.report.content.figures.reference_lines import (
    describe_lines,
    draw_lines,
    find_lines,
    find_ridge_curve,
    line_look,
)
from wd.report.content.looks import find_look
from wd.report.read.curves import band, curve, legend_below, name_curves, set_decay_axis
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings, list_varying, spread
from wd.report.read.style import Style


def _list_decayed(readings: Readings, study: str) -> list[Reading]:
    """List the cells of a study whose implementation knows a λ."""
    cells = [cell for cell in readings.cells(study) if cell.setting.weight_decay is not None]
    if not cells:
        raise Missing("setting", study=study, setting='implementation = "scratch"')
    return cells


def _over_weight_decay(column: str, readings: Readings, labels: Labels, style: Style) -> Drawing:
    drawn = style.figure(280)
    (axes,) = drawn.axes
    rows, parts = [], []
    by_implementation: dict[str, list[Reading]] = {}
    decayed = _list_decayed(readings, "sweep")
    swept = [cell.setting.weight_decay for cell in decayed]
    set_decay_axis(axes, swept, labels("axis", "weight_decay"))
    for cell in decayed:
        by_implementation.setdefault(cell.setting.implementation, []).append(cell)
    for implementation, cells in by_implementation.items():
        role, dashes = find_look(implementation)
        cells.sort(key=lambda cell: cell.setting.weight_decay)
        x = [cell.setting.weight_decay for cell in cells]
        if len(set(x)) < len(x):
            varying = list_varying(cells, besides=["weight_decay"])
            raise Missing("several", study="sweep", varying=varying)
        if all(cell.diverged.all() for cell in cells):
            continue
        spreads = [spread(cell[column]) for cell in cells]
        band(axes, x, spreads, style, role, labels("implementation", implementation), dashes)
        rows += [(implementation, *row) for row in zip(x, *zip(*spreads, strict=True), strict=True)]
        finite = [middle for middle, *_ in spreads if np.isfinite(middle)]
        parts.append(
            labels(
                "figure",
                "over_weight_decay",
                "each",
                implementation=labels("implementation", implementation),
                first=write(finite[0]),
                last=write(finite[-1]),
                least=write(x[0]),
                most=write(x[-1]),
            )
        )
    if not parts:
        raise Missing("diverged", study="sweep")
    axes.set(yscale="log", ylabel=labels("axis", column))
    numbers = {
        "seeds": f"{len(readings.cells('sweep')[0].seeds):,}",
        "curves": labels("word", "list_separator").join(parts),
    }
    if column != "w_norm":
        more, numbers["lines"] = _compare(axes, column, readings, labels, style)
        rows += more
    name_curves(axes, style)
    header = ("implementation", "weight_decay", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


def _compare(
    axes: Axes, column: str, readings: Readings, labels: Labels, style: Style
) -> tuple[list[tuple[Any, ...]], str]:
    """Draw the best constant, the noise floor and the exact optimum over λ beside the curves."""
    cells = readings.cells("sweep")
    setting = cells[0].setting
    lines = find_lines(readings, setting, column, weight_decays=[])
    swept = [cell.setting.weight_decay or 0.0 for cell in cells]
    decays, losses = find_ridge_curve(readings, setting, swept, column)
    if column == "train_loss":  # without decay the optimum's is 0 but for rounding
        axes.set_ylim(axes.get_ylim())
    draw_lines(axes, lines, style, labels)
    rows = [(line.name, "", line.value, "", "") for line in lines]
    words = [describe_lines(lines, labels)]
    if decays.size:
        look = line_look("ridge", style, labels)
        curve(axes, decays, losses, **look)
        rows += [("ridge", *pair, "", "") for pair in zip(decays, losses, strict=True)]
        ends = {"first": losses[0], "last": losses[-1], "least": decays[0], "most": decays[-1]}
        words.append(
            labels(
                "figure",
                "over_weight_decay",
                "each",
                implementation=labels("reference_line", "ridge"),
                **{name: write(float(value)) for name, value in ends.items()},
            )
        )
    return rows, labels("word", "list_separator").join(words)


@figure("sweep_norm")
def sweep_norm(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the norm of w over λ."""
    return _over_weight_decay("w_norm", readings, labels, style)


@figure("sweep_train_loss")
def sweep_train_loss(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the train loss over λ."""
    return _over_weight_decay("train_loss", readings, labels, style)


@figure("sweep_test_loss")
def sweep_test_loss(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the test loss over λ."""
    return _over_weight_decay("test_loss", readings, labels, style)


@figure("norm_distribution")
def norm_distribution(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the distribution of printed norms in the chapter's cells, a panel per λ."""
    panels: dict[float, list[Reading]] = {}
    for cell in _list_decayed(readings, "chapter"):
        if not cell.diverged.all():
            panels.setdefault(cell.setting.weight_decay, []).append(cell)
    if not panels:
        raise Missing("diverged", study="chapter")
    drawn = style.figure(210, columns=len(panels))
    rows, parts = [], []
    for axes, (weight_decay, cells) in zip(drawn.axes, panels.items(), strict=True):
        together = np.concatenate([cell["w_norm"][~cell.diverged] for cell in cells])
        low, high = np.percentile(together, [0.2, 98.5])
        edges = np.linspace(low, max(high, low * 1.001), 41)
        for cell in cells:
            name = cell.setting.implementation
            role, dashes = find_look(name)
            counts, _ = np.histogram(cell["w_norm"][~cell.diverged], edges)
            axes.stairs(
                counts,
                edges,
                color=style.colours[role],
                linestyle=dashes,
                linewidth=1.8,
                label=labels("implementation", name),
            )
            rows += [
                (name, weight_decay, *row)
                for row in zip(edges[:-1], edges[1:], counts.tolist(), strict=True)
            ]
            middle, five, ninety_five = spread(cell["w_norm"])
            parts.append(
                labels(
                    "figure",
                    "norm_distribution",
                    "each",
                    implementation=labels("implementation", name),
                    weight_decay=write_exactly(weight_decay),
                    median=write(middle),
                    low=write(five),
                    high=write(ninety_five),
                )
            )
        axes.set(
            title=f"λ = {write_exactly(weight_decay)}",
            xlabel=labels("axis", "w_norm"),
            ylabel=labels("axis", "runs"),
        )
        axes.set_ylim(bottom=0)
    legend_below(drawn, style)
    numbers = {
        "seeds": f"{len(readings.cells('chapter')[0].seeds):,}",
        "curves": labels("word", "list_separator").join(parts),
    }
    header = ("implementation", "weight_decay", "from", "to", "runs")
    return Drawing(drawn, header, rows, numbers)
