"""What the evidence says, as arrays: the report's one way of reading it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wd.config import Config, Setting, Study
from wd.errors import EvidenceError
from wd.evidence import CURVE_COLUMNS, RUN_COLUMNS, Evidence, pending_checks, pending_grids
from wd.keys import grid_key, plan


class Missing(LookupError):  # noqa: N818 - no error: a page says so and goes on
    """The configuration has no such study, or the study no such setting."""


@dataclass(frozen=True)
class Reading:
    """One cell: a setting with the numbers of all its seeds.

    Attributes:
        setting: The cell's hyperparameters.
        seeds: Its seeds, rising.
        diverged: Which of them diverged, (seeds,).
    """

    setting: Setting
    seeds: np.ndarray
    diverged: np.ndarray
    _columns: dict[str, np.ndarray]
    _evidence: Evidence
    _identity: int

    def __getitem__(self, column: str) -> np.ndarray:
        """One of `RUN_COLUMNS` per seed, (seeds,); NaN where the run diverged."""
        return self._columns[column]

    def list_runs(self) -> list[int]:
        """List the numbers of its runs, by which other tables refer to them, in seed order."""
        rows = self._evidence.rows(
            "SELECT run, seed FROM results WHERE cell = ? ORDER BY seed", (self._identity,)
        )
        wanted = set(self.seeds.tolist())
        return [run for run, seed in rows if seed in wanted]

    @cached_property
    def _curves(self) -> np.ndarray:
        rows = self._evidence.rows(
            f"SELECT seed, epoch, {', '.join('curves.' + name for name in CURVE_COLUMNS)}"
            " FROM curves JOIN results USING (run) WHERE cell = ? ORDER BY seed, epoch",
            (self._identity,),
        )
        wanted = set(self.seeds.tolist())
        rows = [row for seed, *row in rows if seed in wanted]
        if not rows:
            raise Missing("curves")
        table = np.array(rows, dtype=float)
        table = table.reshape(len(self.seeds), -1, table.shape[1])
        table[self.diverged, :, 1:] = np.nan
        return table

    def curves(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Read the curves of all seeds.

        Args:
            column: One of `CURVE_COLUMNS`.

        Returns:
            Epochs, (points,), and values, (seeds, points); NaN where the run diverged in the end.

        Raises:
            Missing: If the study records no curves.
        """
        index = 1 + CURVE_COLUMNS.index(column)
        return self._curves[0, :, 0], self._curves[:, :, index]

    def measure(self, name: str) -> np.ndarray:
        """Read a further named number per seed, (seeds,).

        Raises:
            Missing: If it wasn't measured.
        """
        rows = self._evidence.rows(
            "SELECT seed, value FROM results LEFT JOIN measures"
            " ON measures.run = results.run AND name = ? WHERE cell = ? ORDER BY seed",
            (name, self._identity),
        )
        wanted = set(self.seeds.tolist())
        values = np.array([value for seed, value in rows if seed in wanted], dtype=float)
        if np.isnan(values[~self.diverged]).any():
            raise Missing(name)
        return values


class Readings:
    """All studies of a configuration, read from one evidence file."""

    def __init__(self, config: Config, evidence: Evidence) -> None:
        """Find every cell of the configuration.

        Raises:
            EvidenceError: If runs, arrays or checks are missing, or were made by other code or for
                another configuration.
        """
        self.config = config
        self.evidence = evidence
        lacking = [study.name for study in pending_grids(config, evidence)]
        for name in [*lacking, *pending_checks(config, evidence)]:
            raise EvidenceError(
                f"{evidence.path}: what {name!r} measures isn't there, or was made by other code or"
                " for another configuration.\nRun: invoke run"
            )
        self._studies = {study.name: self._read(study) for study in config.studies}

    def _read(self, study: Study) -> list[Reading]:
        readings = []
        for cell in plan(study):
            identity = self.evidence.complete(cell, study.seeds)
            if identity is None:
                raise EvidenceError(
                    f"{self.evidence.path}: the study {study.name!r} isn't complete, or was made"
                    " by other code.\nRun: invoke run"
                )
            rows = self.evidence.rows(
                f"SELECT seed, status, {', '.join(RUN_COLUMNS)} FROM results"
                " WHERE cell = ? ORDER BY seed",
                (identity,),
            )
            wanted = set(study.seeds)
            seeds, status, *columns = zip(*(row for row in rows if row[0] in wanted), strict=True)
            readings.append(
                Reading(
                    cell.setting,
                    np.array(seeds),
                    np.array(status) == "diverged",
                    {
                        name: np.array(values, dtype=float)
                        for name, values in zip(RUN_COLUMNS, columns, strict=True)
                    },
                    self.evidence,
                    identity,
                )
            )
        return readings

    @property
    def studies(self) -> tuple[str, ...]:
        """The names of the studies, in the order of the configuration."""
        return tuple(self._studies)

    def list_runs(self) -> set[int]:
        """List the runs that the configuration asks for: the file may hold others beside them."""
        cells = (reading for study in self._studies.values() for reading in study)
        return {run for reading in cells for run in reading.list_runs()}

    def cells(self, study: str, **wanted: object) -> Sequence[Reading]:
        """Select the cells of a study whose setting has the wanted values, in the grid's order.

        Raises:
            Missing: If there is none.
        """
        found = [
            reading
            for reading in self._studies.get(study, ())
            if all(getattr(reading.setting, name) == value for name, value in wanted.items())
        ]
        if not found:
            raise Missing(study)
        return found

    def cell(self, study: str, **wanted: object) -> Reading:
        """Select the only such cell.

        Raises:
            Missing: If there is none, or several: the study's grid isn't the published one.
        """
        found = self.cells(study, **wanted)
        if len(found) > 1:
            raise Missing(study)
        return found[0]

    def fact(self, topic: str, scope: str, name: str) -> np.ndarray:
        """Read a number that a check measured, per seed, (seeds,).

        Raises:
            Missing: If this build has no such check.
        """
        rows = self.evidence.rows(
            "SELECT value FROM facts WHERE topic = ? AND scope = ? AND name = ? ORDER BY seed",
            (topic, scope, name),
        )
        if topic not in self.config.checks or not rows:
            raise Missing(topic)
        return np.array([value for (value,) in rows], dtype=float)

    def scopes(self, topic: str) -> list[str]:
        """List the cases of a check in alphabetical order.

        Raises:
            Missing: If this build has no such check.
        """
        rows = self.evidence.rows(
            "SELECT DISTINCT scope FROM facts WHERE topic = ? ORDER BY scope", (topic,)
        )
        if topic not in self.config.checks or not rows:
            raise Missing(topic)
        return [scope for (scope,) in rows]

    def grid(self, study: str, name: str) -> np.ndarray:
        """Read an array that a study recorded beside its runs.

        Raises:
            Missing: If it didn't.
        """
        keys = {grid_key(each) for each in self.config.studies if each.name == study}
        rows = self.evidence.rows(
            "SELECT key, value FROM grids WHERE study = ? AND name = ?", (study, name)
        )
        if not rows or rows[0][0] not in keys:
            raise Missing(study)
        return np.array(json.loads(rows[0][1]))


def spread(values: np.ndarray) -> tuple[float, float, float]:
    """Compute the median and the 5th and 95th percentile of the finite values.

    Returns:
        (median, 5 %, 95 %), NaN where nothing is finite.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (np.nan,) * 3
    low, middle, high = np.percentile(finite, [5, 50, 95])
    return middle, low, high
