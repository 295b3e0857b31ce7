"""Numbers of the build as a whole: how many runs, studies and seeds."""

from __future__ import annotations

from wd.declarations import IMPLEMENTATIONS
from wd.report.read.numbers import number
from wd.report.read.readings import Reading, Readings


@number("runs_trained")
def runs_trained(readings: Readings) -> str:
    """Write how many runs were trained."""
    return _count_runs(readings, solved=False)


@number("runs_solved")
def runs_solved(readings: Readings) -> str:
    """Write how many were solved instead."""
    return _count_runs(readings, solved=True)


@number("runs_diverged")
def runs_diverged(readings: Readings) -> str:
    """Write how many of the trained runs diverged."""
    return f"{sum(int(cell.diverged.sum()) for cell in _list_cells(readings, solved=False)):,}"


@number("directions_spanned")
def directions_spanned(readings: Readings) -> str:
    """Write how many directions the examples span at most, by the defaults."""
    return f"{min(map(readings.config.first, ('n_train', 'n_features')))}"


@number("chapter_seeds")
def chapter_seeds(readings: Readings) -> str:
    """Write how many seeds the chapter's study has."""
    return f"{len(readings.cells('chapter')[0].seeds):,}"


def _list_cells(readings: Readings, *, solved: bool) -> list[Reading]:
    """List the cells of the matrix that are trained, or those that are solved instead."""
    cells = (cell for study in readings.matrix for cell in readings.cells(study))
    return [
        cell for cell in cells if IMPLEMENTATIONS[cell.setting.implementation].trained != solved
    ]


def _count_runs(readings: Readings, *, solved: bool) -> str:
    return f"{sum(len(cell.seeds) for cell in _list_cells(readings, solved=solved)):,}"
