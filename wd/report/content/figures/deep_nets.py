"""Networks with batch norm: length and angle over the epochs, angle over ηλ, starts, and errors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wd.report.content.claims.deep_nets import (
    compare_errors,
    find_costs,
    find_product,
    is_at_rest,
    line_up_starts,
)
from wd.report.read.curves import legend_below, name_curves
from wd.report.read.estimates import list_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings, spread
from wd.report.read.series import line_up_decays
from wd.report.read.statistics import median_interval
from wd.report.read.style import Style

_DASHES: tuple[Any, ...] = ("solid", (0, (7, 3)), (0, (3, 1, 1, 1)), (0, (1, 1)))
_MARKS = "os^Dv"
_BESIDE = 1.15  # marks of one ηλ stand so far apart, as a factor, instead of on each other


def _follow(cell: Reading) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return epochs, the start included, median lengths, and median angles, NaN at the start."""
    path = cell.series("net_path")
    norms = np.concatenate([cell["start_norm"][:, None], path["matrix_norm"]], axis=1)
    angles = np.median(path["step_angle"], axis=0)
    epochs = np.concatenate([[0], path["epoch"][0]])
    return epochs, np.median(norms, axis=0), np.concatenate([[np.nan], angles])


@figure("nets_paths")
def nets_paths(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw length and angle over the epochs for each λ at one η, and where the angle should end."""
    rates = sorted({cell.setting.lr for cell in list_settled(readings, "nets_turning")})
    lr = rates[len(rates) // 2]
    cells = line_up_decays(readings, "nets_turning", lr=lr)
    drawn = style.figure(300, columns=2)
    left, right = drawn.axes
    rows, words = [], []
    for place, cell in enumerate(cells):
        decay = cell.setting.weight_decay
        epochs, norms, angles = _follow(cell)
        label = f"λ = {write_exactly(decay)}"
        look: dict[str, Any] = {
            "color": style.colours["bound" if decay else "start"],
            "linestyle": _DASHES[place % len(_DASHES)],
        }
        left.plot(epochs, norms, label=label, **look)
        right.plot(epochs, angles, label=label, **look)
        said = float(cell["predicted_angle"][0])
        if decay:
            right.axhline(said, color=style.ink, linewidth=0.8)
        rows += [
            (decay, int(epoch), norm, "" if math.isnan(angle) else angle, said)
            for epoch, norm, angle in zip(epochs, norms, angles, strict=True)
        ]
        words.append(
            labels(
                "figure",
                "nets_paths",
                "each",
                curve=label,
                norm=write(float(norms[-1])),
                angle=write(float(angles[-1])),
                said=write(said),
            )
        )
    left.set(yscale="log", xlabel=labels("axis", "epoch"), ylabel=labels("axis", "matrix_norm"))
    right.set(yscale="log", xlabel=labels("axis", "epoch"), ylabel=labels("axis", "step_angle"))
    for axes in (left, right):
        axes.set_xlim(0, epochs[-1])
    name_curves(left, style)
    name_curves(right, style)
    numbers = {
        "seeds": str(len(cells[0].seeds)),
        "lr": write_exactly(lr),
        "n": f"{cells[0].setting.n_train:,}",
        "batch_size": str(cells[0].setting.batch_size),
        "curves": labels("word", "list_separator").join(words),
    }
    header = ("weight_decay", "epoch", "matrix_norm", "step_angle", "predicted_angle")
    return Drawing(drawn, header, rows, numbers)


@figure("nets_angle")
def nets_angle(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the angle of a step over ηλ, apart by η, full where the start is forgotten."""
    cells = [cell for cell in list_settled(readings, "nets_turning") if cell.setting.weight_decay]
    if not cells:
        raise Missing("premise", study="nets_turning", premise="some_decay")
    drawn = style.figure(330)
    (axes,) = drawn.axes
    rows, words = [], []
    products = sorted({find_product(cell) for cell in cells})
    ends = np.array([products[0] / 1.5, products[-1] * 1.5])
    axes.plot(
        ends, np.sqrt(2 * ends), color=style.ink, linewidth=1.1, label=labels("net", "predicted")
    )
    rates = sorted({cell.setting.lr for cell in cells})
    for place, lr in enumerate(rates):
        label = labels("net", "rate", lr=write_exactly(lr))
        for cell in cells:
            if cell.setting.lr != lr:
                continue
            product, rests = find_product(cell), is_at_rest(cell)
            middle, low, high = spread(cell["angle"])
            axes.plot(
                product * _BESIDE ** (place - (len(rates) - 1) / 2),
                middle,
                _MARKS[place % len(_MARKS)],
                color=style.colours["bound"],
                fillstyle="full" if rests else "none",
                markersize=9,
                label=label if rests else "_",
            )
            rows.append((lr, cell.setting.weight_decay, product, middle, low, high, int(rests)))
            words.append(
                labels(
                    "figure",
                    "nets_angle",
                    "each",
                    rate=label,
                    product=write_exactly(product),
                    angle=write(middle),
                )
            )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel=labels("axis", "product"),
        ylabel=labels("axis", "step_angle"),
    )
    legend_below(drawn, style)
    numbers = {
        "seeds": str(len(cells[0].seeds)),
        "points": labels("word", "list_separator").join(words),
    }
    header = (
        "lr",
        "weight_decay",
        "lr_times_weight_decay",
        "median",
        "percentile_5",
        "percentile_95",
        "at_rest",
    )
    return Drawing(drawn, header, rows, numbers)


