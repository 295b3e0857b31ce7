"""Real data over the number of examples or of random features, without decay and with the best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

from wd.report.content.claims.real_data import (
    line_up_digits,
    line_up_examples,
    line_up_features,
    take_bare,
    take_best,
)
from wd.report.content.figures.reference_lines import line_look
from wd.report.read.curves import band, name_curves
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Reading, Readings, spread
from wd.report.read.style import Style

_TICKS = (10, 20, 50, 100, 200, 500, 1000)
_DASHES = {"none": "solid", "best": (0, (5, 2))}


@figure("real_diabetes")
def real_diabetes(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the loss on the diabetes data over n."""
    cells, top = line_up_examples(readings)
    return _draw("real_diabetes", cells, top, "n_train", "n = r + 1", labels, style)


@figure("real_random")
def real_random(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the loss on them over the number of random features."""
    cells, top = line_up_features(readings)
    return _draw("real_random", cells, top, "random_features", "N = n − 1", labels, style)


@figure("real_digits")
def real_digits(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the share of errors on digits over n."""
    cells, top = line_up_digits(readings)
    mark = f"n = {cells[top].setting.n_train}"
    return _draw("real_digits", cells, top, "n_train", mark, labels, style)


def _draw(
    name: str,
    cells: Sequence[Reading],
    top: int,
    along: str,
    mark: str,
    labels: Labels,
    style: Style,
) -> Drawing:
    """Draw what the others lose, without decay and with the best λ of each size, over a size."""
    x = [getattr(cell.setting, along) for cell in cells]
    errors = name == "real_digits"
    drawn = style.figure(320)
    (axes,) = drawn.axes
    tuned = [take_best(cell) for cell in cells]
    curves = {
        "none": ([0.0] * len(x), [spread(take_bare(cell)) for cell in cells]),
        "best": ([decay for decay, _ in tuned], [spread(losses) for _, losses in tuned]),
    }
    rows, words = [], []
    for curve, (decays, spreads) in curves.items():
        label = labels("real_curve", curve)
        band(axes, x, spreads, style, "exact", label, _DASHES[curve])
        rows += [(curve, *each, *three) for *each, three in zip(x, decays, spreads, strict=True)]
        words.append(tell_curve(label, x, spreads, top, labels))
    constants = [float(np.median(cell["constant_loss"])) for cell in cells]
    axes.plot(x, constants, **line_look("constant", style, labels))
    rows += [
        ("constant", size, "", value, "", "") for size, value in zip(x, constants, strict=True)
    ]
    mark_size(axes, x[top], mark, style)
    axes.set(
        yscale="linear" if errors else "log",
        xlabel=labels("axis", along),
        ylabel=labels("axis", "errors" if errors else "loss_on_others"),
    )
    name_curves(axes, style)
    numbers = {
        "seeds": str(len(cells[0].seeds)),
        "constant": write(constants[-1]),
        "curves": labels("word", "list_separator").join(words),
    }
    header = ("curve", along, "weight_decay", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


def tell_curve(
    name: str, x: Sequence[int], spreads: Sequence[Sequence[float]], top: int, labels: Labels
) -> str:
    """Tell the medians of a curve at the first size, at the one of the peak, and at the last."""
    return labels(
        "figure",
        "real_diabetes",
        "each",
        curve=name,
        first=write(spreads[0][0]),
        least=f"{x[0]:,}",
        top=write(spreads[top][0]),
        at=f"{x[top]:,}",
        last=write(spreads[-1][0]),
        most=f"{x[-1]:,}",
    )


def mark_size(axes: Axes, top: int, mark: str, style: Style, aside: int = 4) -> None:
    """Mark a size above the curves, and give the axis of sizes its ticks."""
    axes.axvline(top, ymin=0.9, color=style.ink, linewidth=0.8)
    axes.annotate(
        mark,
        (top, 1),
        (aside, -10),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=style.ink,
    )
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_locator(NullLocator())
