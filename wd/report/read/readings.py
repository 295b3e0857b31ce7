"""What the evidence says, as arrays: the report's one way of reading it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from wd.config import Config, Setting, Study
from wd.declarations import HYPERPARAMETERS, MATRIX
from wd.errors import EvidenceError
from wd.evidence.keys import Cell, plan
from wd.evidence.schema import RUN_COLUMNS, SERIES
from wd.evidence.store import Evidence
from wd.report.read.arrays import read_numbers, take_seeds


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
        runs: The numbers of their runs, (seeds,), by which other tables refer to them.
        diverged: Which of them diverged, (seeds,).
        identity: The cell's number in the evidence.
    """

    study: str
    setting: Setting
    seeds: np.ndarray
    runs: np.ndarray
    diverged: np.ndarray
    identity: int
    _columns: dict[str, np.ndarray]
    _evidence: Evidence
    _series: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    _measures: dict[str, np.ndarray] = field(default_factory=dict)

    def __getitem__(self, name: str) -> np.ndarray:
        """A number per seed, (seeds,); NaN where the run diverged.

        Args:
            name: One of `RUN_COLUMNS`, or as in `measure`.

        Raises:
            Missing: If it wasn't measured.
        """
        return self._columns[name] if name in self._columns else self.measure(name)

    def _ask(self, query: str, *parameters: object) -> np.ndarray:
        """Answer a query of numbers whose first column is the seed, for its own seeds alone.

        Returns:
            The other columns, (rows, columns); NaN where nothing is.
        """
        asked = read_numbers(self._evidence, query, *parameters, self.identity)
        return take_seeds(asked, self.seeds)[:, 1:].copy()  # of the seeds nothing is kept

    def series(self, table: str) -> dict[str, np.ndarray]:
        """Read a series of all seeds.

        Args:
            table: One of `SERIES`, such as "curves".

        Returns:
            By column, of the index and of the numbers, (seeds, points); numbers are NaN where the
            run diverged in the end.

        Raises:
            Missing: If the study doesn't record it.
        """
        if table in self._series:
            return self._series[table]
        index, names = tuple(SERIES[table].index), SERIES[table].columns
        columns = ", ".join(f"{table}.{name}" for name in (*index, *names))
        rows = self._ask(
            f"SELECT seed, {columns} FROM {table} JOIN results USING (run) WHERE cell = ?"
            f" ORDER BY seed, {', '.join(index)}"
        )
        if not len(rows):
            if table == "curves":
                raise Missing("curves", study=self.study)
            raise Missing("number", study=self.study, number=table)
        points = rows.reshape(len(self.seeds), -1, rows.shape[1])
        points[self.diverged, :, len(index) :] = np.nan
        self._series[table] = {
            name: points[..., place] for place, name in enumerate((*index, *names))
        }
        return self._series[table]

    def curves(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Read the curves of all seeds.

        Args:
            column: "train_loss", "test_loss" or "w_norm".

        Returns:
            Epochs, (points,), the start being 0, and values, (seeds, points); NaN where the run
            diverged in the end.

        Raises:
            Missing: If the study records no curves.
        """
        curves = self.series("curves")
        return curves["epoch"][0], curves[column]

    def measure(self, name: str) -> np.ndarray:
        """Read a further named number per seed, (seeds,).

        Raises:
            Missing: If it wasn't measured, or isn't finite in a run that didn't diverge.
        """
        if name in self._measures:
            return self._measures[name]
        measured, numbers = self._ask(
            "SELECT seed, name IS NOT NULL, value FROM results LEFT JOIN measures"
            " ON measures.run = results.run AND name = ? WHERE cell = ? ORDER BY seed",
            name,
        ).T
        if not measured.any():
            if self.setting.implementation is None:
                raise Missing("number", study=self.study, number=name)
            raise Missing("measure", study=self.study, measure=name)
        if not np.isfinite(numbers[~self.diverged]).all():
            raise Missing("overflow", study=self.study, measure=name)
        self._measures[name] = numbers = numbers.copy()
        return numbers


Find = Callable[[Cell, Sequence[int]], int | None]


class Readings:
    """All studies of a configuration, read from one evidence file.

    Attributes:
        config: What the studies are.
        evidence: Where they are read from.
        asked: The studies whose cells were asked for, until whoever wants to know empties it.
    """

    def __init__(self, config: Config, evidence: Evidence, find: Find | None = None) -> None:
        """Find every cell of the configuration; with `find`, not by its key.

        Raises:
            EvidenceError: If runs are missing, or were made by other code.
        """
        self.config = config
        self.evidence = evidence
        self.asked: dict[str, None] = {}
        find = find or evidence.complete
        self._places = {study.name: self._find(study, find) for study in config.studies}
        self._studies: dict[str, list[Reading]] = {}

    def _find(self, study: Study, find: Find) -> list[tuple[Setting, int]]:
        """Find the cells of a study in the evidence."""
        places = [(cell.setting, find(cell, study.seeds)) for cell in plan(study)]
        found = [(setting, identity) for setting, identity in places if identity is not None]
        if len(found) < len(places):
            raise EvidenceError(
                f"{self.evidence.path}: the study {study.name!r} isn't complete, or was made"
                " by other code.\nRun: invoke run"
            )
        return found

    def _read(self, name: str) -> list[Reading]:
        """Read a study, once: those that nobody asks for aren't read."""
        if name in self._studies:
            return self._studies[name]
        (study,) = (each for each in self.config.studies if each.name == name)
        columns = ", ".join(["seed", "run", "status = 'diverged'", *RUN_COLUMNS])
        query = f"SELECT {columns} FROM results WHERE cell = ? AND seed BETWEEN ? AND ?"
        wanted = np.array(study.seeds)
        ends = int(wanted.min()), int(wanted.max())
        read = []
        for setting, identity in self._places[name]:
            rows = read_numbers(self.evidence, f"{query} ORDER BY seed", identity, *ends)
            seeds, runs, diverged, *numbers = take_seeds(rows, wanted).T.copy()
            measured = dict(zip(RUN_COLUMNS, numbers, strict=True)) if study.kind == MATRIX else {}
            whole = seeds.astype(int), runs.astype(int), diverged.astype(bool)
            read.append(Reading(name, setting, *whole, identity, measured, self.evidence))
        self._studies[name] = read
        return read

    @property
    def studies(self) -> tuple[str, ...]:
        """The names of the studies, in the order of the configuration."""
        return tuple(self._places)

    @property
    def matrix(self) -> tuple[str, ...]:
        """The names of those that are runs of the matrix."""
        return tuple(study.name for study in self.config.studies if study.kind == MATRIX)

    @cached_property
    def provenance(self) -> dict[str, list[str]]:
        """What made the runs that the configuration asks for: values by name, the latest first.

        There are several where several builds made them.
        """
        cells = {identity for places in self._places.values() for _, identity in places}
        rows = self.evidence.rows("SELECT DISTINCT build, cell FROM parts ORDER BY build DESC")
        found: dict[str, list[str]] = {}
        for build in dict.fromkeys(build for build, cell in rows if cell in cells):
            for name, value in self.evidence.rows(
                "SELECT name, value FROM provenance WHERE build = ?", (build,)
            ):
                if value and value not in found.setdefault(name, []):
                    found[name].append(value)
        return found

    def list_runs(self) -> set[int]:
        """List the runs that the configuration asks for: the file may hold others beside them."""
        cells = (reading for study in self.studies for reading in self._read(study))
        return {run for reading in cells for run in reading.runs.tolist()}

    def cells(self, study: str, **wanted: object) -> Sequence[Reading]:
        """Select the cells of a study whose setting has the wanted values, in the grid's order.

        Raises:
            Missing: If there is none.
        """
        if study not in self._places:
            raise Missing("study", study=study)
        self.asked[study] = None

        def has(reading: Reading, name: str) -> bool:
            return getattr(reading.setting, name) == wanted[name]

        cells = self._read(study)
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
