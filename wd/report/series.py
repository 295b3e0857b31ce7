"""Cells of a study in a row: what changes along one hyperparameter, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wd.config import DATA
from wd.evidence import RUN_COLUMNS
from wd.report.readings import Missing, Reading, Readings


def line_up(readings: Readings, study: str, name: str, **wanted: object) -> list[Reading]:
    """List the cells of a study in the rising order of one hyperparameter.

    Args:
        readings: The evidence.
        study: The study's name.
        name: The hyperparameter that varies.
        **wanted: Values of others, such as implementation="ridge".

    Raises:
        Missing: If there is none, a run diverged, or something else varies as well.
    """
    found = readings.cells(study, **wanted)
    cells = [cell for cell in found if getattr(cell.setting, name) is not None]
    places = [getattr(cell.setting, name) for cell in cells]
    if not cells or len(set(places)) < len(places) or any(cell.diverged.any() for cell in cells):
        raise Missing(study)
    return sorted(cells, key=lambda cell: getattr(cell.setting, name))


def find_only(readings: Readings, study: str, **wanted: object) -> Reading:
    """Select the cell of a study that has the wanted values, if there is one and none diverged.

    Raises:
        Missing: If there is no such cell, or several, or a run of it diverged.
    """
    cells = readings.cells(study, **wanted)
    if len(cells) > 1 or cells[0].diverged.any():
        raise Missing(study)
    return cells[0]


def stack(cells: Sequence[Reading], name: str) -> np.ndarray:
    """Read a column of `RUN_COLUMNS`, or a measure, of cells in a row.

    Returns:
        (cells, seeds).

    Raises:
        Missing: If it wasn't measured.
    """
    return np.array([cell[name] if name in RUN_COLUMNS else cell.measure(name) for cell in cells])


def match(first: Reading, *others: Reading) -> None:
    """Make sure that the same seed means the same data in all of these cells.

    Raises:
        Missing: If the seeds or the kinds of data differ.
    """
    for other in others:
        same = all(getattr(other.setting, name) == getattr(first.setting, name) for name in DATA)
        if not same or not np.array_equal(first.seeds, other.seeds):
            raise Missing("seeds")
