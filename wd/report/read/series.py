"""Cells of a study in a row: what changes along one hyperparameter, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wd.config import Setting
from wd.declarations import DATA
from wd.report.read.readings import Missing, Reading, Readings, list_varying


def line_up(readings: Readings, study: str, name: str, **wanted: object) -> list[Reading]:
    """List the cells of a study in the rising order of one hyperparameter.

    Raises:
        Missing: If there are no two, a run diverged, or something else varies as well.
    """
    found = readings.cells(study, **wanted)
    cells = [cell for cell in found if getattr(cell.setting, name) is not None]
    if not cells:
        raise Missing("setting", study=study, setting=f"{name} = …")
    if len({getattr(cell.setting, name) for cell in cells}) < len(cells):
        raise Missing("several", study=study, varying=list_varying(cells, besides=[name]))
    if len(cells) == 1:
        raise Missing("single", study=study, name=name)
    if any(cell.diverged.any() for cell in cells):
        raise Missing("diverged", study=study)
    return sorted(cells, key=lambda cell: getattr(cell.setting, name))


def line_up_decays(readings: Readings, study: str, **wanted: object) -> list[Reading]:
    """List the cells of a study in the rising order of λ, from λ = 0 on; as `line_up`.

    Raises:
        Missing: If there is no λ = 0, too.
    """
    cells = line_up(readings, study, "weight_decay", **wanted)
    if cells[0].setting.weight_decay != 0:
        raise Missing("setting", study=study, setting="weight_decay = 0")
    return cells


def stack(cells: Sequence[Reading], name: str) -> np.ndarray:
    """Read a number of cells in a row.

    Returns:
        (cells, seeds).

    Raises:
        Missing: If it wasn't measured.
    """
    return np.array([cell[name] for cell in cells])


def match(first: Reading, *others: Reading) -> None:
    """Make sure that the same seed means the same data in all of these cells.

    Raises:
        Missing: If the seeds or the kinds of data differ.
    """
    for other in others:
        table = f"[study.{other.study}]"
        match_settings(first, other.setting, table)
        if not np.array_equal(first.seeds, other.seeds):
            raise Missing("seeds", study=first.study, other=table)


def match_settings(
    cell: Reading, setting: Setting, table: str, names: Sequence[str] = DATA
) -> None:
    """Make sure that some hyperparameters of a cell are those of another setting.

    Raises:
        Missing: If one differs.
    """
    varying = [name for name in names if getattr(cell.setting, name) != getattr(setting, name)]
    if varying:
        raise Missing("differing", study=cell.study, other=table, varying=", ".join(varying))
