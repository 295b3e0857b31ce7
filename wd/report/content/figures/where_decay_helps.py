"""Exact optima over the size of the training set: more data, and the peak where n = d."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

from wd.report.content.figures.reference_lines import find_best_decay, find_noise_floor, line_look
from wd.report.content.looks import LOOKS
from wd.report.read.curves import band, curve, name_curves
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings, spread
from wd.report.read.series import line_up
from wd.report.read.style import Style

_DASHES = (
    "solid",
    (0, (5, 2)),
    (0, (1, 1)),
    "dashdot",
    (0, (3, 1, 1, 1, 1, 1)),
)
"""Dashes of the exact optimum's curves, in turn."""
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@figure("training_set_size")
def training_set_size(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the test loss without decay over n: trained from random weights, from zero, exact."""
    exact = line_up(readings, "size_exact", "n_train", implementation="ridge", weight_decay=0)
    curves = {
        "random": (
            LOOKS["scratch"],
            line_up(readings, "size", "n_train", init_std=1, weight_decay=0),
        ),
        "zero": (
            ("scratch", (0, (5, 2))),
            line_up(readings, "size", "n_train", init_std=0, weight_decay=0),
        ),
        "interpolation": (LOOKS["ridge"], exact),
    }
    drawn = style.figure(300)
    (axes,) = drawn.axes
    rows, words = [], []
    for name, ((role, dashes), cells) in curves.items():
        label = labels("figure", "training_set_size", name)
        shown = label if name == "interpolation" else "_"
        more, spreads = _draw_over_n(axes, cells, style, role, shown, dashes)
        rows += [(name, *row) for row in more]
        words.append(_tell_ends(label, cells, spreads, labels))
    rows += _compare_over_n(axes, readings, "size_exact", exact[0], style, labels)
    numbers = {
        "seeds": f"{len(exact[0].seeds):,}",
        "curves": labels("word", "list_separator").join(words),
        **_mark_peak(axes, exact, style, labels),
    }
    _name_below(axes, curves["random"][1], labels("figure", "training_set_size", "random"), style)
    _name_from_zero(axes, curves["zero"][1], labels, style)
    name_curves(axes, style)
    header = ("curve", "n_train", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


@figure("peak")
def peak(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the exact optimum's test loss over n for several λ."""
    decays = dict.fromkeys(
        cell.setting.weight_decay for cell in readings.cells("peak", implementation="ridge")
    )
    drawn = style.figure(320)
    (axes,) = drawn.axes
    rows, words = [], []
    for decay, dashes in zip(decays, _DASHES, strict=False):
        cells = line_up(readings, "peak", "n_train", implementation="ridge", weight_decay=decay)
        square, top = (_find_size(cells, more) for more in (0, 1))
        best = find_best_decay(readings, cells[square].setting)
        kind = "best" if best is not None and np.isclose(decay, best) else "other"
        label = labels("figure", "peak", kind, weight_decay=write_exactly(decay))
        banded = decay == 0 or kind == "best"
        more, spreads = _draw_over_n(axes, cells, style, "exact", label, dashes, banded)
        rows += [(decay, *row) for row in more]
        words.append(labels("figure", "peak", "each", curve=label, value=write(spreads[top][0])))
    rows += _compare_over_n(axes, readings, "peak", cells[square], style, labels)
    numbers = {
        "seeds": f"{len(cells[0].seeds):,}",
        "curves": labels("word", "list_separator").join(words),
        **_mark_peak(axes, cells, style, labels),
    }
    name_curves(axes, style)
    header = ("weight_decay", "n_train", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


def _name_below(axes: Axes, cells: list[Reading], name: str, style: Style) -> None:
    """Name a curve below its first half: at its end the mark of the peak is in the way."""
    x = [cell.setting.n_train for cell in cells]
    axes.annotate(
        name,
        (x[0], spread(cells[len(cells) // 2]["expected_test_loss"])[1]),
        xytext=(0, -6),
        textcoords="offset points",
        va="top",
        color=style.colours["scratch"],
    )


def _name_from_zero(axes: Axes, cells: list[Reading], labels: Labels, style: Style) -> None:
    """Name the curve that lies on the exact one, below both, where there is room."""
    middle = cells[len(cells) // 2]
    axes.annotate(
        labels("figure", "training_set_size", "zero"),
        (middle.setting.n_train, spread(middle["expected_test_loss"])[0]),
        xytext=(-20, -44),
        textcoords="offset points",
        ha="center",
        color=style.colours["scratch"],
        arrowprops={"arrowstyle": "-", "linewidth": 0.7, "color": style.colours["scratch"]},
    )


def _find_size(cells: list[Reading], more: int) -> int:
    """Find the place of n = d and so many more among the cells of the peak's study."""
    n = cells[0].setting.n_features + more
    for place, cell in enumerate(cells):
        if cell.setting.n_train == n:
            return place
    raise Missing("setting", study="peak", setting=f"n_train = {n}")


def _draw_over_n(
    axes: Axes,
    cells: list[Reading],
    style: Style,
    role: str,
    label: str,
    dashes: object,
    banded: bool = True,
) -> tuple[list[tuple[float, ...]], list[tuple[float, float, float]]]:
    x = [cell.setting.n_train for cell in cells]
    spreads = [spread(cell["expected_test_loss"]) for cell in cells]
    if banded:
        band(axes, x, spreads, style, role, label, dashes)
    else:
        medians = [middle for middle, *_ in spreads]
        curve(axes, x, medians, color=style.colours[role], linestyle=dashes, label=label)
    return [(n, *triple) for n, triple in zip(x, spreads, strict=True)], spreads


def _tell_ends(
    label: str, cells: list[Reading], spreads: list[tuple[float, float, float]], labels: Labels
) -> str:
    return labels(
        "figure",
        "training_set_size",
        "each",
        curve=label,
        first=write(spreads[0][0]),
        least=str(cells[0].setting.n_train),
        last=write(spreads[-1][0]),
        most=str(cells[-1].setting.n_train),
    )


def _compare_over_n(
    axes: Axes, readings: Readings, study: str, cell: Reading, style: Style, labels: Labels
) -> list[tuple[Any, ...]]:
    """Draw the best constant over n, and the noise floor."""
    constants = line_up(readings, study, "n_train", implementation="constant")
    x = [constant.setting.n_train for constant in constants]
    losses = [spread(constant["expected_test_loss"])[0] for constant in constants]
    axes.plot(x, losses, **line_look("constant", style, labels))
    rows: list[tuple[Any, ...]] = [
        ("constant", *pair, "", "") for pair in zip(x, losses, strict=True)
    ]
    floor = find_noise_floor(cell.setting)
    axes.axhline(floor, **line_look("noise_floor", style, labels))
    return [*rows, ("noise_floor", "", floor, "", "")]


def _mark_peak(axes: Axes, cells: list[Reading], style: Style, labels: Labels) -> dict[str, str]:
    """Set the axes up and mark n = d + 1: the free bias takes one example."""
    top = cells[0].setting.n_features + 1
    axes.axvline(top, ymin=0.9, color=style.ink, linewidth=0.8)  # above the curves
    axes.annotate(
        "n = d + 1",
        (top, 1),
        (4, -10),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=style.ink,
    )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel=labels("axis", "n_train"),
        ylabel=labels("axis", "test_loss"),
    )
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_locator(NullLocator())
    return {"top": str(top)}
