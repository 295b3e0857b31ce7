"""The picture of the optimum: level curves of a real loss, balls, the path, and the two forces."""

from __future__ import annotations

from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.interpolate import RectBivariateSpline

from wd.report.content.landscape import Landscape, read_landscape
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Readings
from wd.report.read.style import Style

_SHOWN = (0.1, 0.5, 2.0)  # where on the path of optima a ball is drawn: the nearest λ there are
_FORCES = (0.1, 0.3, 1.0)  # where the two forces are drawn
_BEYOND = (1.9, 3.2, 5.0)  # further level curves, as multiples of the highest through an optimum
_LONGEST = 0.8  # of the way to the origin: the longest arrow
_FINE = 240  # points per axis between which level curves are drawn straight


@figure("optimum_portrait")
def optimum_portrait(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw level curves, balls through some optima, and the path for all λ."""
    portrait = read_landscape(readings)
    shown = portrait.find(_SHOWN)
    radius = np.hypot(*portrait.path.T)[shown].max()
    low = np.minimum(-1.12 * radius, portrait.path.min(0) - 0.3 * radius)
    high = np.maximum(1.12 * radius, portrait.path.max(0) + 0.7 * radius)
    low[0], high[0] = max(low[0], portrait.w1[0]), min(high[0] + 0.4 * radius, portrait.w1[-1])
    low[1], high[1] = max(low[1], portrait.w2[0]), min(high[1], portrait.w2[-1])
    axes = _frame(low, high, style)
    _draw_loss(axes, portrait, shown, style)
    _draw_balls(axes, portrait, shown, style)
    _draw_path(axes, portrait, style)
    for index in shown:
        axes.plot(*portrait.path[index], "o", color=style.colours["exact"], markersize=7)
        _write(axes, f"λ = {portrait.name(index)}", portrait.path[index], (12, -4), style)
    _write(axes, "λ = 0", portrait.path[0], (9, 3), style)
    _write(axes, "λ → ∞", (0, 0), (-12, -17), style)
    distance = np.hypot(*portrait.path.T)
    numbers = {
        "first": write(distance[0]),
        "last": write(distance[-1]),
        "least": portrait.name(0),
        "most": portrait.name(-1),
        "shown": labels("word", "list_separator").join(
            labels(
                "figure",
                "optimum_portrait",
                "each",
                weight_decay=portrait.name(index),
                norm=write(distance[index]),
            )
            for index in shown
        ),
    }
    rows = [
        (decay, *point, value)
        for decay, point, value in zip(
            portrait.weight_decay, portrait.path, portrait.optimum_loss, strict=True
        )
    ]
    return Drawing(
        cast(Figure, axes.figure), ("weight_decay", "w1", "w2", "train_loss"), rows, numbers
    )


@figure("optimum_forces")
def optimum_forces(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw −∇L and −λw as arrows at some optima, where they cancel."""
    portrait = read_landscape(readings)
    shown = portrait.find(_FORCES)
    scale = _LONGEST / portrait.weight_decay[shown[-1]]
    ends = portrait.path[shown] + scale * portrait.pull[shown]
    together = np.vstack([portrait.path, ends, [0, 0]])
    margin = 0.12 * np.ptp(together, axis=0).max()
    axes = _frame(together.min(0) - margin, together.max(0) + margin, style)
    _draw_loss(axes, portrait, shown, style)
    _draw_balls(axes, portrait, shown, style)
    _draw_path(axes, portrait, style)
    for index in shown:
        point = portrait.path[index]
        for force, role in ((portrait.pull[index], "data"), (-portrait.decay[index], "bound")):
            axes.annotate(
                "",
                point + scale * force,
                xytext=point,
                arrowprops={
                    "arrowstyle": "-|>,head_width=0.28,head_length=0.55",
                    "color": style.colours[role],
                    "linewidth": 2.6,
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
            )
        axes.plot(*point, "o", color=style.colours["exact"], markersize=7, zorder=5)
        _write(axes, f"λ = {portrait.name(index)}", point, (12, -4), style)
    last, point = shown[-1], portrait.path[shown[-1]]
    _write(axes, "−∇L", point + scale * portrait.pull[last], (-32, -3), style, "data")
    _write(axes, "−λw", point - scale * portrait.decay[last], (12, 3), style, "bound")
    force = np.hypot(*portrait.pull.T)
    difference = np.hypot(*(portrait.pull - portrait.decay).T)
    numbers = {
        "difference": write(float(difference.max() / force.max()), 1),
        "shown": labels("word", "list_separator").join(
            labels(
                "figure",
                "optimum_forces",
                "each",
                weight_decay=portrait.name(index),
                force=write(force[index]),
            )
            for index in shown
        ),
    }
    header = ("weight_decay", "w1", "w2", "pull1", "pull2", "decay1", "decay2")
    rows = [
        (weight_decay, *point, *pull, *decay)
        for weight_decay, point, pull, decay in zip(
            portrait.weight_decay, portrait.path, portrait.pull, portrait.decay, strict=True
        )
    ]
    return Drawing(cast(Figure, axes.figure), header, rows, numbers)


def _frame(low: np.ndarray, high: np.ndarray, style: Style) -> Axes:
    """Make axes of equal scale that fill the figure's width."""
    (axes,) = style.figure().axes
    axes.set(xlabel="w₁", ylabel="w₂", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.set_aspect("equal")
    axes.grid(visible=False)
    return axes


def _draw_loss(axes: Axes, portrait: Landscape, shown: list[int], style: Style) -> None:
    """Draw the level curves through the shown optima, and some around them thinner.

    The loss is a parabola, which a cubic spline reproduces: what is seen is as smooth as it is.
    """
    touching = np.sort(portrait.optimum_loss[shown])
    w1, w2 = (np.linspace(*limits, _FINE) for limits in (axes.get_xlim(), axes.get_ylim()))
    surface = RectBivariateSpline(portrait.w2, portrait.w1, portrait.loss)
    grid = (w1, w2, surface(w2, w1))
    further = touching[-1] * np.array(_BEYOND)
    axes.contour(*grid, levels=further, colors=style.colours["data"], linewidths=0.8, alpha=0.55)
    axes.contour(*grid, levels=touching, colors=style.colours["data"], linewidths=1.5)


def _draw_balls(axes: Axes, portrait: Landscape, shown: list[int], style: Style) -> None:
    angle = np.linspace(0, 2 * np.pi, 361)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    for index in shown:
        axes.plot(
            *np.hypot(*portrait.path[index]) * circle,
            color=style.colours["bound"],
            linewidth=1.8,
            linestyle=(0, (5, 2)),
        )


def _draw_path(axes: Axes, portrait: Landscape, style: Style) -> None:
    axes.plot(*np.vstack([portrait.path, [0, 0]]).T, color=style.colours["exact"], linewidth=3)
    axes.plot(*portrait.path[0], "o", color=style.ink, markersize=6)
    axes.plot(0, 0, "+", color=style.ink, markersize=9, markeredgewidth=1.6)


def _write(
    axes: Axes,
    text: str,
    point: np.ndarray | tuple[float, float],
    offset: tuple[float, float],
    style: Style,
    role: str | None = None,
) -> None:
    axes.annotate(
        text,
        (point[0], point[1]),
        xytext=offset,
        textcoords="offset points",
        color=style.colours[role] if role else style.ink,
        path_effects=style.halo(),
        zorder=6,
    )
