"""The error over the number of examples where the truth is known, for three strengths of decay."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.known_truth import LITTLE, line_up_sizes, take_risks
from wd.report.content.figures.real_data import mark_size, tell_curve
from wd.report.read.curves import band, name_curves
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.style import Style

_CURVES = {"none": (0.0, "solid"), "little": (LITTLE, "dotted"), "best": (1.0, (0, (5, 2)))}
"""By name the share of the best λ, and the dashes."""
_ENDS = 30
"""The axis of the errors ends here, as the peak would leave no room to see the rest."""


@figure("known_truth")
def known_truth(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the mean squared error over n with three λ, and the formula for the best."""
    cells, top = line_up_sizes(readings)
    x = [cell.setting.n_train for cell in cells]
    drawn = style.figure(320)
    (axes,) = drawn.axes
    rows: list[tuple] = []
    words = []
    for curve, (share, dashes) in _CURVES.items():
        spreads = [spread(take_risks(cell, share)) for cell in cells]
        label = labels("known_curve", curve, share=write_exactly(share))
        band(axes, x, spreads, style, "exact", label, dashes)
        rows += [(curve, n, share, *three) for n, three in zip(x, spreads, strict=True)]
        words.append(tell_curve(label, x, spreads, top, labels))
    said = [float(np.median(cell["risk_said"])) for cell in cells]
    axes.plot(x, said, ".", color=style.ink, markersize=4)
    rows += [("said", n, 1.0, value, "", "") for n, value in zip(x, said, strict=True)]
    mark_size(axes, x[top], "n = d", style, aside=12)  # the peak is cut off there
    least = min(row[4] for row in rows if row[0] == "best")
    axes.set(
        yscale="log",
        ylim=(0.8 * least, _ENDS),
        xlabel=labels("axis", "n_train"),
        ylabel=labels("axis", "risk"),
    )
    name_curves(axes, style)
    setting = cells[top].setting
    numbers = {
        "features": str(setting.n_features),
        "noise": write_exactly(setting.noise_std),
        "ends": str(_ENDS),
        "bare": write(float(np.median(take_risks(cells[top], 0)))),
        "little": write_exactly(LITTLE),
        "seeds": str(len(cells[0].seeds)),
        "curves": labels("word", "list_separator").join(words),
    }
    header = ("curve", "n_train", "share_of_best", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)
