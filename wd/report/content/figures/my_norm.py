"""The distributions of printed norms with the numbers that others have published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from wd.report.content.claims.my_norm import DECAYS, PROGRAMS
from wd.report.content.published import Norm, find_percentile, read_distribution, read_norms
from wd.report.read.curves import legend_below
from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.style import Style

_OUTLINES = {"chapter": "solid", "batch_one": (0, (4, 1.5))}
_MARKERS = {"chapter": "o", "batch_one": "s"}
_EDGES: dict[float, np.ndarray] = {0: np.linspace(11, 16, 41), 3: np.geomspace(0.025, 0.9, 61)}
_LOWEST, _STEP = -0.12, 0.15  # where the points stand under an outline of height 1


@figure("published_norms")
def published_norms(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw outlines of the distributions, a panel per program and λ, and the published points."""
    drawn = style.figure(230, columns=2, rows=2, narrow_columns=2)
    panels = [(program, decay) for decay in DECAYS for program in PROGRAMS]
    rows, parts = [], []
    for axes, (program, decay) in zip(drawn.axes, panels, strict=True):
        for study, dashes in _OUTLINES.items():
            cell = find_settled(readings, study, implementation=program, weight_decay=decay)
            counts, edges = np.histogram(cell["w_norm"], _EDGES[decay])
            axes.stairs(
                counts / max(counts.max(), 1),  # all may lie beyond the axis
                edges,
                color=style.colours[program],
                linestyle=dashes,
                linewidth=1.8,
                label=labels("figure", "published_norms", study),
            )
            rows += [
                ("distribution", study, program, decay, low, high, count)
                for low, high, count in zip(edges[:-1], edges[1:], counts.tolist(), strict=True)
            ]
        norms = [
            norm for norm in read_norms() if (norm.program, norm.weight_decay) == (program, decay)
        ]
        rows += _draw_points(axes, norms, readings, labels, style)
        usual = find_settled(readings, "chapter", implementation=program, weight_decay=decay)
        middle, five, ninety_five = spread(usual["w_norm"])
        parts.append(
            labels(
                "figure",
                "published_norms",
                "each",
                program=labels("implementation", program),
                weight_decay=write_exactly(decay),
                median=write(middle),
                low=write(five),
                high=write(ninety_five),
                points=labels("word", "list_separator").join(
                    write_exactly(norm.value) for norm in norms
                ),
            )
        )
        named = {
            "implementation": labels("implementation", program),
            "weight_decay": write_exactly(decay),
        }
        axes.set_title(labels("word", "cell_name", **named))
        axes.set_xlabel(labels("axis", "w_norm"))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        if decay:
            axes.set_xscale("log")
            axes.set_xticks([0.03, 0.1, 0.3, 0.8], ["0.03", "0.1", "0.3", "0.8"])
            axes.set_xticks([], minor=True)
    legend_below(drawn, style)
    numbers = {
        "seeds": f"{len(readings.cells('chapter')[0].seeds):,}",
        "panels": labels("word", "list_separator").join(parts),
    }
    header = ("kind", "study", "program", "weight_decay", "from", "to", "runs_or_percentile")
    return Drawing(drawn, header, rows, numbers)


def _draw_points(
    axes: Axes, norms: Sequence[Norm], readings: Readings, labels: Labels, style: Style
) -> list[tuple[Any, ...]]:
    """Draw each published norm on a line of its own with its percentile beside it."""
    rows = []
    for index, norm in enumerate(sorted(norms, key=lambda norm: norm.value)):
        height = _LOWEST - _STEP * index
        percentile, *_ = find_percentile(read_distribution(readings, norm), norm.value)
        axes.plot(
            norm.value,
            height,
            _MARKERS[norm.study],
            color=style.ink,
            markersize=6,
            linestyle="none",
            clip_on=False,
        )
        text = labels("word", "percentile", percentile=write(100 * percentile, 2))
        axes.annotate(
            text,
            (norm.value, height),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            color=style.ink,
        )
        point = (norm.value, norm.value, 100 * percentile)
        rows.append(("published", norm.study, norm.program, norm.weight_decay, *point))
    axes.axhline(0, color=style.faint, linewidth=0.8)
    axes.set_ylim(_LOWEST - _STEP * len(norms), 1.08)
    return rows
