"""Two clocks: the chapter's run over the epochs, and over λ, from random weights and from zero."""

from __future__ import annotations

from typing import Any

from wd.report.content.figures.reference_lines import (
    describe_lines,
    draw_lines,
    find_lines,
    find_ridge_curve,
    line_look,
)
from wd.report.read.curves import band, curve, name_curves, set_decay_axis
from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Readings, spread
from wd.report.read.series import line_up
from wd.report.read.style import Style

_DASHES = {"random": "solid", "zero": (0, (5, 2))}
"""How the two starts of the scratch program are told apart, both in its colour."""


@figure("famous_clocks")
def famous_clocks(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw norm and test loss at λ = 3 over the epochs, from random weights and from zero."""
    random = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    zero = find_settled(readings, "zero_start", weight_decay=3)
    drawn = style.figure(260, columns=2)
    rows: list[tuple[Any, ...]] = []
    ends: dict[str, str] = {}
    for axes, column in zip(drawn.axes, ("w_norm", "test_loss"), strict=True):
        for name, cell in (("random", random), ("zero", zero)):
            epochs, values = cell.curves(column)
            spreads = [spread(point) for point in values.T]
            band(
                axes,
                epochs,
                spreads,
                style,
                "scratch",
                labels("figure", "famous_clocks", name),
                _DASHES[name],
            )
            ends[f"{name}_{column}"] = write(spreads[-1][0])
            rows += [
                (column, name, int(epoch), *triple)
                for epoch, triple in zip(epochs, spreads, strict=True)
            ]
        axes.set(yscale="log", xlabel=labels("axis", "epoch"), ylabel=labels("axis", column))
    norm, loss = drawn.axes
    start, end = (spread(random.measure(name))[0] for name in ("null_start", "null_predicted"))
    rows += [
        ("w_norm", "leftover", epoch, value, "", "")
        for epoch, value in ((0, start), (int(epochs[-1]), end))
    ]
    norm.plot(
        [0, epochs[-1]],  # a constant factor per epoch: a straight line on this axis
        [start, end],
        color=style.colours["start"],
        linestyle=(0, (0.9, 1.6)),
        linewidth=3,
        zorder=3,
        label=labels("figure", "famous_clocks", "leftover"),
    )
    ridge = spread(random.measure("ridge_norm"))[0]
    norm.axhline(ridge, **line_look("ridge", style, labels, random.setting.weight_decay))
    lines = find_lines(readings, random.setting)
    draw_lines(loss, lines, style, labels)
    rows += [("test_loss", line.name, "", line.value, "", "") for line in lines]
    for axes in drawn.axes:
        name_curves(axes, style)
    numbers = {
        "seeds": f"{len(random.seeds):,}",
        "zero_seeds": f"{len(zero.seeds):,}",
        "leftover": write(end),
        "ridge": write(ridge),
        "lines": describe_lines(lines, labels),
        **ends,
    }
    header = ("quantity", "curve", "epoch", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


@figure("zero_start_loss")
def zero_start_loss(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the scratch program's test loss over λ, from random weights and from zero."""
    drawn = style.figure(260, columns=2)
    zero = line_up(readings, "zero_start", "weight_decay")
    random = line_up(readings, "sweep", "weight_decay", implementation="scratch")
    lines = find_lines(readings, zero[0].setting, weight_decays=[])
    rows: list[tuple[Any, ...]] = []
    ends: dict[str, str] = {}
    decays = [cell.setting.weight_decay for cell in (*zero, *random)]
    ridge = find_ridge_curve(readings, zero[0].setting, decays)
    for axes in drawn.axes:
        set_decay_axis(axes, decays, labels("axis", "weight_decay"))
        axes.set_ylabel(labels("axis", "test_loss"))
    for name, cells in (("random", random), ("zero", zero)):
        x = [cell.setting.weight_decay for cell in cells]
        spreads = [spread(cell["test_loss"]) for cell in cells]
        for axes in drawn.axes if name == "zero" else drawn.axes[:1]:
            band(
                axes,
                x,
                spreads,
                style,
                "scratch",
                labels("figure", "famous_clocks", name),
                _DASHES[name],
            )
        rows += [(name, *row) for row in zip(x, *zip(*spreads, strict=True), strict=True)]
        ends |= {
            f"{name}_first": write(spreads[0][0]),
            f"{name}_last": write(spreads[-1][0]),
            f"{name}_seeds": f"{len(cells[0].seeds):,}",
        }
    for axes in drawn.axes:
        near = [line for line in lines if axes is drawn.axes[0] or line.name != "noise_floor"]
        draw_lines(axes, near, style, labels)
        if ridge[0].size:
            curve(axes, *ridge, **line_look("ridge", style, labels))
    drawn.axes[0].set_yscale("log")
    for axes in drawn.axes:
        name_curves(axes, style)
    rows += [("ridge", *pair, "", "") for pair in zip(*ridge, strict=True)]
    rows += [(line.name, "", line.value, "", "") for line in lines]
    header = ("start", "weight_decay", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, {"lines": describe_lines(lines, labels), **ends})
