"""What the evidence says, as arrays: the report's one way of reading it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wd.config import HYPERPARAMETERS, Config, Setting, Study
from wd.errors import EvidenceError
from wd.evidence.keys import grid_key, plan
from wd.evidence.store import CURVE_COLUMNS, RUN_COLUMNS, Evidence, pending_checks, pending_grids


class Missing(LookupError):  # noqa: N818 - no error: a page says so and goes on
    """This build lacks something that a page would show: the page says why, and goes on.

    Attributes:
        kind: Why: the name of a table under `[missing]` in the labels, which holds its sentences.
        details: What fills their placeholders, such as study="sweep".
    """

    def __init__(self, kind: str, **details: str) -> None:
        super().__init__(kind, details)
        self.kind = kind
        self.details = details


@dataclass(frozen=True)
class Reading:
    """One cell: a setting with the numbers of all its seeds.

    Attributes:
        study: The name of its study.
        setting: The cell's hyperparameters.
        seeds: Its seeds, rising.
        diverged: Which of them diverged, (seeds,).
    """

    study: str
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
            raise Missing("curves", study=self.study)
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
            Missing: If it wasn't measured, or isn't finite in a run that didn't diverge.
        """
        rows = self._evidence.rows(
            "SELECT seed, name, value FROM results LEFT JOIN measures"
            " ON measures.run = results.run AND name = ? WHERE cell = ? ORDER BY seed",
            (name, self._identity),
        )
        wanted = set(self.seeds.tolist())
        names, values = zip(*(row[1:] for row in rows if row[0] in wanted), strict=True)
        if not any(names):
            raise Missing("measure", study=self.study, measure=name)
        numbers = np.array(values, dtype=float)
        if not np.isfinite(numbers[~self.diverged]).all():
            raise Missing("overflow", study=self.study, measure=name)
        return numbers


class Readings:
    """All studies of a configuration, read from one evidence file."""

    def __init__(self, config: Config, evidence: Evidence) -> None:
        """Find every cell of the configuration.

        Raises:
            EvidenceError: If runs, checks or arrays are missing, or were made by other code.
        """
        self.config = config
        self.evidence = evidence
        for check in pending_checks(config, evidence):
            raise EvidenceError(
                f"{evidence.path}: the check {check!r} isn't there, or was made by other code.\n"
                "Run: invoke run"
            )
        for study in pending_grids(config, evidence):
            raise EvidenceError(
                f"{evidence.path}: what the study {study.name!r} records beside its runs isn't"
                " there, or was made by other code.\nRun: invoke run"
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
                    study.name,
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
        if study not in self._studies:
            raise Missing("study", study=study)

        def has(reading: Reading, name: str) -> bool:
            return getattr(reading.setting, name) == wanted[name]

        cells = self._studies[study]
        found = [cell for cell in cells if all(has(cell, name) for name in wanted)]
        if not found:
            lacking = [name for name in wanted if not any(has(cell, name) for cell in cells)]
            setting = {name: wanted[name] for name in lacking or wanted}
            raise Missing("setting", study=study, setting=_write_toml(setting))
        return found

    def cell(self, study: str, **wanted: object) -> Reading:
        """Select the only such cell.

        Raises:
            Missing: If there is none, or several: the study's grid isn't the published one.
        """
        found = self.cells(study, **wanted)
        if len(found) > 1:
            raise Missing("several", study=study, varying=list_varying(found))
        return found[0]

    def fact(self, topic: str, scope: str, name: str) -> np.ndarray:
        """Read a number that a check measured, per seed, (seeds,).

        Raises:
            Missing: If this build has no such check, or the check no such case.
        """
        rows = self.evidence.rows(
            "SELECT value FROM facts WHERE topic = ? AND scope = ? AND name = ? ORDER BY seed",
            (topic, scope, name),
        )
        if topic not in self.config.checks:
            raise Missing("check", check=topic)
        if not rows:
            raise Missing("case", check=topic, case=scope)
        return np.array([value for (value,) in rows], dtype=float)

    def scopes(self, topic: str) -> list[str]:
        """List the cases of a check in alphabetical order.

        Raises:
            Missing: If this build has no such check.
        """
        if topic not in self.config.checks:
            raise Missing("check", check=topic)
        rows = self.evidence.rows(
            "SELECT DISTINCT scope FROM facts WHERE topic = ? ORDER BY scope", (topic,)
        )
        return [scope for (scope,) in rows]

    def grid(self, study: str, name: str) -> np.ndarray:
        """Read an array that a study recorded beside its runs.

        Raises:
            Missing: If there is no such study, or it is none that records arrays.
        """
        self.cells(study)
        (declared,) = (each for each in self.config.studies if each.name == study)
        if grid_key(declared) is None:
            raise Missing("premise", study=study, premise="can_be_pictured")
        ((value,),) = self.evidence.rows(
            "SELECT value FROM grids WHERE study = ? AND name = ?", (study, name)
        )
        return np.array(json.loads(value))


def list_varying(cells: Sequence[Reading], *, besides: Sequence[str] = ()) -> str:
    """Name the hyperparameters in which cells differ, but for some, as a configuration does."""
    return ", ".join(
        name
        for name in HYPERPARAMETERS
        if name not in besides and len({getattr(cell.setting, name) for cell in cells}) > 1
    )


def _write_toml(values: Mapping[str, object]) -> str:
    """Write values as in a configuration: implementation = "scratch", weight_decay = 3."""
    return ", ".join(f"{name} = {json.dumps(value)}" for name, value in values.items())


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
