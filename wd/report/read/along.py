"""Names written along curves, each where its panel leaves the most room beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from wd.report.read.style import Style

_STEPS = 60  # places along a curve that are tried
_LIFTS = (3, 6, 10, 14)  # pixels between a curve and its name: the steeper, the more
_TOUCH = 2  # pixels: what is nearer to a name touches it
_ENOUGH = 16.0  # pixels of room beyond which a place is no better
_LINE = 1.17  # the height of a line of text, in its size


def name_along(axes: Axes, style: Style, lines: Sequence[Line2D]) -> None:
    """Write the name of each curve above or below it, clear of all that is drawn in the panel.

    To be called when the limits are set. What is named here is left out of the legend.

    Args:
        axes: The panel.
        style: The figure's.
        lines: The curves, each labelled with its name.
    """
    renderer = FigureCanvasAgg(axes.figure).get_renderer()  # type: ignore[arg-type]
    face = FontProperties(size=style.size)
    drawn = {line: _sample(axes, line) for line in axes.get_lines()}
    named = [np.empty((0, 2))]
    for line in lines:
        text = str(line.get_label())
        width = renderer.get_text_width_height_descent(text, face, False)[0]
        half = np.array([width, _LINE * style.size]) / 2
        others = np.concatenate([*named, *(drawn[each] for each in drawn if each is not line)])
        x, y, lift = _find_room(axes, drawn[line], others, half)
        left, up = axes.transData.inverted().transform((x, y))
        axes.annotate(
            text,
            (left, up),
            xytext=(left, up),
            textcoords=axes.transData
            + ScaledTranslation(0, lift / 72, axes.figure.dpi_scale_trans),
            ha="center",
            va="center",
            color=line.get_color(),
            path_effects=style.halo(),
        )
        line.set_label(None)
        middle = np.array([x, y + lift])
        box = np.linspace(middle - half, middle + half, 9)
        corners = np.stack(np.meshgrid(box[:, 0], box[:, 1]), -1).reshape(-1, 2)
        named.append(corners)


def _sample(axes: Axes, line: Line2D) -> np.ndarray:
    """Follow a line, or its marks, in steps of a few pixels."""
    ends = line.get_transform().transform(np.column_stack(line.get_data()).astype(float))
    ends = ends[np.isfinite(ends).all(1)]
    if len(ends) < 2 or line.get_linestyle() == "None":
        return ends
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(ends, axis=0).T))])
    steps = np.linspace(0, along[-1], max(2, int(along[-1] / 3)))
    return np.column_stack([np.interp(steps, along, ends[:, each]) for each in (0, 1)])


def _find_room(
    axes: Axes, along: np.ndarray, others: np.ndarray, half: np.ndarray
) -> tuple[float, float, float]:
    """Find the place along a curve, and the side, where a name is near it and far from all else.

    Args:
        axes: The panel.
        along: The curve, point by point.
        others: All other lines and marks, and the names that are written already.
        half: Half of the name's width and height.

    Returns:
        Where on the curve, in pixels, and how far above it the name's middle is.
    """
    low, high = axes.bbox.min + half, axes.bbox.max - half
    best, most = (*along[0], half[1] + _LIFTS[0]), -np.inf
    for x, y in along[:: max(1, len(along) // _STEPS)]:
        for lift in (side * (half[1] + each) for each in _LIFTS for side in (1, -1)):
            middle = np.array([x, y + lift])
            own = _measure_gap(along, middle, half)
            if (middle < low).any() or (middle > high).any() or own < _TOUCH:
                continue
            room = min(_measure_gap(others, middle, half) - own, _ENOUGH)
            if room > most + 0.5:
                best, most = (x, y, lift), room
    return best


def _measure_gap(points: np.ndarray, middle: np.ndarray, half: np.ndarray) -> float:
    """Measure how far the nearest point is from a box; negative where one is inside."""
    return float((np.abs(points - middle) - half).max(1).min(initial=np.inf))
