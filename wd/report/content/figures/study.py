"""The figure of any study of the matrix: norm and test loss over whatever varies in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from wd.declarations import HYPERPARAMETERS
from wd.report.content.figures.study_curves import (
    HEADER,
    QUANTITIES,
    draw_curves,
    is_wide,
    pick,
    set_logarithmic,
    tell_choice,
)
from wd.report.content.looks import find_look
from wd.report.content.varying import list_values, list_varied, name_setting
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Missing, Reading, Readings, spread
from wd.report.read.style import Style

_FEWEST_VALUES = 4  # fewer make no curve
_MOST_ROWS = 16
_FEWEST_RUNS = 20  # fewer make no distribution
_ENDS = ("median", "low", "high")


@figure("study")
def study(readings: Readings, labels: Labels, style: Style, study: str) -> Drawing:
    """Draw a study: over one hyperparameter, or setting by setting, or over its seeds.

    Raises:
        Missing: If the study is of another kind than the matrix, or every run diverged.
    """
    cells = readings.cells(study)
    if study not in readings.matrix:  # others have neither a program nor a norm of their own
        kind = next(each.kind for each in readings.config.studies if each.name == study)
        raise Missing("kind", study=study, found=kind)
    settled = [cell for cell in cells if not cell.diverged.all()]
    if not settled:
        raise Missing("diverged", study=study)
    over = _choose(cells)
    if over:
        drawing = draw_curves(cells, over, labels, style)
    elif len(cells) == 1 and np.count_nonzero(~cells[0].diverged) >= _FEWEST_RUNS:
        drawing = _draw_distributions(cells[0], labels, style)
    else:
        drawing = _draw_rows(settled, labels, style)
    numbers = drawing.numbers
    numbers["seeds"] = _tell_seeds(cells[0], numbers["seeds"], labels)
    if diverged := sum(int(cell.diverged.sum()) for cell in cells):
        runs = sum(len(cell.seeds) for cell in cells)
        counts = {"runs": f"{runs:,}", "diverged": f"{diverged:,}"}
        numbers["more"] += labels("figure", "study", "diverged", **counts)
    return drawing


def _choose(cells: Sequence[Reading]) -> str | None:
    """Choose the hyperparameter that makes the horizontal axis: the one with the most values."""
    counts = {
        name: len(list_values(cells, name))
        for name in list_varied(cells)
        if HYPERPARAMETERS[name].type is not str
    }
    name = max(counts, key=lambda each: counts[each], default=None)
    if name and (counts[name] >= _FEWEST_VALUES or len(cells) > _MOST_ROWS):
        return name
    return None


def _draw_rows(cells: Sequence[Reading], labels: Labels, style: Style) -> Drawing:
    """Draw a row for each setting: a mark at the median, and a bar from 5 to 95 %."""
    varied = list_varied(cells)
    by_name = {name_setting(cell.setting, varied, labels): cell for cell in cells}
    shown = pick(list(by_name), _MOST_ROWS)
    drawn = style.figure(40 + 30 * len(shown), columns=len(QUANTITIES))
    rows, parts = [], []
    for axes, quantity in zip(drawn.axes, QUANTITIES, strict=True):
        for place, name in enumerate(shown):
            cell = by_name[name]
            middle, low, high = spread(cell[quantity])
            colour = style.colours[find_look(cell.setting.implementation)[0]]
            axes.plot([low, high], [place, place], color=colour, linewidth=5, alpha=0.3)
            axes.plot(middle, place, "o", color=colour, markersize=6)
            axes.annotate(
                name,
                (0, place),
                xycoords=("axes fraction", "data"),
                xytext=(2, 6),
                textcoords="offset points",
                color=style.ink,
            )
            rows.append((quantity, name, "", "", middle, low, high))
        axes.set_yticks([])
        axes.set_ylim(len(shown) - 0.6, -0.8)
        axes.spines["left"].set_visible(False)
        axes.grid(False, axis="y")
        axes.set_xlabel(labels("axis", quantity))
        if is_wide(medians := [row[4] for row in rows if row[0] == quantity]):
            set_logarithmic(axes, "x", min(medians), max(medians))
    for name in shown:
        first = {f"first_{each}": write(spread(by_name[name][each])[0]) for each in QUANTITIES}
        parts.append(labels("figure", "study", "each_row", curve=name, **first))
    numbers = {
        "what": labels("figure", "study", "apart"),
        "curves": labels("word", "list_separator").join(parts),
        "more": tell_choice(shown, by_name, labels),
        "seeds": "spreads",
    }
    return Drawing(drawn, HEADER, rows, numbers)


def _draw_distributions(cell: Reading, labels: Labels, style: Style) -> Drawing:
    """Draw how many runs end where, for a study of a single setting."""
    drawn = style.figure(220, columns=len(QUANTITIES))
    colour = style.colours[find_look(cell.setting.implementation)[0]]
    rows, words = [], dict[str, str]()
    for axes, quantity in zip(drawn.axes, QUANTITIES, strict=True):
        values = cell[quantity][~cell.diverged]
        low, high = values.min(), values.max()
        bars = min(30, 2 * math.isqrt(len(values)))
        if is_wide(values):
            edges = np.geomspace(low, high, bars + 1)
            edges[[0, -1]] = low, high
            set_logarithmic(axes, "x", low, high)
        else:
            edges = np.histogram_bin_edges(values, bars)
        counts, _ = np.histogram(values, edges)
        axes.stairs(counts, edges, color=colour, fill=True, alpha=0.3)
        axes.stairs(counts, edges, color=colour)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel=labels("axis", quantity), ylabel=labels("axis", "runs"))
        ends = zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
        rows += [(quantity, *bar) for bar in ends]
        written = [write(number) for number in spread(values)]
        words |= zip((f"{end}_{quantity}" for end in _ENDS), written, strict=True)
    numbers = {
        "what": labels("figure", "study", "distribution"),
        "curves": labels("figure", "study", "each_distribution", **words),
        "more": "",
        "seeds": "runs",
    }
    return Drawing(drawn, ("quantity", "from", "to", "runs"), rows, numbers)


def _tell_seeds(cell: Reading, form: str, labels: Labels) -> str:
    if len(cell.seeds) == 1:
        return labels("figure", "study", "single", seed=int(cell.seeds[0]))
    return labels("figure", "study", form, seeds=f"{len(cell.seeds):,}")
