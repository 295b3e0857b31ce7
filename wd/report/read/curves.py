"""What most figures are made of: curves with their spread, an axis of λ, names at the ends."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import ScaledTranslation, Transform, blended_transform_factory

from wd.report.read.style import BAND, EDGE, Style

Numbers = Sequence[float] | np.ndarray
_APART = 0.5  # how many powers of ten λ = 0 is away from the first λ after it
_LEADER = {"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 1, "relpos": (0, 0.5)}
_ASIDE, _FURTHER = 6, 10  # from the end of a curve to its name, and further to one that moved
_EDGE = 40  # curves that end so near to the edge of the panel have their names in one column
_BETWEEN = 6  # names are further apart than the lines of one
_MOVED = 3  # how far from its curve's end a name may be without a line to it
_TICK = 40  # the room for a number at the axis
_LINE = 1.17  # the height of a line of text, in its size
_PITCH = 0.82  # what matplotlib makes that height of
_WRAP = 15  # characters: a longer name goes on in the next line
_WRAP_HAN = 10  # letters of twice the width: a longer name goes on after its comma


def set_decay_axis(axes: Axes, decays: Numbers, name: str) -> None:
    """Let λ run along a panel: powers of ten, and λ = 0 on its own beside them.

    Nothing is drawn between 0 and the first λ after it, where the axis is broken. To be called
    before anything is drawn over it.

    Args:
        axes: The panel.
        decays: The λ that are to be shown.
        name: The axis's name.
    """
    positive = [each for each in decays if each > 0]
    least, most = (min(positive), max(positive)) if positive else (1.0, 1.0)
    axes.set_xlabel(name)
    tens = 10.0 ** np.arange(math.ceil(math.log10(least) - 1e-9), math.log10(most) + 1e-9)
    tens = tens[:: -max(1, math.ceil(len(tens) * _TICK / axes.bbox.width))][::-1]
    if min(decays) > 0:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator([*tens]))
        return
    axes.set_xscale("symlog", linthresh=least, linscale=_APART)
    axes.set_xlim(-0.3 * least, most if most > least else 2 * least)
    axes.xaxis.set_major_locator(FixedLocator([0, *tens]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.plot(
        [0.45 * least, 0.6 * least],
        [0, 0],
        linestyle="none",
        marker=[(-0.5, -1), (0.5, 1)],
        markersize=9,
        color=axes.spines["bottom"].get_edgecolor(),
        markeredgewidth=0.9,
        transform=axes.get_xaxis_transform(),
        clip_on=False,
    )


def curve(axes: Axes, x: Numbers, y: Numbers, **look: Any) -> None:
    """Draw a curve; over λ, where the axis is broken, with a point for λ = 0."""
    x, y = np.asarray(x), np.asarray(y)
    if _begins_apart(axes, x):
        point = {"linestyle": "none", "marker": "o", "markersize": 5}
        axes.plot(x[:1], y[:1], **{**look, "label": None, **point})
        x, y = x[1:], y[1:]
    axes.plot(x, y, **look)


def band(
    axes: Axes,
    x: Numbers,
    spreads: Sequence[tuple[float, float, float]],
    style: Style,
    role: str,
    label: str,
    dashes: object = "solid",
) -> None:
    """Draw medians as a curve and the 5th to 95th percentile as a band around it."""
    x, (middle, low, high) = np.asarray(x), np.asarray(spreads).T
    colour = style.colours[role]
    edge: dict[str, Any] = {"color": colour, "alpha": EDGE, "linewidth": 0.8}
    curve(axes, x, middle, color=colour, linestyle=dashes, label=label)
    if _begins_apart(axes, x):
        axes.plot(x[[0, 0]], [low[0], high[0]], **edge | {"linewidth": 1.6}, clip_on=False)
        x, low, high = x[1:], low[1:], high[1:]
    axes.fill_between(x, low, high, color=colour, alpha=BAND, linewidth=0)
    for each in (low, high):
        axes.plot(x, each, **edge)


def _begins_apart(axes: Axes, x: np.ndarray) -> bool:
    return axes.get_xscale() == "symlog" and len(x) > 1 and x[0] == 0


def name_curves(axes: Axes, style: Style) -> None:
    """Write the name of each curve at its end, in its colour; to be called when limits are set.

    Names that would lie on each other move apart, and a thin line leads from each to its curve.
    What is named here is left out of the legend.

    Args:
        axes: The panel.
        style: The figure's.
    """
    low, high = axes.get_ylim()
    ends = [(line, *_find_end(axes, line)) for line in axes.get_lines() if _is_named(line)]
    ends = [each for each in ends if math.isfinite(each[2]) and low <= each[2] <= high]
    texts = [wrap(str(line.get_label())) for line, *_ in ends]
    heights = [_LINE * style.size * (text.count("\n") + 1) + _BETWEEN for text in texts]
    befores, ons = _find_end_pixels(axes, ends)
    places = spread_out(ons, heights, axes.bbox.height)
    aside = _find_aside(ons, places, heights)
    for index, ((line, x, y), text, before, on, place) in enumerate(
        zip(ends, texts, befores, ons, places, strict=True)
    ):
        colour, moved = line.get_color(), index in aside
        within = before > _EDGE  # the panel: its lines may pass behind the name
        axes.annotate(
            text,
            (x, y),
            xytext=(x if within else 1, y),
            textcoords=_find_column(axes, within)
            + _shift(axes, _ASIDE + _FURTHER * moved, place - on),
            va="center",
            color=colour,
            linespacing=_PITCH,
            annotation_clip=False,
            path_effects=style.halo() if within else None,
            arrowprops=_LEADER | {"color": colour} if moved else None,
        )
        line.set_label(None)


def _find_end_pixels(
    axes: Axes, ends: Sequence[tuple[Line2D, float, float]]
) -> tuple[list[float], list[float]]:
    """Find how far before the panel's edge each end is, and how far above its foot."""
    pixels = [axes.transData.transform((x, y)) for _, x, y in ends]
    return [max(axes.bbox.x1 - x, 0.0) for x, _ in pixels], [y - axes.bbox.y0 for _, y in pixels]


