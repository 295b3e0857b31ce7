"""Evidence that was tampered with in memory: what claims are judged on in the tests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wd.declarations import HYPERPARAMETERS
from wd.report.read.readings import Reading, Readings

How = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Change:
    """A change of one number, or of one hyperparameter, of some cells.

    Attributes:
        study: The study.
        name: A column, a measure, "diverged", a series and its column, "curves.w_norm", a
            hyperparameter, or "seeds".
        how: Makes the new values from the old ones, (seeds,) or, of a series, (seeds, points);
            of a hyperparameter its new value from the old one.
        where: The hyperparameters of the cells.
    """

    study: str
    name: str
    how: How
    where: dict[str, object]

    def apply(self, cell: Reading) -> Reading:
        """Make the changed cell; the given one stays as it is."""
        if self.name in HYPERPARAMETERS:
            new = self.how(getattr(cell.setting, self.name))
            return replace(cell, setting=cell.setting.change(**{self.name: new}))
        if self.name == "seeds":
            return replace(cell, seeds=self.how(cell.seeds))
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


def become(study: str, name: str, value: object, **where: object) -> Change:
    """Describe a change of all to one value."""

    def made(old: object) -> object:
        return np.full_like(old, value) if isinstance(old, np.ndarray) else value

    return Change(study, name, made, where)


def once(how: How | float, *, seed: int = 0) -> How:
    """Change the number of one seed alone; a number takes its place."""

    def made(old: np.ndarray) -> np.ndarray:
        old[seed] = how(old[seed]) if callable(how) else how
        return old

    return made


@dataclass(frozen=True)
class Absence:
    """Some cells of a study that aren't there, by the hyperparameters they have."""

    study: str
    where: dict[str, object]


def without(study: str, **where: object) -> Absence:
    """Describe cells that aren't there."""
    return Absence(study, where)


def tamper(readings: Readings, *changes: Change | Absence) -> Readings:
    """Make readings in which some numbers or settings are others, or some cells missing."""
    changed = copy.copy(readings)
    changed._studies = {name: list(cells) for name, cells in readings._studies.items()}
    for each in changes:
        wanted = {cell.identity for cell in changed.cells(each.study, **each.where)}
        changed._studies[each.study] = [
            each.apply(cell) if cell.identity in wanted else cell
            for cell in changed._studies[each.study]
            if isinstance(each, Change) or cell.identity not in wanted
        ]
    return changed
