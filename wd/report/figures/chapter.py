"""The chapter's two figures, loss against epoch, a thousand times over."""

from __future__ import annotations

import numpy as np

from wd.report.figures import Drawing, figure
from wd.report.figures.style import Style, band
from wd.report.labels import Labels
from wd.report.numbers import write, write_exactly
from wd.report.readings import Readings, spread

_LOSSES = {"train_loss": "solid", "test_loss": (0, (5, 2))}


def _loss_curves(
    implementation: str, readings: Readings, labels: Labels, style: Style
) -> Drawing:
    cells = readings.cells("chapter", implementation=implementation)
    drawn = style.figure(3.6, columns=len(cells))
    rows, numbers = [], {"seeds": f"{len(cells[0].seeds):,}"}
    for index, (axes, cell) in enumerate(zip(drawn.axes, cells, strict=True)):
        decay = write_exactly(cell.setting.weight_decay)
        for column, dashes in _LOSSES.items():
            epochs, values = cell.curves(column)
            spreads = [spread(point) for point in values.T]
            role = "scratch" if column == "train_loss" else "concise"
            band(axes, epochs, spreads, style, role, labels("column", column), dashes)
            rows += [
                (decay, column, int(epoch), *triple)
                for epoch, triple in zip(epochs, spreads, strict=True)
            ]
            numbers[f"{column}_{index}"] = write(spreads[-1][0]) if np.isfinite(
                spreads[-1][0]
            ) else labels("word", "diverged")
        axes.set(
            yscale="log",
            title=f"λ = {decay}",
            xlabel=labels("axis", "epoch"),
            ylabel=labels("axis", "loss") if index == 0 else "",
        )
        numbers[f"weight_decay_{index}"] = decay
    low = min(axes.get_ylim()[0] for axes in drawn.axes)
    high = max(axes.get_ylim()[1] for axes in drawn.axes)
    for axes in drawn.axes:
        axes.set_ylim(low, high)
    style.legend(drawn.axes[0], loc="lower left")
    numbers["curves"] = labels("word", "list_separator").join(
        labels(
            "figure",
            "chapter_loss",
            "each",
            weight_decay=numbers[f"weight_decay_{index}"],
            train_loss=numbers[f"train_loss_{index}"],
            test_loss=numbers[f"test_loss_{index}"],
        )
        for index in range(len(cells))
    )
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