def _find_column(axes: Axes, within: bool) -> Transform:
    """Find where names begin: at their curve's end, or at the panel's edge, one below the other."""
    across = axes.transData if within else axes.transAxes
    return blended_transform_factory(across, axes.transData)


def _shift(axes: Axes, across: float, up: float) -> ScaledTranslation:
    """Move by so many pixels of the page, however wide the panel will be."""
    return ScaledTranslation(across / 72, up / 72, axes.figure.dpi_scale_trans)


def _find_aside(
    wanted: Sequence[float], places: Sequence[float], heights: Sequence[float]
) -> set[int]:
    """Which names stand further aside: those moved, and those that a line to these would cross."""
    moved = {i for i, place in enumerate(places) if abs(place - wanted[i]) > _MOVED}
    crossed = {
        i
        for i, place in enumerate(places)
        for j in moved - {i}
        if min(wanted[j], places[j]) < place + heights[i] / 2
        and max(wanted[j], places[j]) > place - heights[i] / 2
    }
    return moved | crossed


def wrap(text: str) -> str:
    """Break a name that is written beside a curve into short lines, but never a formula."""
    if sum(east_asian_width(letter) in "WF" for letter in text) > _WRAP_HAN:
        text = text.replace("，", "，\n")
    lines = text.replace(" = ", "\u00a0=\u00a0").split("\n")
    return "\n".join(part for line in lines for part in textwrap.wrap(line, _WRAP))


def _is_named(line: Line2D) -> bool:
    return not str(line.get_label()).startswith("_")


def _find_end(axes: Axes, line: Line2D) -> tuple[float, float]:
    """Find where a curve ends; a horizontal line does where its panel does."""
    x, y = (np.asarray(each, float) for each in line.get_data())
    if line.get_transform() == axes.get_yaxis_transform():  # as axhline draws
        return axes.get_xlim()[1], float(y[-1])
    shown = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if shown.size == 0:
        return math.nan, math.nan
    return float(x[shown[-1]]), float(y[shown[-1]])


def spread_out(wanted: Sequence[float], heights: Sequence[float], top: float) -> list[float]:
    """Move things apart that would overlap, each as little as the others allow.

    Args:
        wanted: Where the middle of each would be.
        heights: How high each is.
        top: They stay between 0 and this, as far as there is room.

    Returns:
        Where the middle of each is to be.
    """
    groups: list[tuple[list[int], float]] = []  # things that touch, and where they begin
    for index in sorted(range(len(wanted)), key=lambda each: wanted[each]):
        members, start = [index], wanted[index] - heights[index] / 2
        while True:
            size = sum(heights[each] for each in members)
            start = max(min(start, top - size), 0)
            if not groups or _end_of(groups[-1], heights) <= start:
                break
            members = groups.pop()[0] + members
            start = _best_start(members, wanted, heights)
        groups.append((members, start))
    places = [0.0] * len(wanted)
    for members, start in groups:
        ends = start + np.cumsum([heights[index] for index in members])
        for index, end in zip(members, ends, strict=True):
            places[index] = float(end) - heights[index] / 2
    return places


def _end_of(group: tuple[list[int], float], heights: Sequence[float]) -> float:
    return group[1] + sum(heights[each] for each in group[0])


def _best_start(members: list[int], wanted: Sequence[float], heights: Sequence[float]) -> float:
    """Find where touching things begin so that they are, on average, where they belong."""
    before, starts = 0.0, []
    for index in members:
        starts.append(wanted[index] - heights[index] / 2 - before)
        before += heights[index]
    return sum(starts) / len(starts)


def legend_below(figure: Figure, style: Style) -> None:
    """Put one legend for all panels below them, with each label once.

    A sample of what has another colour in each panel is in ink.
    """
    handles: dict[str, list[Artist]] = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, []).append(handle)
    renderer = FigureCanvasAgg(figure).get_renderer()
    face = FontProperties(size=style.size)
    widest = max(renderer.get_text_width_height_descent(each, face, False)[0] for each in handles)
    columns = max(1, min(len(handles), int(style.width / (widest + 3.8 * style.size))))
    style.legend(
        figure,
        handles=[each[0] for each in handles.values()],
        labels=list(handles),
        loc="lower left",
        bbox_to_anchor=(0, 0),
        borderaxespad=0,
        borderpad=0,
        columnspacing=1.3,
        ncols=columns,
    )
    for sample, each in zip(figure.legends[0].legend_handles, handles.values(), strict=True):
        if sample and len(each) > 1 and len({_colour_of(handle) for handle in each}) > 1:
            sample.set(color=style.ink)


def _colour_of(handle: Any) -> str:
    (handle, *_) = getattr(handle, "patches", [handle])  # of bars, the first
    return to_hex(handle.get_color() if isinstance(handle, Line2D) else handle.get_edgecolor())
