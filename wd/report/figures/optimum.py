"""The picture of the optimum: level curves of a real loss, balls, and the path of optima."""

from __future__ import annotations

import numpy as np

from wd.report.figures import Drawing, figure
from wd.report.figures.style import Style
from wd.report.labels import Labels
from wd.report.numbers import write, write_exactly
from wd.report.readings import Readings

_SHOWN = (0.1, 0.5, 2.0)  # where on the path of optima a ball is drawn: the nearest λ there are


@figure("optimum_portrait")
def optimum_portrait(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw level curves, balls through some optima, and the path for all λ."""
    w1, w2, loss, decays, path, optimum_loss = (
        readings.grid("portrait", name)
        for name in ("w1", "w2", "loss", "weight_decay", "optimum", "optimum_loss")
    )
    drawn = style.figure(5.6)
    (axes,) = drawn.axes
    shown = sorted({int(np.abs(decays - wanted).argmin()) for wanted in _SHOWN})
    levels = sorted({*optimum_loss[shown], *np.quantile(loss, [0.2, 0.45, 0.7, 0.9])})
    axes.contour(w1, w2, loss, levels=levels, colors=style.faint, linewidths=1.1)
    angle = np.linspace(0, 2 * np.pi, 361)
    for index in shown:
        radius = np.hypot(*path[index])
        axes.plot(
            radius * np.cos(angle),
            radius * np.sin(angle),
            color=style.colours["scratch"],
            linewidth=1.3,
            linestyle=(0, (5, 2)),
        )
        axes.annotate(
            f"λ = {write_exactly(float(decays[index]))}",
            path[index],
            xytext=(7, -11),
            textcoords="offset points",
            color=style.ink,
        )
    whole = np.vstack([path, [0, 0]])
    axes.plot(*whole.T, color=style.colours["concise"], linewidth=2.2)
    axes.plot(*path[shown].T, "o", color=style.colours["concise"], markersize=6)
    axes.plot(*path[0], "o", color=style.ink, markersize=6)
    axes.annotate("λ = 0", path[0], xytext=(7, 4), textcoords="offset points", color=style.ink)
    axes.plot(0, 0, "+", color=style.ink, markersize=9)
    axes.annotate("λ → ∞", (0, 0), xytext=(-10, -16), textcoords="offset points", color=style.ink)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
    axes.set_xlim(w1[0], w1[-1])
    axes.set_ylim(w2[0], w2[-1])
    numbers = {
        "first": write(np.hypot(*path[0])),
        "last": write(np.hypot(*path[-1])),
        "least": write_exactly(float(decays[0])),
        "most": write_exactly(float(decays[-1])),
        "shown": labels("word", "list_separator").join(
            labels(
                "figure",
                "optimum_portrait",
                "each",
                weight_decay=write_exactly(float(decays[index])),
                norm=write(np.hypot(*path[index])),
            )
            for index in shown
        ),
    }
    rows = [
        (decay, *point, value)
        for decay, point, value in zip(decays, path, optimum_loss, strict=True)
    ]
    return Drawing(drawn, ("weight_decay", "w1", "w2", "train_loss"), rows, numbers)
