"""Maps over the learning rate and λ: of one seed and of the mean, and where the seeds' best are."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from wd.report.content.rate_grid import Grid, read_grids
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.style import Style

_FULL = 0.5  # the opacity of the best cell, on which words can still be read
_PALE = 2.0  # a loss so many times the best is as pale as paper
_ROW = 25  # the height of a cell
_MEAN = (0, (3, 2))  # the frame of the mean's best cell


@figure("grid_maps")
def grid_maps(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the loss of every cell, for the first seed and on average, of both programs."""
    grids = read_grids(readings)
    drawn = style.figure(_ROW * len(grids[0].decays), columns=2, rows=2)
    rows, words = [], []
    panels = iter(drawn.axes)
    for grid in grids:
        maps = {"seed": grid.losses[0], "mean": grid.mean}
        program = labels("grid_program", grid.setting.algorithm)
        for which, losses in maps.items():
            axes = next(panels)
            strength = _FULL * (1 - np.log(losses / losses.min()) / np.log(_PALE))
            _fill(axes, grid, strength.clip(0), _write_losses(losses), labels, style)
            best = int(losses.argmin())
            if which == "seed":
                _frame(axes, grid, best, "solid", style)
            _frame(axes, grid, grid.best, _MEAN, style)
            count = str(len(grid.seeds) if which == "mean" else grid.seeds[0])
            panel = labels("grid_panel", which, program=program, count=count)
            axes.set_title(panel)
            each = labels(
                "figure",
                "grid_maps",
                "each",
                panel=panel,
                cell=grid.name(best),
                loss=write(losses.min()),
            )
            words.append(each)
            for rate, line in zip(grid.rates, losses, strict=True):
                rows += [
                    (grid.setting.algorithm, which, rate, decay, loss)
                    for decay, loss in zip(grid.decays, line, strict=True)
                ]
    numbers = {
        "shown": labels("word", "list_separator").join(words),
        "n": str(grids[0].setting.n_train),
        "epochs": str(grids[0].setting.epochs),
    }
    return Drawing(drawn, ("algorithm", "map", "lr", "weight_decay", "grid_loss"), rows, numbers)


@figure("grid_winners")
def grid_winners(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw for how many seeds each cell has the smallest loss, of both programs."""
    grids = read_grids(readings)
    drawn = style.figure(_ROW * len(grids[0].decays), columns=2)
    rows, words = [], []
    for axes, grid in zip(drawn.axes, grids, strict=True):
        counts = np.bincount(grid.winners, minlength=grid.mean.size)
        texts = [str(count) if count else "" for count in counts]
        shape = grid.mean.shape
        strength = _FULL * (counts / counts.max()).reshape(shape)
        _fill(axes, grid, strength, np.array(texts).reshape(shape), labels, style)
        _frame(axes, grid, grid.best, _MEAN, style)
        program = labels("grid_program", grid.setting.algorithm)
        axes.set_title(program)
        cells = [
            labels("figure", "grid_winners", "cell", cell=grid.name(cell), count=str(counts[cell]))
            for cell in np.argsort(-counts, kind="stable")
            if counts[cell]
        ]
        listed = labels("word", "list_separator").join(cells)
        words.append(labels("figure", "grid_winners", "each", program=program, cells=listed))
        for cell, count in enumerate(counts):
            rate, decay = grid.locate(cell)
            rows.append((grid.setting.algorithm, grid.rates[rate], grid.decays[decay], count))
    numbers = {"shown": " ".join(words), "seeds": str(len(grids[0].seeds))}
    return Drawing(drawn, ("algorithm", "lr", "weight_decay", "seeds_won"), rows, numbers)


def _write_losses(losses: np.ndarray) -> np.ndarray:
    return np.array([[f"{loss:.3f}" for loss in line] for line in losses])


def _fill(
    axes: Axes, grid: Grid, strength: np.ndarray, texts: np.ndarray, labels: Labels, style: Style
) -> None:
    """Draw a panel of cells, the learning rate across and λ upwards, (rates, decays) each."""
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for (rate, decay), alpha in np.ndenumerate(strength):
        place = (rate - 0.5, decay - 0.5)
        fill = to_rgba(style.colours["data"], alpha)
        axes.add_patch(Rectangle(place, 1, 1, facecolor=fill, edgecolor=style.faint, linewidth=0.5))
        axes.annotate(
            str(texts[rate, decay]), (rate, decay), ha="center", va="center", color=style.ink
        )
    axes.set(
        xlim=(-0.55, len(grid.rates) - 0.45),
        ylim=(-0.55, len(grid.decays) - 0.45),
        xlabel=labels("axis", "lr"),
        ylabel=labels("axis", "weight_decay"),
    )
    axes.set_xticks(range(len(grid.rates)), [write_exactly(each) for each in grid.rates])
    names = [write_exactly(each) for each in grid.decays]
    axes.set_yticks(range(len(names)), names, va="center")


def _frame(axes: Axes, grid: Grid, cell: int, dashes: object, style: Style) -> None:
    rate, decay = grid.locate(cell)
    inset = 0.44 if dashes == "solid" else 0.36  # both are seen where they are in one cell
    axes.add_patch(
        Rectangle(
            (rate - inset, decay - inset),
            2 * inset,
            2 * inset,
            fill=False,
            edgecolor=style.ink,
            linewidth=2 if dashes == "solid" else 1.4,
            linestyle=dashes,
        )
    )
