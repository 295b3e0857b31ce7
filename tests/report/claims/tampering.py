"""Evidence that was tampered with in memory: what claims are judged on in the tests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wd.report.read.readings import Reading, Readings

How = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Change:
    """A change of one number of some cells.

    Attributes:
        study: The study.
        name: A column, a measure, "diverged", or a series and its column: "curves.w_norm".
        how: Makes the new values from the old ones, (seeds,) or, of a series, (seeds, points).
        where: The hyperparameters of the cells.
    """

    study: str
    name: str
    how: How
    where: dict[str, object]

    def apply(self, cell: Reading) -> Reading:
        """Make the changed cell; the given one stays as it is."""
        table, _, column = self.name.rpartition(".")
        if self.name == "diverged":
            return replace(cell, diverged=self._made(cell.diverged))
        if table:
            series = cell.series(table)
            new = {table: series | {column: self._made(series[column])}}
            return replace(cell, _series=cell._series | new)
        new = {self.name: self._made(cell[self.name])}
        if self.name in cell._columns:
            return replace(cell, _columns=cell._columns | new)
        return replace(cell, _measures=cell._measures | new)

    def _made(self, old: np.ndarray) -> np.ndarray:
        new = np.asarray(self.how(old.copy()))
        assert new.shape == old.shape
        assert not np.array_equal(new, old, equal_nan=True), "changes nothing"
        return new


def change(study: str, name: str, how: How | float, **where: object) -> Change:
    """Describe a change; a number is a factor."""
    return Change(study, name, how if callable(how) else lambda old: how * old, where)


def once(how: How | float, *, seed: int = 0) -> How:
    """Change the number of one seed alone; a number takes its place."""

    def made(old: np.ndarray) -> np.ndarray:
        old[seed] = how(old[seed]) if callable(how) else how
        return old

    return made


def tamper(readings: Readings, *changes: Change) -> Readings:
    """Make readings in which some numbers are others."""
    changed = copy.copy(readings)
    changed._studies = {name: list(cells) for name, cells in readings._studies.items()}
    for each in changes:
        wanted = {cell.identity for cell in changed.cells(each.study, **each.where)}
        changed._studies[each.study] = [
            each.apply(cell) if cell.identity in wanted else cell
            for cell in changed._studies[each.study]
        ]
    return changed
