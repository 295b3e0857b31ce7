"""The evidence file: one SQLite database, and the only thing that the lab and the report share.

A cell is one setting of one study, stored under its key (`wd.evidence.keys`). A run is one seed of
a cell.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

from wd.config import HYPERPARAMETERS, Config, Setting, Study
from wd.errors import EvidenceError
from wd.evidence.file import explaining, open_database
from wd.evidence.keys import Cell, check_key, grid_key, made_on, plan, torch_version

RUN_COLUMNS = ("train_loss", "test_loss", "w_norm", "b")
"""What is measured at the end of every run; NULL where it diverged."""
CURVE_COLUMNS = ("train_loss", "test_loss", "w_norm")

_TYPES = {"str": "TEXT", "int": "INTEGER", "float": "REAL"}
_SETTING_COLUMNS = ", ".join(
    f"{field.name} {_TYPES[field.type.split()[0]]}" for field in fields(Setting)
)
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS cells (
    id INTEGER PRIMARY KEY, study TEXT NOT NULL, key TEXT NOT NULL, {_SETTING_COLUMNS},
    device TEXT NOT NULL, torch TEXT NOT NULL, UNIQUE (study, key, device));
CREATE TABLE IF NOT EXISTS results (
    run INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cells ON DELETE CASCADE,
    seed INTEGER NOT NULL, status TEXT NOT NULL CHECK (status IN ('ok', 'diverged')),
    train_loss REAL, test_loss REAL, w_norm REAL, b REAL, UNIQUE (cell, seed));
CREATE TABLE IF NOT EXISTS curves (
    run INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, epoch INTEGER NOT NULL,
    train_loss REAL, test_loss REAL, w_norm REAL, PRIMARY KEY (run, epoch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS measures (
    run INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, name TEXT NOT NULL,
    value REAL, PRIMARY KEY (run, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS grids (
    study TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (study, name));
CREATE TABLE IF NOT EXISTS facts (
    topic TEXT NOT NULL, key TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL,
    seed INTEGER NOT NULL, value REAL, PRIMARY KEY (topic, scope, name, seed)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS programs (
    name TEXT PRIMARY KEY, key TEXT NOT NULL, notebook TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS provenance (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS durations (
    stage TEXT NOT NULL, name TEXT NOT NULL, seconds REAL NOT NULL, items INTEGER NOT NULL,
    PRIMARY KEY (stage, name));
CREATE VIEW IF NOT EXISTS runs AS
    SELECT run, study, {", ".join(HYPERPARAMETERS)}, seed, device, torch,
           train_loss, test_loss, w_norm, b, status
    FROM results JOIN cells ON cells.id = results.cell;
"""


@dataclass(frozen=True)
class Outcome:
    """What one run of a cell ended with.

    Attributes:
        seed: The run's seed.
        values: Measured numbers in the order of `RUN_COLUMNS`, or None where the run diverged.
        curve: (epoch, train_loss, test_loss, w_norm) per recorded epoch.
        measures: Further named numbers of this run.
    """

    seed: int
    values: Sequence[float] | None
    curve: Sequence[tuple[float, ...]] = ()
    measures: dict[str, float] | None = None


