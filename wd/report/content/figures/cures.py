"""Other cures: stopped descent beside ridge, the weights that L1 leaves, and all cures together."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

from wd.declarations.kinds.cures import CURES
from wd.declarations.kinds.lasso import PROGRAMS
from wd.report.content.claims.cures import compare_risks, list_square
from wd.report.content.compared import describe_data, list_compared, name_data
from wd.report.content.figures.reference_lines import find_noise_floor, line_look
from wd.report.read.curves import legend_below
from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Readings, spread
from wd.report.read.style import EDGE, Style

COMPARED = (*(cure for cure in CURES if cure != "ridge"), "constant")
"""What is compared with the best λ."""
_TICKS = (0.01, 0.1, 1, 10, 100)
_FINE_TICKS = (0.6, 0.8, 1, 1.2, 1.5, 2)
_LOOKS = {
    "coordinate": ("exact", "solid"),
    "proximal": ("data", "none"),
    "subgradient": ("scratch", (0, (5, 2))),
    "ridge": ("bound", "dashdot"),
}
_MOST = 100  # a cure that does so much worse than the best λ is off the picture


@figure("stopping_paths")
def stopping_paths(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the loss over the steps, and that of ridge with λ = 1/(ηt), at two levels of noise."""
    cells = list_square(readings, "stopping_square")
    drawn = style.figure(250, columns=2)
    rows: list[tuple[Any, ...]] = []
    words = []
    for axes, cell in zip(drawn.axes, cells, strict=False):
        path = cell.series("stopping_path")
        steps = path["step"][0]
        for name, role, dashes in (
            ("stopped", "scratch", "solid"),
            ("matched_ridge", "exact", "dashdot"),
        ):
            medians = np.median(path[name], axis=0)
            least = int(medians.argmin())
            colour, name_of = style.colours[role], labels("stopped", name)
            axes.plot(steps, medians, color=colour, linestyle=dashes, label=name_of)
            axes.plot(steps[least], medians[least], "o", color=colour, markersize=7)
            rows += [
                (describe_data(cell), name, int(step), value)
                for step, value in zip(steps, medians, strict=True)
            ]
            words.append(
                labels(
                    "figure",
                    "stopping_paths",
                    "each",
                    data=describe_data(cell),
                    curve=labels("stopped", name),
                    start=write(float(medians[0])),
                    least=write(float(medians[least])),
                    at=f"{int(steps[least]):,}",
                    end=write(float(medians[-1])),
                )
            )
        never, floor = float(np.median(cell["never_risk"])), find_noise_floor(cell.setting)
        axes.axhline(never, **line_look("interpolation", style, labels))
        axes.axhline(floor, **line_look("noise_floor", style, labels))
        axes.set(
            title=describe_data(cell),
            xscale="log",
            yscale="log",
            xlabel=labels("axis", "steps"),
            ylabel=labels("axis", "test_loss"),
        )
        axes.xaxis.set_major_locator(FixedLocator([1, 1e2, 1e4, 1e6]))
        axes.xaxis.set_minor_locator(NullLocator())
        rows.append((describe_data(cell), "interpolation", "", never))
        rows.append((describe_data(cell), "noise_floor", "", floor))
    legend_below(drawn, style)
    numbers = {
        "seeds": str(len(cells[0].seeds)),
        "curves": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("data", "curve", "step", "median"), rows, numbers)


@figure("lasso_sizes")
def lasso_sizes(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the sizes of all weights, the largest first, as each program leaves them."""
    cell = find_settled(readings, "lasso")
    found = cell.series("lasso_sizes")
    ranks = found["rank"][0]
    drawn = style.figure(310)
    (axes,) = drawn.axes
    rows, words = [], []
    for name in (*PROGRAMS, "ridge"):
        sizes = np.median(found[name], axis=0)
        role, dashes = _LOOKS[name]
        axes.plot(
            ranks,
            np.where(sizes > 0, sizes, np.nan),
            color=style.colours[role],
            linestyle=dashes,
            label=labels("l1_program", name),
            marker="o" if dashes == "none" else "",
            markersize=8,
            fillstyle="none",
        )
        rows += [(name, int(rank), size) for rank, size in zip(ranks, sizes, strict=True)]
        words.append(
            labels(
                "figure",
                "lasso_sizes",
                "each",
                program=labels("l1_program", name),
                count=str(int((sizes > 0).sum())),
                most=write(float(sizes[0])),
                least=write(float(sizes[sizes > 0][-1])) if sizes[0] else "0",
            )
        )
    axes.set(yscale="log", xlabel=labels("axis", "rank"), ylabel=labels("axis", "size_of_weight"))
    legend_below(drawn, style)
    numbers = {
        "seeds": str(len(cell.seeds)),
        "d": str(cell.setting.n_features),
        "programs": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("curve", "rank", "size"), rows, numbers)


@figure("cures_compared")
def cures_compared(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the risk of each cure over that of the best λ, a panel for each kind of data."""
    cells = list_compared(readings)
    drawn = style.figure(190, columns=2, rows=-(-len(cells) // 2))
    rows, words = [], []
    for axes, cell in zip(drawn.axes, cells, strict=False):
        data = name_data(cell, labels)
        found = [spread(compare_risks(cell, cure)) for cure in COMPARED]
        least, most = min(low for _, low, _ in found), max(high for *_, high in found)
        for place, (cure, (middle, low, high)) in enumerate(zip(COMPARED, found, strict=True)):
            colour = style.colours["data"] if cure != "constant" else style.ink
            axes.plot([low, high], [place, place], color=colour, linewidth=3, alpha=EDGE)
            axes.plot(middle, place, "o", color=colour, markersize=7)
            rows.append((data, cure, middle, low, high))
            words.append(
                labels(
                    "figure",
                    "cures_compared",
                    "each",
                    data=data,
                    cure=labels("cure", cure),
                    median=write(middle),
                    low=write(low),
                    high=write(high),
                )
            )
        axes.axvline(1, color=style.colours["exact"], linewidth=1.3, linestyle=(0, (5, 3)))
        axes.set(
            title=data,
            xscale="log",
            xlim=(0.93 * least, min(1.07 * most, _MOST)),
            ylim=(len(COMPARED) - 0.4, -0.6),
            xlabel=labels("axis", "over_ridge"),
        )
        axes.set_yticks(range(len(COMPARED)), [labels("cure", each) for each in COMPARED])
        axes.xaxis.set_major_locator(FixedLocator(_TICKS if most > 3 else _FINE_TICKS))
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_locator(NullLocator())
    for axes in drawn.axes[len(cells) :]:
        axes.remove()
    numbers = {
        "seeds": str(len(cells[0].seeds)),
        "rows": labels("word", "list_separator").join(words),
    }
    header = ("data", "cure", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)
