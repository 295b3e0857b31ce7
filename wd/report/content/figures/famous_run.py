"""What the chapter's runs are made of: shares of norm and loss, and predicted norms."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from wd.report.read.curves import legend_below
from wd.report.read.estimates import list_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings, spread
from wd.report.read.style import Style

_FILLS = {
    "initialisation": ("start", ""),
    "optimum": ("exact", ""),
    "unsettled": ("exact", "////"),
    "missing_signal": ("data", ""),
    "bias": ("bias", ""),
    "rest": ("accent", ""),
}
"""Colour role and hatching per part."""
_NAMED = 12  # per cent of a bar: a share from there on is wide enough for its name
_REST = ("shrinkage", "overlap", "noise")  # together far below a line's width
_PREDICTIONS = {"norm_predicted": "x", "path_norm": "o"}
"""Measures that predict the norm, with the marker of each."""
_POINTS = 250  # of the scatter: more would only cover each other


@figure("famous_parts")
def famous_parts(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the mean squared norm and the mean test loss of each cell as bars of shares."""
    cells = list_settled(readings, "chapter")
    drawn = style.figure(220, columns=2)
    rows, words = [], []
    for axes, quantity in zip(drawn.axes, ("norm", "loss"), strict=True):
        for place, cell in enumerate(cells):
            parts = _norm_parts(cell) if quantity == "norm" else _loss_parts(cell)
            total = sum(parts.values())
            _stack_bar(axes, place, parts, labels, style)
            name = _name(cell, labels)
            rows += [(quantity, name, part, value) for part, value in parts.items()]
            shares = labels("figure", "famous_parts", "separator").join(
                _write_share(labels("part", part), " ", value / total, labels)
                for part, value in parts.items()
            )
            words.append(
                labels(
                    "figure",
                    "famous_parts",
                    "each",
                    quantity=labels("figure", "famous_parts", quantity),
                    cell=name,
                    total=write(total),
                    shares=shares,
                )
            )
        axes.set(title=labels("figure", "famous_parts", quantity), xlabel=labels("axis", "share"))
        axes.set_xlim(0, 100)
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.set_yticks(range(len(cells)), [_name(cell, labels) for cell in cells])
        axes.tick_params(axis="y", length=0)
    legend_below(drawn, style)
    numbers = {
        "seeds": f"{len(cells[0].seeds):,}",
        "curves": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("quantity", "cell", "part", "mean"), rows, numbers)


def _write_share(name: str, between: str, share: float, labels: Labels) -> str:
    """Write a part's name and its share, with the language's space before the percent sign."""
    number = labels("word", "measured", number=write(100 * share, 2), unit="%")
    return f"{name}{between}{number}"


def _norm_parts(cell: Reading) -> dict[str, float]:
    leftover = float((cell.measure("null_norm") ** 2).mean())
    optimum = float((cell.measure("ridge_norm") ** 2).mean())
    unsettled = float((cell.measure("row_norm") ** 2).mean()) - optimum
    return {"initialisation": leftover, "optimum": optimum, "unsettled": unsettled}


def _loss_parts(cell: Reading) -> dict[str, float]:
    names = ("initialisation", "missing_signal", "bias", "unsettled", *_REST)
    parts = {name: float(cell.measure(f"part_{name}").mean()) for name in names}
    rest = sum(parts.pop(name) for name in _REST)
    return {**parts, "rest": rest}


def _stack_bar(
    axes: Axes, place: int, parts: dict[str, float], labels: Labels, style: Style
) -> None:
    start, total = 0.0, sum(parts.values())
    for part, value in parts.items():
        role, hatch = _FILLS[part]
        colour, width = style.colours[role], 100 * value / total
        axes.barh(
            place,
            width,
            left=start,
            height=0.7,
            facecolor=style.paper if hatch else (colour, 0.25),  # else no hatching is seen
            edgecolor=colour,
            linewidth=1,
            hatch=hatch,
            label=labels("part", part) if place == 0 else "",
        )
        if width > _NAMED:
            axes.annotate(
                _write_share(labels("part_short", part), "\n", width / 100, labels),
                (start + width / 2, place),
                ha="center",
                va="center",
                color=style.ink,
                linespacing=1.0,
                path_effects=style.halo() if hatch else None,
            )
        start += width


def _name(cell: Reading, labels: Labels) -> str:
    return labels(
        "word",
        "cell_name",
        implementation=labels("implementation", cell.setting.implementation),
        weight_decay=write_exactly(cell.setting.weight_decay),
    )


@figure("famous_prediction")
def famous_prediction(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw predicted against printed norm at λ = 3, a panel per program, a point per seed."""
    cells = list_settled(readings, "chapter", weight_decay=3)
    drawn = style.figure(250, columns=len(cells))
    rows, words = [], []
    for axes, cell in zip(drawn.axes, cells, strict=True):
        printed = cell["w_norm"]
        predictions = {name: cell.measure(name) for name in _PREDICTIONS}
        for name, marker in _PREDICTIONS.items():
            role = cell.setting.implementation if name == "path_norm" else "start"
            axes.plot(
                printed[:_POINTS],
                predictions[name][:_POINTS],
                marker,
                color=style.colours[role],
                markersize=4,
                markerfacecolor="none",
                markeredgewidth=0.9,
                label=labels("figure", "famous_prediction", name),
            )
        ends = [printed[:_POINTS].min(), printed[:_POINTS].max()]
        equal = labels("figure", "famous_prediction", "equal")
        axes.plot(ends, ends, color=style.ink, linewidth=0.9, label=equal)
        implementation = labels("implementation", cell.setting.implementation)
        axes.set(
            title=implementation,
            xlabel=labels("axis", "printed_norm"),
            ylabel=labels("axis", "predicted_norm"),
        )
        rows += [
            (implementation, int(seed), *values)
            for seed, *values in zip(cell.seeds, printed, *predictions.values(), strict=True)
        ]
        errors = {
            name: write(100 * spread(np.abs(values / printed - 1))[0], 2)
            for name, values in predictions.items()
        }
        words.append(
            labels("figure", "famous_prediction", "each", implementation=implementation, **errors)
        )
    legend_below(drawn, style)
    numbers = {
        "shown": f"{min(_POINTS, len(cells[0].seeds)):,}",
        "seeds": f"{len(cells[0].seeds):,}",
        "curves": labels("word", "list_separator").join(words),
    }
    header = ("implementation", "seed", "w_norm", *_PREDICTIONS)
    return Drawing(drawn, header, rows, numbers)
