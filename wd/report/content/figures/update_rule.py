"""The update rule's figures: the decay on its own, and the map of η × λ where runs diverge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from wd.report.content.claims.divergence import read_rows
from wd.report.content.claims.update_rule import list_decays
from wd.report.read.curves import wrap
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.style import Style

_PANELS = (
    ("stability", "safe_limit", "mini"),
    ("stability_concise", "safe_limit", "mini_concise"),
    ("stability_full", "limit", "full"),
)


@figure("decay_alone")
def decay_alone(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the path of a weight without data for each product ηλ."""
    decays = list_decays(readings)
    drawn = style.figure(120, columns=3, rows=-(-len(decays) // 3), narrow_columns=2)
    for spare in drawn.axes[len(decays) :]:
        spare.remove()
    rows, parts = [], []
    for axes, decay in zip(drawn.axes, decays, strict=True):
        path, product = decay.path, f"{decay.product:g}"
        axes.plot(path, "o-", color=style.colours["bound"], linewidth=1.2, markersize=3.5)
        axes.axhline(0, color=style.ink, linewidth=0.8)
        axes.set(
            title=f"ηλ = {product}", xlabel=labels("axis", "steps"), ylabel=labels("axis", "weight")
        )
        farthest = 1.1 * max(1, *(abs(weight) for weight in path))
        axes.set_ylim(-farthest, farthest)
        rows += [(product, steps, weight) for steps, weight in enumerate(path)]
        parts.append(labels("figure", "decay_alone", "each", end=write(path[-1]), product=product))
    numbers = {
        "steps": str(len(path) - 1),
        "curves": labels("word", "list_separator").join(parts),
    }
    return Drawing(drawn, ("lr_times_weight_decay", "step", "weight"), rows, numbers)


@figure("divergence_map")
def divergence_map(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw which shares of runs diverge over η and λ, for both programs."""
    drawn = style.figure(230, rows=len(_PANELS))
    rows, parts, limit_seeds = [], [], []
    for axes, (study, limit, panel) in zip(drawn.axes, _PANELS, strict=True):
        cells = readings.cells(study)
        batch_size = cells[0].setting.batch_size
        name = labels("figure", "divergence_map", panel, batch_size=batch_size)
        grid, rates, decays = _shares(cells)
        _draw_grid(axes, grid, style)
        limits = [(row.weight_decay, row.limit) for row in read_rows(readings, study, limit)]
        limit_seeds += [len(each) for _, each in limits]
        _draw_limits(
            axes, limits, rates, decays, style, labels("figure", "divergence_map", f"{panel}_limit")
        )
        axes.set_xticks(range(len(rates)), [write_exactly(rate) for rate in rates], rotation=90)
        axes.set_yticks(range(len(decays)), [write_exactly(decay) for decay in decays])
        axes.set(title=name, xlabel=labels("axis", "lr"), ylabel=labels("axis", "decay"))
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


def _shares(cells: Sequence[Reading]) -> tuple[np.ndarray, list[float], list[float]]:
    """The share of diverged runs, (λ, η), with η and λ rising."""
    rates = sorted({cell.setting.lr for cell in cells})
    decays = sorted({cell.setting.weight_decay for cell in cells})
    grid = np.full((len(decays), len(rates)), np.nan)
    for cell in cells:
        place = decays.index(cell.setting.weight_decay), rates.index(cell.setting.lr)
        grid[place] = cell.diverged.mean()
    return grid, rates, decays


def _draw_grid(axes: Axes, grid: np.ndarray, style: Style) -> None:
    """Fill each cell up to its share, and write it down where it is neither none nor all."""
    axes.grid(False)
    frames, fills = [], []
    for (row, column), share in np.ndenumerate(grid):
        frames.append(_box(column, row, 0.88))
        if share > 0:
            fills.append(_box(column, row, 0.88 * share))
        if 0 < share < 1:
            axes.text(
                column,
                row,
                write_exactly(float(round(100 * share))),
                ha="center",
                va="center",
                color=style.ink,
                # a halo would write out each digit's outline twice
                bbox={"facecolor": style.paper, "linewidth": 0, "alpha": 0.85, "pad": 0.5},
                zorder=4,
            )
    # All cells in two paths: as patches of their own they would be most of the page's bytes.
    outline = {"facecolor": "none", "edgecolor": style.faint, "linewidth": 0.7}
    axes.add_patch(PathPatch(Path.make_compound_path(*frames), **outline))
    if fills:
        colour = style.colours["scratch"]
        path = Path.make_compound_path(*fills)
        axes.add_patch(PathPatch(path, facecolor=colour, alpha=0.75, linewidth=0))
    axes.set_xlim(-0.5, grid.shape[1] - 0.5)
    axes.set_ylim(-0.5, grid.shape[0] - 0.5)


def _box(column: int, row: int, height: float) -> Path:
    """A cell of the grid, filled up to a height."""
    left, bottom = column - 0.46, row - 0.44
    corners = [(left, bottom), (left + 0.92, bottom), (left + 0.92, bottom + height)]
    return Path([*corners, (left, bottom + height), (left, bottom)], closed=True)


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
    axes.plot(x, y, color=style.ink, linewidth=2.4)
    axes.annotate(
        wrap(label),
        (np.floor(x[0] + 0.5) - 0.5, 0),  # beside the cell, which may hold a number
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        linespacing=0.85,
        color=style.ink,
        path_effects=style.halo(),
    )
