"""The chapter's two figures, loss against epoch, a thousand times over."""

from __future__ import annotations

from typing import Any

import numpy as np

from wd.report.content.figures.reference_lines import describe_lines, draw_lines, find_lines
from wd.report.content.looks import LOSSES
from wd.report.read.curves import band, name_curves
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.style import Style


def _loss_curves(implementation: str, readings: Readings, labels: Labels, style: Style) -> Drawing:
    cells = readings.cells("chapter", implementation=implementation)
    drawn = style.figure(260, columns=len(cells))
    panels = list(drawn.axes)
    rows: list[tuple[Any, ...]] = []
    parts = []
    for axes, cell in zip(panels, cells, strict=True):
        decay = write_exactly(cell.setting.weight_decay)
        ends = {}
        for column, dashes in LOSSES.items():
            epochs, values = cell.curves(column)
            spreads = [spread(point) for point in values.T]
            band(axes, epochs, spreads, style, implementation, labels("column", column), dashes)
            rows += [
                (decay, column, int(epoch), *triple)
                for epoch, triple in zip(epochs, spreads, strict=True)
            ]
            last = spreads[-1][0]
            ends[column] = write(last) if np.isfinite(last) else labels("word", "diverged")
        lines = find_lines(readings, cell.setting)
        draw_lines(axes, lines, style, labels)
        rows += [(decay, line.name, "", line.value, "", "") for line in lines]
        axes.set(
            yscale="log",
            title=f"λ = {decay}",
            xlabel=labels("axis", "epoch"),
            ylabel=labels("axis", "loss"),
        )
        parts.append(
            labels(
                "figure",
                "chapter_loss",
                "each",
                weight_decay=decay,
                lines=describe_lines(lines, labels),
                **ends,
            )
        )
    low = min(axes.get_ylim()[0] for axes in panels)
    high = max(axes.get_ylim()[1] for axes in panels)
    for axes in panels:
        axes.set_ylim(low, high)
        name_curves(axes, style)
    numbers = {
        "seeds": f"{len(cells[0].seeds):,}",
        "curves": labels("word", "list_separator").join(parts),
    }
    header = ("weight_decay", "loss", "epoch", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)


@figure("chapter_loss_scratch")
def chapter_loss_scratch(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw train and test loss of the scratch program, a panel per λ."""
    return _loss_curves("scratch", readings, labels, style)


@figure("chapter_loss_concise")
def chapter_loss_concise(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw train and test loss of the concise program, a panel per λ."""
    return _loss_curves("concise", readings, labels, style)
