"""Optimisers: where AdamW rests in the portrait, and what is left of the start over the steps."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.interpolate import RectBivariateSpline

from wd.report.content.claims.optimisers import list_leftovers
from wd.report.content.landscape import read_landscape
from wd.report.read.curves import legend_below, name_curves, set_decay_axis
from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up
from wd.report.read.style import Style

_FINE = 240  # points per axis between which level curves are drawn straight
_ROOM = 1.12  # the picture's reach, in that of the largest box
_LOWEST = 1e-4  # a share of the start that is as good as nothing
_PATHS: tuple[tuple[str, str, dict[str, str], str, Any], ...] = (
    ("sgd_l2", "leftover_sgd", {"schedule": "constant"}, "scratch", "solid"),
    ("cosine", "leftover_sgd", {"schedule": "cosine"}, "scratch", (0, (5, 2))),
    ("momentum", "leftover_momentum", {"decay_form": "l2"}, "concise", (0, (3, 1, 1, 1))),
    ("adam_decoupled", "leftover_adam", {"decay_form": "decoupled"}, "bound", (0, (7, 3))),
    ("adam_l2", "leftover_adam", {"decay_form": "l2"}, "exact", "dashdot"),
    ("adam_cautious", "leftover_cautious", {}, "data", (0, (1, 1))),
)
"""What is drawn over the steps: its name, its cell, and its look."""


@figure("box_portrait")
def box_portrait(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw level curves, boxes |w| ≤ 1/λ, the least squares in them, and where AdamW ended."""
    portrait = read_landscape(readings)
    cells = line_up(readings, "portrait_box", "weight_decay", decay_form="decoupled")
    ends = [_read_weights(cell) for cell in cells]
    sides = [1 / cell.setting.weight_decay for cell in cells]
    (axes,) = style.figure().axes
    reach = _ROOM * max(*sides, *np.abs(portrait.path[0]))
    low = max(-reach, portrait.w1[0], portrait.w2[0])
    axes.set(xlabel="w₁", ylabel="w₂", xlim=(low, 1.25 * reach), ylim=(low, reach))
    axes.set_aspect("equal")
    axes.grid(visible=False)
    w1, w2 = (np.linspace(*limits, _FINE) for limits in (axes.get_xlim(), axes.get_ylim()))
    surface = RectBivariateSpline(portrait.w2, portrait.w1, portrait.loss)
    levels = sorted({float(surface(point[1], point[0])[0, 0]) for point, _ in ends})
    green = style.colours["data"]
    axes.contour(w1, w2, surface(w2, w1), levels=levels, colors=green, linewidths=1.5)
    rows, words = [], []
    for cell, side, (point, ended) in zip(cells, sides, ends, strict=True):
        look: dict[str, Any] = {
            "edgecolor": style.colours["bound"],
            "linewidth": 1.8,
            "linestyle": (0, (5, 2)),
        }
        axes.add_patch(Rectangle((-side, -side), 2 * side, 2 * side, fill=False, **look))
        axes.plot(*point, "s", color=style.colours["exact"], markersize=7)
        axes.plot(*ended, "x", color=style.ink, markersize=8, markeredgewidth=1.6)
        decay = write_exactly(cell.setting.weight_decay)
        axes.annotate(
            f"λ = {decay}",
            (-side, -side),  # in the corner of its box, which no other box and no ellipse reaches
            xytext=(5, 4),
            textcoords="offset points",
            color=style.ink,
        )
        rows.append((cell.setting.weight_decay, side, *point, *ended))
        words.append(
            labels(
                "figure",
                "box_portrait",
                "each",
                weight_decay=decay,
                side=write(side),
                w1=write(float(ended[0])),
                w2=write(float(ended[1])),
            )
        )
    axes.plot(*portrait.path[0], "o", color=style.ink, markersize=6)
    axes.plot(0, 0, "+", color=style.ink, markersize=9, markeredgewidth=1.6)
    numbers = {"shown": labels("word", "list_separator").join(words)}
    header = ("weight_decay", "side_of_box", "w1", "w2", "ended1", "ended2")
    return Drawing(cast(Figure, axes.figure), header, rows, numbers)


