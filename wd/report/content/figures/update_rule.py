"""The update rule's figures: the decay on its own, and the map of η × λ where runs diverge."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from wd.report.content.claims.divergence import read_rows
from wd.report.content.claims.update_rule import list_decays
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.style import Style

_LOOKS = (
    ("scratch", "solid", "o"),
    ("truth", "dashed", "s"),
    ("accent", "dotted", "D"),
    ("exact", "dashdot", "^"),
    ("accent", (0, (6, 2)), "v"),
    ("concise", (0, (3, 1, 1, 1)), "X"),
)
_PANELS = (
    ("stability", "safe_limit", "mini"),
    ("stability_concise", "safe_limit", "mini_concise"),
    ("stability_full", "limit", "full"),
)


@figure("decay_alone")
def decay_alone(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the path of a weight without data for each product ηλ."""
    drawn = style.figure(3.8)
    (axes,) = drawn.axes
    rows, parts = [], []
    for index, decay in enumerate(list_decays(readings)):
        path, product = decay.path, f"{decay.product:g}"
        colour, dashes, marker = _LOOKS[index % len(_LOOKS)]
        axes.plot(
            path,
            color=style.colours[colour],
            linestyle=dashes,
            linewidth=1.3,
            marker=marker,
            markersize=4,
            label=f"ηλ = {product}",
        )
        rows += [(product, steps, weight) for steps, weight in enumerate(path)]
        parts.append(labels("figure", "decay_alone", "each", end=write(path[-1]), product=product))
    axes.set_yscale("symlog", linthresh=1, linscale=2.2)
    axes.set_yticks([-10, -3, -1, -0.5, 0, 0.5, 1, 3, 10])
    axes.set_yticklabels(["−10", "−3", "−1", "−½", "0", "½", "1", "3", "10"])
    axes.set_yticks([], minor=True)
    axes.set(xlabel=labels("axis", "steps"), ylabel=labels("axis", "weight"))
    axes.set_xticks(range(0, len(path), 5))
    style.legend(axes, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    numbers = {
        "steps": str(len(path) - 1),
        "curves": labels("word", "list_separator").join(parts),
    }
    return Drawing(drawn, ("lr_times_weight_decay", "step", "weight"), rows, numbers)


@figure("divergence_map")
def divergence_map(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw which shares of runs diverge over η and λ: both programs' batches, and one batch."""
    drawn = style.figure(3.3 * len(_PANELS), rows=len(_PANELS))
    rows, parts, limit_seeds = [], [], []
    for axes, (study, limit, panel) in zip(drawn.axes, _PANELS, strict=True):
        cells = readings.cells(study)
        batch_size = cells[0].setting.batch_size
        name = labels("figure", "divergence_map", panel, batch_size=batch_size)
        grid, rates, decays = _shares(cells)
        _draw_grid(axes, grid, labels, style)
        limits = [(row.weight_decay, row.limit) for row in read_rows(readings, study, limit)]
        limit_seeds += [len(each) for _, each in limits]
        _draw_limits(
            axes, limits, rates, decays, style, labels("figure", "divergence_map", f"{panel}_limit")
        )
        axes.set_xticks(range(len(rates)), [write_exactly(rate) for rate in rates], fontsize=8.5)
        axes.set_yticks(range(len(decays)), [write_exactly(decay) for decay in decays])
        axes.set_title(name, loc="left")
        axes.set(xlabel=labels("axis", "lr"), ylabel=labels("axis", "decay"))
        middles = {decay: float(np.median(each)) for decay, each in limits}
        for shares, decay in zip(grid, decays, strict=True):
            middle = middles.get(decay, np.nan)
            rows += [
                (study, decay, rate, share, middle)
                for rate, share in zip(rates, shares, strict=True)
            ]
            if decay in middles:
                lost = [rate for rate, share in zip(rates, shares, strict=True) if share]
                parts.append(
                    labels(
                        "figure",
                        "divergence_map",
                        "each",
                        panel=name,
                        weight_decay=write_exactly(decay),
                        limit=write(middle),
                        first=write_exactly(lost[0])
                        if lost
                        else labels("figure", "divergence_map", "never"),
                    )
                )
    first = readings.cells("stability")[0]
    numbers = {
        "seeds": str(len(first.seeds)),
        "limit_seeds": str(min(limit_seeds)),
        "batch_size": str(first.setting.batch_size),
        "steps": str(first.setting.epochs * -(-first.setting.n_train // first.setting.batch_size)),
        "rows": labels("word", "list_separator").join(parts),
    }
    header = ("study", "weight_decay", "lr", "share_diverged", "median_limit")
    return Drawing(drawn, header, rows, numbers)


def _shares(cells: list[Reading]) -> tuple[np.ndarray, list[float], list[float]]:
    """The share of diverged runs, (λ, η), with η and λ rising."""
    rates = sorted({cell.setting.lr for cell in cells})
    decays = sorted({cell.setting.weight_decay for cell in cells})
    grid = np.full((len(decays), len(rates)), np.nan)
    for cell in cells:
        place = decays.index(cell.setting.weight_decay), rates.index(cell.setting.lr)
        grid[place] = cell.diverged.mean()
    return grid, rates, decays


def _draw_grid(axes: Axes, grid: np.ndarray, labels: Labels, style: Style) -> None:
    """Write each share into its cell; the fill only repeats what the text says."""
    axes.grid(False)
    for (row, column), share in np.ndenumerate(grid):
        corner = (column - 0.5, row - 0.5)
        fill = Rectangle(
            corner,
            1,
            1,
            facecolor=style.colours["concise"],
            edgecolor=style.faint,
            alpha=0.05 + 0.35 * share,
            linewidth=0.5,
        )
        axes.add_patch(fill)
        text = write_exactly(float(round(100 * share)))
        if share in (0, 1):
            text = labels("figure", "divergence_map", "all" if share else "none")
        axes.text(column, row, text, ha="center", va="center", color=style.ink, fontsize=8.5)
    axes.set_xlim(-0.5, grid.shape[1] - 0.5)
    axes.set_ylim(-0.5, grid.shape[0] - 0.5)


def _draw_limits(
    axes: Axes,
    limits: list[tuple[float, np.ndarray]],
    rates: list[float],
    decays: list[float],
    style: Style,
    label: str,
) -> None:
    """Draw the median limit as a stair through the rows, between the columns that enclose it."""
    x, y = [], []
    for decay, each in limits:
        place = np.interp(np.median(each), rates, np.arange(len(rates)))
        row = decays.index(decay)
        x += [place, place]
        y += [row - 0.5, row + 0.5]
    axes.plot(x, y, color=style.colours["scratch"], linewidth=2.4, label=label)
    style.legend(axes, loc="lower right", bbox_to_anchor=(1.0, 1.0), borderpad=0, fontsize=8.5)
