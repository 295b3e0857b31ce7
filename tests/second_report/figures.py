"""How far the throws are from Buffon's formula."""

import numpy as np

from wd.report.read.curves import band
from wd.report.read.figures import Drawing, figure
from wd.report.read.numbers import write
from wd.report.read.readings import spread
from wd.report.read.series import line_up


@figure("scatter")
def scatter(readings, labels, style):
    """Draw the share that crosses over the number of needles, with its scatter over the seeds."""
    cells = line_up(readings, "floor", "needles")
    needles = np.array([cell.setting.needles for cell in cells])
    spreads = [spread(cell["crossing"]) for cell in cells]
    drawn = style.figure()
    (axes,) = drawn.axes
    band(axes, needles, spreads, style, "accent", labels("axis", "crossing"), "solid")
    axes.set_xscale("log")
    axes.set_xlabel(labels("axis", "needles"))
    axes.set_ylabel(labels("axis", "crossing"))
    rows = [(int(count), *each) for count, each in zip(needles, spreads, strict=True)]
    widths = {
        name: write(high - low)
        for name, (_, low, high) in zip(("first", "last"), (spreads[0], spreads[-1]), strict=True)
    }
    return Drawing(drawn, ("needles", "median", "percentile_5", "percentile_95"), rows, widths)