def _read_weights(cell: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Read the point that theory says and the one where the run ended, (2,) each.

    Raises:
        Missing: If the data have other than two features, or there are several.
    """
    if len(cell.seeds) != 1 or cell.setting.n_features != 2:
        raise Missing("premise", study=cell.study, premise="single_seed")
    found = cell.series("resting_weights")
    return found["predicted_rest"][0], found["ended"][0]


@figure("leftover_paths")
def leftover_paths(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the share of the start that is left over the steps, a curve for each optimiser."""
    drawn = style.figure(330)
    (axes,) = drawn.axes
    axes.set(yscale="log", xlabel=labels("axis", "steps"), ylabel=labels("axis", "leftover_share"))
    rows, words, first = [], [], _find_first(readings)
    for name, study, wanted, role, dashes in _PATHS:
        cell = _find_path(readings, study, wanted, first.setting.weight_decay)
        path = cell.series("leftover_path")
        steps, shares = path["step"][0], np.median(path["leftover_then"], axis=0)
        label = _name(cell, name, labels)
        axes.plot(steps, shares, color=style.colours[role], linestyle=dashes, label=label)
        rows += [(name, int(step), share) for step, share in zip(steps, shares, strict=True)]
        words.append(
            labels("figure", "leftover_paths", "each", curve=label, end=write(float(shares[-1])))
        )
    axes.set_xlim(0, steps[-1])
    axes.set_ylim(_LOWEST, 1.5)
    legend_below(drawn, style)
    numbers = {
        "seeds": str(len(first.seeds)),
        "steps": str(int(steps[-1])),
        "weight_decay": write_exactly(first.setting.weight_decay),
        "curves": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("curve", "step", "leftover_share"), rows, numbers)


def _find_first(readings: Readings) -> Reading:
    return find_settled(readings, "leftover_sgd", schedule="constant")


def _find_path(
    readings: Readings, study: str, wanted: dict[str, str], weight_decay: float
) -> Reading:
    """Find the cell of a path: the λ of the others, and the largest momentum that there is."""
    cells = readings.cells(study, weight_decay=weight_decay, **wanted)
    most = max(cell.setting.momentum for cell in cells)
    return find_settled(readings, study, weight_decay=weight_decay, momentum=most, **wanted)


def _name(cell: Reading, name: str, labels: Labels) -> str:
    return labels("optimiser", name, momentum=write_exactly(cell.setting.momentum))


@figure("leftover_over_decay")
def leftover_over_decay(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw what Adam with L2 and AdamW leave of the start over λ, and what theory says."""
    drawn = style.figure(300)
    (axes,) = drawn.axes
    rows, words = [], []
    for form, role, dashes in (("l2", "exact", "dashdot"), ("decoupled", "bound", (0, (7, 3)))):
        cells = list_leftovers(readings, form)
        decays = [cell.setting.weight_decay for cell in cells]
        left, said = (
            [float(np.median(cell[name])) for cell in cells]
            for name in ("leftover", "predicted_leftover")
        )
        if form == "l2":
            set_decay_axis(axes, decays, labels("axis", "weight_decay"))
            axes.set(yscale="log", ylabel=labels("axis", "leftover_share"))
        label = labels("optimiser", f"adam_{form}")
        axes.plot(decays, left, "o", color=style.colours[role], linestyle=dashes, label=label)
        axes.plot(
            decays,
            [each or np.nan for each in said],
            color=style.ink,
            linewidth=1,
            label=labels("figure", "leftover_over_decay", f"said_{form}"),
        )
        rows += [(form, *each) for each in zip(decays, left, said, strict=True)]
        words += [
            labels(
                "figure",
                "leftover_over_decay",
                "each",
                optimiser=label,
                weight_decay=write_exactly(decay),
                leftover=write(share),
            )
            for decay, share in zip(decays, left, strict=True)
        ]
    axes.set_ylim(_LOWEST, 1.5)
    name_curves(axes, style)
    numbers = {
        "seeds": str(len(cells[0].seeds)),
        "steps": str(cells[0].setting.epochs),
        "rows": labels("word", "list_separator").join(words),
    }
    header = ("form", "weight_decay", "leftover_share", "predicted_share")
    return Drawing(drawn, header, rows, numbers)
