"""Choosing λ: what the methods see, what their choices cost, and what the split decides."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

from wd.declarations.kinds.choosing import METHODS
from wd.report.content.claims.choosing import FAILED, find_square, list_all
from wd.report.content.compared import describe_data
from wd.report.content.figures.reference_lines import line_look
from wd.report.read.curves import curve, legend_below, set_decay_axis
from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Readings, spread
from wd.report.read.style import EDGE, Style

_SEEN = {
    "risk": "solid",
    "leave_one_out": (0, (1, 1)),
    "ten_fold": (0, (3, 1, 1, 1)),
    "five_fold": (0, (5, 2)),
    "hold_out": (0, (1, 3)),
}
"""What is drawn over λ, with its dashes."""
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_LOWEST = 1e-6  # where the bar of choices of none, or of less, stands
_PER_TEN = 6  # bars for each power of ten, as many as the grid has λ


@figure("choosing_scores")
def choosing_scores(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the median risk over λ at n = d, and what the methods take for it."""
    cell = find_square(readings)
    drawn = style.figure(330)
    (axes,) = drawn.axes
    path = cell.series("choosing_path")
    decays = path["tried"][0]
    shown = decays <= 1e3 * cell["formula"][0]
    decays = np.concatenate([[0], decays[shown][1:]])  # the smallest stands for none
    rows, words = [], []
    set_decay_axis(axes, decays, labels("axis", "weight_decay"))
    axes.set(yscale="log", ylabel=labels("axis", "test_loss"))
    for name, dashes in _SEEN.items():
        medians = np.median(path[name], axis=0)[shown]
        role = "exact" if name == "risk" else "data"
        label = labels("risk" if name == "risk" else "method", name)
        curve(axes, decays, medians, color=style.colours[role], linestyle=dashes, label=label)
        rows += [(name, *each) for each in zip(decays, medians, strict=True)]
        least = float(decays[medians.argmin()])
        words.append(
            labels(
                "figure",
                "choosing_scores",
                "each",
                curve=label,
                none=write(float(medians[0])),
                least=write(float(medians.min())),
                at=write(least, 2),
            )
        )
    constant = float(np.median(cell["constant_risk"]))
    axes.axhline(constant, **line_look("constant", style, labels))
    rows.append(("constant", "", constant))
    formula = float(cell["formula"][0])
    axes.axvline(formula, color=style.ink, linewidth=0.8, alpha=0.6)
    axes.annotate(
        labels("figure", "choosing_scores", "formula"),
        (formula, 1),
        (4, -12),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=style.ink,
    )
    legend_below(drawn, style)
    numbers = {
        "seeds": f"{len(cell.seeds):,}",
        "data": describe_data(cell),
        "formula": write(formula, 2),
        "constant": write(constant),
        "curves": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("curve", "weight_decay", "median"), rows, numbers)


@figure("choosing_regret")
def choosing_regret(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw how much each method's choice costs, a row for each, a panel for each kind of data."""
    cells = list_all(readings)
    drawn = style.figure(150, columns=2, rows=-(-len(cells) // 2))
    rows, words = [], []
    most = max(spread(cell[f"{method}_regret"])[2] for cell in cells for method in METHODS)
    for axes, cell in zip(drawn.axes, cells, strict=False):
        for place, method in enumerate(METHODS):
            middle, low, high = spread(cell[f"{method}_regret"])
            colour = style.colours["exact" if method == "fresh" else "data"]
            axes.plot([low, high], [place, place], color=colour, linewidth=3, alpha=EDGE)
            axes.plot(middle, place, "o", color=colour, markersize=7)
            rows.append((describe_data(cell), method, middle, low, high))
            words.append(
                labels(
                    "figure",
                    "choosing_regret",
                    "each",
                    data=describe_data(cell),
                    method=labels("method", method),
                    median=write(middle),
                    high=write(high),
                )
            )
        axes.axvline(FAILED, color=style.ink, linewidth=1.1, linestyle=(0, (5, 3)))
        axes.set(
            title=describe_data(cell),
            xscale="log",
            xlim=(0.9, 1.3 * max(most, FAILED)),
            ylim=(len(METHODS) - 0.4, -0.6),
            xlabel=labels("axis", "regret"),
        )
        axes.set_yticks(range(len(METHODS)), [labels("method", each) for each in METHODS])
        axes.xaxis.set_major_locator(FixedLocator(_TICKS))
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_locator(NullLocator())
    for axes in drawn.axes[len(cells) :]:
        axes.remove()
    numbers = {
        "seeds": f"{len(cells[0].seeds):,}",
        "failed": str(FAILED),
        "rows": labels("word", "list_separator").join(words),
    }
    header = ("data", "method", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


@figure("choosing_splits")
def choosing_splits(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw which λ random splits of the same real data choose, for few features and for many."""
    drawn = style.figure(220, columns=2)
    rows, words = [], []
    for axes, features in zip(drawn.axes, ("linear", "quadratic"), strict=True):
        cell = find_settled(readings, "choosing_splits", features=features)
        chosen, single = cell["five_fold_all"], float(cell["leave_one_out_all"][0])
        none = chosen < _LOWEST
        places = np.round(_PER_TEN * np.log10(np.where(none, _LOWEST, chosen)))
        for place in np.unique(places):
            decay, count = 10 ** (place / _PER_TEN), int((places == place).sum())
            share = 100 * count / len(chosen)
            width = decay * (10 ** (0.4 / _PER_TEN) - 10 ** (-0.4 / _PER_TEN))
            axes.bar(decay, share, width=width, color=style.colours["data"])
            rows.append((features, decay if decay > _LOWEST else 0.0, count))
        axes.axvline(single, color=style.ink, linewidth=1.1, linestyle=(0, (7, 3)))
        axes.set(
            title=labels("features", features),
            xscale="log",
            xlim=(_LOWEST / 2, 10),
            xlabel=labels("axis", "chosen"),
            ylabel=labels("axis", "share_of_splits"),
        )
        axes.xaxis.set_minor_locator(NullLocator())
        middle, low, high = spread(chosen)
        words.append(
            labels(
                "figure",
                "choosing_splits",
                "each",
                features=labels("features", features),
                median=write(middle, 2),
                low=write(low, 2),
                high=write(high, 2),
                single=write(single, 2),
            )
        )
    numbers = {
        "seeds": f"{len(chosen):,}",
        "rows": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("features", "weight_decay", "splits"), rows, numbers)