@figure("nets_start")
def nets_start(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the length over the epochs from each start, without decay and with it."""
    drawn = style.figure(320)
    (axes,) = drawn.axes
    rows, words = [], []
    for cells, role, dashes in zip(
        line_up_starts(readings), ("start", "bound"), ("solid", (0, (5, 2))), strict=True
    ):
        for cell in cells:
            decay, scale = cell.setting.weight_decay, cell.setting.start_scale
            epochs, norms, _ = _follow(cell)
            label = f"λ = {write_exactly(decay)}"
            first = cell is cells[0]
            axes.plot(
                epochs,
                norms,
                color=style.colours[role],
                linestyle=dashes,
                label=label if first else "_",
            )
            rows += [
                (decay, scale, int(epoch), norm) for epoch, norm in zip(epochs, norms, strict=True)
            ]
            words.append(
                labels(
                    "figure",
                    "nets_start",
                    "each",
                    curve=label,
                    scale=write_exactly(scale),
                    start=write(float(norms[0])),
                    end=write(float(norms[-1])),
                )
            )
    axes.set(yscale="log", xlabel=labels("axis", "epoch"), ylabel=labels("axis", "matrix_norm"))
    axes.set_xlim(0, epochs[-1])
    legend_below(drawn, style)
    numbers = {
        "seeds": str(len(cells[0].seeds)),
        "lr": write_exactly(cells[0].setting.lr),
        "curves": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("weight_decay", "start_scale", "epoch", "matrix_norm"), rows, numbers)


@figure("nets_errors")
def nets_errors(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw by how many points decay changes the errors, run by run beside the same without."""
    drawn = style.figure(270)
    (axes,) = drawn.axes
    rows, words, names, height = [], [], [], 0
    for schedule in ("constant", "cosine"):
        cells = [cell for cell, *_ in compare_errors(readings, schedule, "hidden")]
        for case, cell in enumerate(cells):
            name = labels("net", schedule, batch_size=str(cell.setting.batch_size))
            names.append(name)
            for decayed, mark, role, up in (
                ("hidden", "o", "bound", 0.14),
                ("all", "s", "scratch", -0.14),
            ):
                middle, low, high = median_interval(find_costs(readings, schedule, decayed)[case])
                look: dict[str, Any] = {"color": style.colours[role]}
                axes.plot([low, high], [height + up] * 2, linewidth=2, **look)
                axes.plot(
                    middle,
                    height + up,
                    mark,
                    markersize=8,
                    linestyle="none",
                    label="_" if height else labels("net", decayed),
                    **look,
                )
                batch_size = cell.setting.batch_size
                rows.append((schedule, batch_size, decayed, middle, low, high))
                words.append(
                    labels(
                        "figure",
                        "nets_errors",
                        "each",
                        name=name,
                        decayed=labels("net", decayed),
                        points=write(middle, 2),
                    )
                )
            height -= 1
    axes.axvline(0, color=style.ink, linewidth=1.1)
    axes.set_yticks([-place for place in range(len(names))], names)
    axes.set_ylim(height + 0.5, 0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(labels("axis", "points"))
    legend_below(drawn, style)
    numbers = {
        "seeds": str(len(cell.seeds)),
        "decay": write_exactly(cell.setting.weight_decay),
        "n": str(cell.setting.n_train),
        "rows": labels("word", "list_separator").join(words),
    }
    header = ("schedule", "batch_size", "decayed", "median", "interval_low", "interval_high")
    return Drawing(drawn, header, rows, numbers)
