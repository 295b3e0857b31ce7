"""Where a figure's panels stand: each as high as it was asked to be, with room for its words.

A panel's head is its title, and below that the name of its vertical axis, which is written along
like all other text. Everything is measured once; the figure grows until all of it fits.
"""

from __future__ import annotations

import math
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.ticker import (
    FuncFormatter,
    LogFormatter,
    LogLocator,
    NullLocator,
    ScalarFormatter,
)
from matplotlib.transforms import ScaledTranslation

from wd.report.read.numbers import write

_GAP, _BELOW = 18, 14  # between panels; between the lowest of them and the legend
_HEAD = 7  # between a panel and its head
_AROUND = (46, 16)  # what is beside a panel, on its two sides, until it is measured


def place(figure: Figure, width: float, height: float) -> None:
    """Give every panel its height, and about its width, so that words can be fitted to it."""
    rows, columns = _find_place(figure.axes[0]).get_gridspec().get_geometry()
    total = rows * (height + 80)
    figure.set_size_inches(width / 72, total / 72)
    across = width / columns - sum(_AROUND)
    for index, axes in enumerate(figure.axes):
        row, column = divmod(index, columns)
        left, bottom = column * width / columns + _AROUND[0], total - (row + 1) * (height + 80)
        axes.set_position((left / width, bottom / total, across / width, height / total))


def _find_place(axes: Axes) -> SubplotSpec:
    """Which row and column of its figure a panel has."""
    place = axes.get_subplotspec()
    assert place is not None  # panels are made as rows and columns
    return place


def arrange(figure: Figure, width: float) -> None:
    """Put panels and legend where all their words have room.

    Args:
        figure: Finished but for this.
        width: Of the whole figure, in pixels; its height follows.
    """
    renderer = FigureCanvasAgg(figure).get_renderer()
    for axes in figure.axes:
        _write_head(axes)
        for axis in (axes.xaxis, axes.yaxis):
            _write_ticks(axis)
    around = {axes: _measure(axes, renderer) for axes in figure.axes}
    columns = _group(figure.axes, "colspan")
    rows = _group(figure.axes, "rowspan")
    left, right = (
        [max(around[axes][side] for axes in column) for column in columns] for side in (0, 1)
    )
    below, above = ([max(around[axes][side] for axes in row) for row in rows] for side in (2, 3))
    across = (width - sum(left) - sum(right) - _GAP * (len(columns) - 1)) / len(columns)
    heights = [_find_height(row[0], across) for row in rows]
    legend = _measure_legend(figure, renderer)
    total = sum(below) + sum(heights) + sum(above) + _GAP * (len(rows) - 1) + legend
    figure.set_size_inches(width / 72, math.ceil(total) / 72)
    total = math.ceil(total)
    top = float(total)
    for row, tall, down, up in zip(rows, heights, below, above, strict=True):
        top -= up + tall
        for axes in row:
            column = _find_place(axes).colspan.start
            start = sum(left[: column + 1]) + sum(right[:column]) + column * (across + _GAP)
            axes.set_position((start / width, top / total, across / width, tall / total))
        top -= down + _GAP


def _write_head(axes: Axes) -> None:
    """Write title and axis name one below the other, above the panel."""
    name = axes.yaxis.label
    size = float(name.get_fontsize())
    lift = ScaledTranslation(0, _HEAD / 72, axes.figure.dpi_scale_trans)
    name.set(rotation=0, ha="left", va="bottom")
    axes.yaxis.set_label_coords(0, 1, transform=axes.transAxes + lift)
    lines = name.get_text().count("\n") + 1 if name.get_text() else 0
    pad = _HEAD + lines * size * 1.45
    axes.set_title(axes.get_title(loc="left"), loc="left", pad=pad)


def _write_ticks(axis: Axis) -> None:
    """Write the numbers at an axis as the pages do."""
    if isinstance(axis.get_major_formatter(), LogFormatter | ScalarFormatter):
        axis.set_major_formatter(FuncFormatter(lambda value, _: write_tick(value)))
    axis.set_minor_locator(NullLocator())  # hundreds of marks, and half of the time
    low, high = sorted(axis.get_view_interval())
    if (
        axis.get_scale() == "log"
        and sum(low <= tick <= high for tick in axis.get_majorticklocs()) < 2
    ):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))


def write_tick(value: float) -> str:
    """Write the number at a tick: "0.01", "1,000", "10⁻⁶"."""
    if value and not 1e-3 <= abs(value) < 1e5:
        return write(value, 1).replace("1×", "")
    return f"{value:,.6g}".replace("-", "−")


def _measure(axes: Axes, renderer: RendererBase) -> tuple[float, float, float, float]:
    """Measure what a panel has beyond its axes on the four sides."""
    inner, outer = axes.bbox, axes.get_tightbbox(renderer)
    assert outer is not None  # panels are seen
    sides = (inner.x0 - outer.x0, outer.x1 - inner.x1, inner.y0 - outer.y0, outer.y1 - inner.y1)
    return tuple(math.ceil(max(side, 0)) + 1 for side in sides)


def _group(panels: list[Axes], span: str) -> list[list[Axes]]:
    def place_of(axes: Axes) -> int:
        return getattr(axes.get_subplotspec(), span).start

    return [list(group) for _, group in groupby(sorted(panels, key=place_of), key=place_of)]


def _find_height(axes: Axes, across: float) -> float:
    """Find a panel's height: where both axes have one scale it follows from the width."""
    if axes.get_aspect() == "auto":
        return axes.bbox.height
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    return across * (high - low) / (right - left)


def _measure_legend(figure: Figure, renderer: RendererBase) -> float:
    """Measure what the figure's legend takes at its foot."""
    if not figure.legends:
        return 0
    return figure.legends[0].get_window_extent(renderer).height + _BELOW
