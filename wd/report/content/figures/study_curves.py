"""Curves of any study of the matrix over one hyperparameter, one for each combination of others."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from wd.report.content.looks import find_look
from wd.report.content.varying import list_values, list_varied, name_setting
from wd.report.read.curves import band, legend_below
from wd.report.read.figures import Drawing
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, spread
from wd.report.read.style import Style

QUANTITIES = ("w_norm", "test_loss")
"""What the figure of a study shows, a panel each."""
HEADER = ("quantity", "curve", "over", "value", "median", "percentile_5", "percentile_95")
_MOST_CURVES = 8
_MOST_BANDS = 3  # more hide one another
_MOST_MARKS = 30
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "<")
_RATIO = 20
"""An axis whose ends are so many times apart is logarithmic."""
_FEW_POWERS = 300
"""One whose ends are fewer times apart has marks between the powers of ten as well."""


def draw_curves(cells: Sequence[Reading], over: str, labels: Labels, style: Style) -> Drawing:
    """Draw norm and test loss over one hyperparameter.

    Args:
        cells: All cells of a study; a gap is where every run diverged.
        over: The hyperparameter. A program that doesn't read it is drawn as a level.
        labels: The words.
        style: The look.
    """
    besides = [name for name in list_varied(cells) if name != over]
    curves: dict[str, list[Reading]] = {}
    for cell in cells:
        curves.setdefault(name_setting(cell.setting, besides, labels), []).append(cell)
    for name, found in [*curves.items()]:
        if all(cell.diverged.all() for cell in found):
            del curves[name]
    shown = pick(list(curves), _MOST_CURVES)
    banded = len(shown) <= _MOST_BANDS
    where = _Places(list_values(cells, over))
    drawn = style.figure(columns=len(QUANTITIES))
    rows: list[tuple[Any, ...]] = []
    for axes, quantity in zip(drawn.axes, QUANTITIES, strict=True):
        for index, name in enumerate(shown):
            points = [(_get(cell, over), *spread(cell[quantity])) for cell in curves[name]]
            points.sort(key=lambda point: point[0] or 0)
            look = _find_look(index, shown, curves, style)
            _draw_curve(axes, points, where, style, look, name, banded=banded)
            rows += [
                (quantity, name, over, "" if value is None else value, *numbers)
                for value, *numbers in points
            ]
        where.set_axis(axes)
        axes.set(xlabel=labels("column", over), ylabel=labels("axis", quantity))
        if is_wide(medians := [row[4] for row in rows if row[0] == quantity]):
            set_logarithmic(axes, "y", np.nanmin(medians), np.nanmax(medians))
    if len(shown) > 1:
        legend_below(drawn, style)
    told = [_tell(curves[name], name, over, labels) for name in shown]
    numbers = {
        "what": labels("figure", "study", "over", name=labels("column", over)),
        "curves": labels("word", "list_separator").join(told),
        "more": tell_choice(shown, curves, labels),
        "seeds": "spreads" if banded else "medians",
    }
    return Drawing(drawn, HEADER, rows, numbers)


def pick(names: Sequence[str], most: int) -> Sequence[str]:
    """Pick so many at most, evenly."""
    if len(names) <= most:
        return names
    return [names[round(place)] for place in np.linspace(0, len(names) - 1, most)]


def tell_choice(shown: Sequence[str], names: Collection[str], labels: Labels) -> str:
    """Say how many of how many are drawn, if not all are."""
    if len(shown) == len(names):
        return ""
    return labels("figure", "study", "chosen", shown=f"{len(shown)}", count=f"{len(names):,}")


def is_wide(medians: Sequence[float]) -> bool:
    """Whether numbers ask for a logarithmic axis: all positive, and far apart."""
    finite = [value for value in medians if math.isfinite(value)]
    return min(finite) > 0 and max(finite) / min(finite) >= _RATIO


def set_logarithmic(axes: Axes, which: str, low: float, high: float) -> None:
    """Make an axis logarithmic, with few marks and no formulas at them: those take seconds.

    Args:
        axes: The panel.
        which: "x" or "y".
        low: The smallest number on it.
        high: The largest.
    """
    axes.set(**{f"{which}scale": "log"})
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < _FEW_POWERS else (1,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value, 1)))
    axis.set_minor_locator(NullLocator())


class _Places:
    """Where values stand on the horizontal axis; 0 has a place of its own on a logarithmic one."""

    def __init__(self, values: Sequence[float]) -> None:
        positive = sorted(value for value in values if value > 0)
        self._ends = (positive[0], positive[-1]) if positive else (1, 1)
        self._wide = min(values) >= 0 and self._ends[1] / self._ends[0] >= _RATIO
        self._zero: float | None = None
        if self._wide and min(values) == 0:
            self._zero = self._ends[0] / max((self._ends[1] / self._ends[0]) ** 0.1, 2)

    def stands_apart(self, value: float) -> bool:
        """Whether a value is a 0 to which no line leads."""
        return value == 0 and self._zero is not None

    def __call__(self, value: float) -> float:
        return value if value or self._zero is None else self._zero

    def set_axis(self, axes: Axes) -> None:
        """Set scale and marks of the horizontal axis."""
        if not self._wide:
            return
        set_logarithmic(axes, "x", *self._ends)
        if self._zero is None:
            return
        first, last = (
            rounded(math.log10(end))
            for rounded, end in zip((math.ceil, math.floor), self._ends, strict=True)
        )
        step = max(1, math.ceil((last - first + 1) / 5))
        marks = [float(f"1e{power}") for power in range(first, last + 1, step)]
        axes.set_xticks([self._zero, *marks], ["0", *(write(mark, 1) for mark in marks)])


def _draw_curve(
    axes: Axes,
    points: Sequence[tuple],
    where: _Places,
    style: Style,
    look: dict,
    name: str,
    *,
    banded: bool,
) -> None:
    """Draw medians as a line with marks, in a band; apart from it what belongs to 0."""
    role, dashes, mark, paint = look["role"], look["dashes"], look["mark"], look["paint"]
    if points[0][0] is None:
        axes.axhline(points[0][1], linestyle=dashes, linewidth=1.2, label=name, **paint)
        return
    joined = [point for point in points if not where.stands_apart(point[0])]
    x, middle = [where(value) for value, *_ in joined], [point[1] for point in joined]
    small = mark if len(joined) <= _MOST_MARKS else ""
    if banded:
        band(axes, x, [point[1:] for point in joined], style, role, name, dashes)
        axes.plot(x, middle, linestyle="", marker=small, markersize=4, **paint)
    else:
        axes.plot(x, middle, linestyle=dashes, marker=small, markersize=4, label=name, **paint)
    for value, at, low, high in points:
        if where.stands_apart(value):
            if banded:
                axes.plot(
                    [where(value)] * 2, [low, high], linewidth=5, alpha=0.3, color=paint["color"]
                )
            axes.plot(where(value), at, linestyle="", marker=mark, markersize=5, **paint)


def _find_look(
    index: int, shown: Sequence[str], curves: dict[str, list[Reading]], style: Style
) -> dict:
    """A program's own colour and line; curves of one program differ in their marks and strength."""
    program = curves[shown[index]][0].setting.implementation
    role, dashes = find_look(program)
    same = [name for name in shown if curves[name][0].setting.implementation == program]
    place = same.index(shown[index])
    alpha = 1 - 0.55 * place / max(len(same) - 1, 1)
    paint = {"color": style.colours[role], "alpha": alpha}
    return {"role": role, "dashes": dashes, "mark": _MARKS[place], "paint": paint}


def _get(cell: Reading, name: str) -> float | None:
    return getattr(cell.setting, name)


def _tell(cells: Sequence[Reading], name: str, over: str, labels: Labels) -> str:
    """Tell where a curve begins and ends, or the height of a level."""
    there = [cell for cell in cells if not cell.diverged.all()]
    there.sort(key=lambda cell: _get(cell, over) or 0)
    first, last = there[0], there[-1]
    words = {"curve": name}
    for quantity in QUANTITIES:
        words[f"first_{quantity}"] = write(spread(first[quantity])[0])
        words[f"last_{quantity}"] = write(spread(last[quantity])[0])
    if _get(first, over) is None or first is last:
        return labels("figure", "study", "each_row", **words)
    symbol = labels("column", over)
    for end, cell in (("least", first), ("most", last)):
        words[end] = f"{symbol} = {write_exactly(_get(cell, over))}"
    return labels("figure", "study", "each_curve", **words)