class Evidence:
    """An open evidence file; whole batches are committed, so that a stop loses no more.

    Attributes:
        path: The SQLite file.
        aside: Where a file of another version, found in its place, has been moved to.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        """Open the file, making it first when `writable`.

        Args:
            path: The SQLite file.
            writable: Whether to create tables and allow writes.

        Raises:
            EvidenceError: If the file is missing, locked, unreadable, damaged, or another
                program's.
        """
        self.path = path
        if writable:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise EvidenceError(f"{path.parent}: can't be made: {error}") from None
        self._db, self.aside = open_database(path, _SCHEMA, writable=writable)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def rows(self, query: str, parameters: Iterable[object] = ()) -> list[tuple]:
        """Answer a query.

        Raises:
            EvidenceError: If SQLite refuses it.
        """
        with explaining(self.path, "read"):
            return self._db.execute(query, tuple(parameters)).fetchall()

    def ask(self, query: str) -> tuple[list[str], list[tuple]]:
        """Answer a query with the names of its columns, and its rows.

        Raises:
            EvidenceError: If SQLite refuses it.
        """
        with explaining(self.path, "read"):
            asked = self._db.execute(query)
            return [name for name, *_ in asked.description or ()], asked.fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; inside another transaction, as a part of that.

        Raises:
            EvidenceError: If SQLite refuses it (a full disk, another writer).
        """
        if self._db.in_transaction:
            yield self._db
            return
        with explaining(self.path, "written"), self._db:
            self._db.execute("BEGIN")
            yield self._db

    def missing(self, cell: Cell, seeds: Sequence[int], device: str) -> tuple[int, ...]:
        """List the seeds of a cell that have no run made on `device` yet."""
        there = {
            seed
            for (seed,) in self.rows(
                "SELECT seed FROM results WHERE cell = "
                "(SELECT id FROM cells WHERE study = ? AND key = ? AND device = ?)",
                (cell.study, cell.key, device),
            )
        }
        return tuple(seed for seed in seeds if seed not in there)

    def complete(self, cell: Cell, seeds: Sequence[int]) -> int | None:
        """Find the id of a cell, made on any one device, that has a run for every seed."""
        for identity, device in self.rows(
            "SELECT id, device FROM cells WHERE study = ? AND key = ? ORDER BY id",
            (cell.study, cell.key),
        ):
            if not self.missing(cell, seeds, device):
                return identity
        return None

    def append(self, cell: Cell, device: str, outcomes: Iterable[Outcome]) -> None:
        """Add runs of one cell, all or none.

        Args:
            cell: The cell they belong to.
            device: The device type that trained them.
            outcomes: One per seed; seeds must be new to the cell.

        Raises:
            EvidenceError: If SQLite refuses it.
        """
        with self.transaction() as db:
            found = db.execute(
                "SELECT id FROM cells WHERE study = ? AND key = ? AND device = ?",
                (cell.study, cell.key, device),
            ).fetchone()
            identity = found and found[0]
            if identity is None:
                values = (cell.study, cell.key, *asdict(cell.setting).values())
                names = ("study", "key", *HYPERPARAMETERS, "device", "torch")
                marks = ", ".join("?" * len(names))
                identity = db.execute(
                    f"INSERT INTO cells ({', '.join(names)}) VALUES ({marks})",
                    (*values, device, torch_version()),
                ).lastrowid
            (last,) = db.execute("SELECT ifnull(max(run), 0) FROM results").fetchone()
            results, curves, measures = [], [], []
            for run, outcome in enumerate(outcomes, last + 1):
                values = outcome.values or (None,) * len(RUN_COLUMNS)
                status = "ok" if outcome.values else "diverged"
                results.append((run, identity, outcome.seed, status, *values))
                curves += [(run, *map(_finite, point)) for point in outcome.curve]
                measures += [(run, *item) for item in (outcome.measures or {}).items()]
            for table, rows in (("results", results), ("curves", curves), ("measures", measures)):
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def copy(self, path: Path, *changes: Sequence[str]) -> None:
        """Write a changed copy, in which nothing is left of what the changes delete.

        Args:
            path: A new file.
            *changes: A statement of SQL each, with what its question marks stand for.

        Raises:
            EvidenceError: If the copy can't be written.
        """
        with explaining(path, "written"), closing(sqlite3.connect(path)) as copy:
            self._db.backup(copy)
        with Evidence(path, writable=True) as copy:
            with copy.transaction() as db:
                for statement, *values in changes:
                    db.execute(statement, values)
            with explaining(path, "written"):
                copy._db.execute("VACUUM")

    def record(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert or replace whole rows of a table that isn't about single runs."""
        with self.transaction() as db:
            for row in rows:
                marks = ", ".join("?" * len(row))
                db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", tuple(row))


def _finite(value: float) -> float | None:
    """Keep what overflowed out of the curves of a run that diverged."""
    return value if math.isfinite(value) else None


def pending(
    config: Config, evidence: Evidence, device: str | None = None, *, anywhere: bool = True
) -> dict[Cell, tuple[int, ...]]:
    """List the cells that lack runs, with the seeds to train.

    Args:
        config: What is asked for.
        evidence: What is there.
        device: The device type that will train; None while it is yet to be chosen.
        anywhere: Whether a cell that any one device has completed counts as complete.

    Returns:
        Seeds per incomplete cell: those that `device` hasn't trained, or all where it is None.
    """
    work = {}
    for study in config.studies:
        for cell in plan(study):
            if anywhere and evidence.complete(cell, study.seeds) is not None:
                continue
            made = device and made_on(cell.setting, device)
            if seeds := evidence.missing(cell, study.seeds, made) if made else study.seeds:
                work[cell] = seeds
    return work


def pending_grids(config: Config, evidence: Evidence) -> list[Study]:
    """List the studies whose arrays aren't there, or are of other cells or other code."""
    there = dict(evidence.rows("SELECT DISTINCT study, key FROM grids"))
    return [
        study
        for study in config.studies
        if (key := grid_key(study)) is not None and there.get(study.name) != key
    ]


def pending_checks(config: Config, evidence: Evidence) -> list[str]:
    """List the checks of a configuration whose numbers aren't there, or are of other code."""
    there = dict(evidence.rows("SELECT DISTINCT topic, key FROM facts"))
    return [name for name in config.checks if there.get(name) != check_key(config, name)]
