"""θ and λ: one curve, measured from the side of the constraint and from that of the penalty."""

from __future__ import annotations

import numpy as np

from wd.report.read.curves import band, legend_below, set_decay_axis
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.series import line_up, line_up_decays, match, stack
from wd.report.read.style import Style

_FAR = 10.0  # times the largest θ_max: more of the inactive θ would only repeat


@figure("twice_curve")
def twice_curve(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw ‖w*(λ)‖² over λ, and for every θ the λ that the constraint leads to."""
    path = line_up_decays(readings, "reference", implementation="ridge")
    exact = line_up(readings, "hard", "theta", implementation="constrained")
    match(*path, *exact)
    decays = [cell.setting.weight_decay for cell in path]
    drawn = style.figure(320)
    (axes,) = drawn.axes
    set_decay_axis(axes, decays, labels("axis", "weight_decay"))
    squared = stack(path, "w_norm") ** 2
    soft = [spread(values) for values in squared]
    band(axes, decays, soft, style, "exact", labels("twice", "soft"))
    rows = [("penalty", *row) for row in zip(decays, *zip(*soft, strict=True), strict=True)]

    near = [cell for cell in exact if cell.setting.theta <= _FAR * squared[0].max()]
    theta = np.array([cell.setting.theta for cell in near])
    hard = np.array([spread(values) for values in stack(near, "multiplier")])
    middle, low, high = hard.T
    axes.errorbar(
        middle,
        theta,
        xerr=[middle - low, high - middle],
        fmt="o",
        markersize=6,
        color=style.colours["bound"],
        linewidth=1.4,
        capsize=3,
        clip_on=False,
        zorder=4,
        label=labels("twice", "hard"),
    )
    rows += [("constraint", *row) for row in zip(theta, middle, low, high, strict=True)]
    axes.set(yscale="log", ylabel=labels("axis", "squared_norm"))
    legend_below(drawn, style)
    active = [index for index in range(len(near)) if middle[index] > 0]
    numbers = {
        "seeds": f"{len(path[0].seeds):,}",
        "ceiling": write(soft[0][0]),
        "floor": write(soft[-1][0]),
        "most": write_exactly(decays[-1]),
        "points": labels("word", "list_separator").join(
            labels("twice", "point", theta=write_exactly(theta[index]), price=write(middle[index]))
            for index in active
        ),
    }
    header = ("side", "given", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)
