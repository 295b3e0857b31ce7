"""The evidence file: one SQLite database, and the only thing that the lab and the report share.

What is read from it is what was written: opening it (`wd.evidence.opening`) finds every change.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self, cast

from wd.errors import EvidenceError
from wd.evidence.keys import Cell, read_versions
from wd.evidence.opening import open_database
from wd.evidence.outcome import Outcome
from wd.evidence.ownership import explain
from wd.evidence.processor import name_processor
from wd.evidence.schema import RUN_COLUMNS
from wd.evidence.seals import seal


class Evidence:
    """An open evidence file; whole parts are committed, so that a stop loses no more.

    Attributes:
        path: The file.
        notes: What to tell the user about how it was opened, a line each.
    """

    def __init__(self, path: Path, *, writable: bool = False, checked: bool = False) -> None:
        """Open the file, making it first when `writable`.

        Args:
            path: The SQLite file.
            writable: Whether to create tables and allow writes; a damaged file is then moved
                aside and what is whole in it is carried over.
            checked: Whether the file was opened and found whole just before, by another process.

        Raises:
            EvidenceError: If the file is missing, locked, can't be read, isn't ours or is of a
                newer version; or if it is damaged or older and not `writable`.
        """
        self.path = path
        self._db, self.notes = open_database(path, writable=writable, checked=checked)
        self._build: int | None = None
        self._processor: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self, query: str, parameters: Iterable[object] = ()) -> list[tuple]:
        """Answer a query.

        Raises:
            EvidenceError: If SQLite refuses it.
        """
        return self.ask(query, parameters)[1]

    def ask(self, query: str, parameters: Iterable[object] = ()) -> tuple[list[str], list[tuple]]:
        """Answer a query with the names of its columns, and its rows.

        Raises:
            EvidenceError: If SQLite refuses it.
        """
        try:
            asked = self._db.execute(query, tuple(parameters))
            return [name for name, *_ in asked.description or ()], asked.fetchall()
        except sqlite3.Error as error:
            raise EvidenceError(f"{self.path}: {error}") from None

    def stream(self, query: str, parameters: Iterable[object] = ()) -> Iterator[tuple]:
        """Answer a query row by row, for more rows than should be held; errors as `ask`."""
        try:
            yield from self._db.execute(query, tuple(parameters))
        except sqlite3.Error as error:
            raise EvidenceError(f"{self.path}: {error}") from None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; inside another transaction, as a part of that.

        Raises:
            EvidenceError: If SQLite refuses it (a full disk, another writer).
        """
        if self._db.in_transaction:
            yield self._db
            return
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
        except sqlite3.IntegrityError as error:
            raise EvidenceError(
                f"{self.path}: can't be written: {error}\n"
                "Another build may have added the same runs meanwhile: run the command again."
            ) from None
        except sqlite3.Error as error:
            raise explain(self.path, error, "written") from None

    def missing(
        self, cell: Cell, seeds: Sequence[int], device: str, processor: str | None = None
    ) -> tuple[int, ...]:
        """List the seeds of a cell that have no run yet from a device and a kind of processor."""
        there = {
            seed
            for (seed,) in self.rows(
                "SELECT seed FROM results WHERE cell = (SELECT id FROM cells"
                " WHERE study = ? AND key = ? AND device = ? AND processor = ?)",
                (cell.study, cell.key, device, processor or name_processor()),
            )
        }
        return tuple(seed for seed in seeds if seed not in there)

    def complete(self, cell: Cell, seeds: Sequence[int]) -> int | None:
        """Find the id of a cell, made by any one device and processor, that has all seeds."""
        first, last = min(seeds), max(seeds)
        for (identity,) in self.rows(
            "SELECT id FROM cells WHERE study = ? AND key = ? ORDER BY id", (cell.study, cell.key)
        ):
            there = "FROM results WHERE cell = ? AND seed BETWEEN ? AND ?"
            ((count,),) = self.rows(f"SELECT count(*) {there}", (identity, first, last))
            if count == last - first + 1:
                return identity  # as in a range: none between the first and the last is missing
            if count >= len(seeds):
                rows = self.rows(f"SELECT seed {there}", (identity, first, last))
                if {seed for (seed,) in rows} >= {*seeds}:
                    return identity
        return None

    def begin(self, provenance: Mapping[str, str]) -> None:
        """Say what makes the runs and programs that are added from now on.

        Their kind of processor is the "processor" in `provenance`, else that of this machine.
        """
        self._processor = provenance.get("processor")
        with self.transaction() as db:
            self._build = db.execute("INSERT INTO builds (seal) VALUES ('')").lastrowid
            rows = [(self._build, *item) for item in provenance.items()]
            db.executemany("INSERT INTO provenance VALUES (?, ?, ?)", rows)
            seal(db, "builds", self._build)

    def append(
        self, cell: Cell, device: str, outcomes: Iterable[Outcome], seconds: float = 0.0
    ) -> None:
        """Add runs of one cell as one part, all or none.

        Args:
            cell: The cell they belong to.
            device: The device type that made them.
            outcomes: One per seed; seeds must be new to the cell.
            seconds: How long they took.

        Raises:
            EvidenceError: If SQLite refuses it.
        """
        if self._build is None:
            self.begin({})
        with self.transaction() as db:
            identity = self._find_cell(cell, device)
            part = db.execute(
                "INSERT INTO parts (cell, build, seconds, seal) VALUES (?, ?, ?, '')",
                (identity, self._build, seconds),
            ).lastrowid
            (last,) = db.execute("SELECT ifnull(max(run), 0) FROM results").fetchone()
            rows: dict[str, list[tuple]] = {"results": [], "measures": []}
            for run, outcome in enumerate(outcomes, last + 1):
                values = outcome.values or (None,) * len(RUN_COLUMNS)
                status = "diverged" if outcome.values is None else "ok"
                rows["results"].append((run, identity, part, outcome.seed, status, *values))
                rows["measures"] += [(run, *item) for item in outcome.measures.items()]
                for table, points in outcome.series.items():
                    rows.setdefault(table, []).extend((run, *map(_finite, each)) for each in points)
            for table, lines in rows.items():
                if lines:
                    marks = ", ".join("?" * len(lines[0]))
                    names = ", ".join(["run, cell, part, seed, status", *RUN_COLUMNS])
                    into = f"results ({names})" if table == "results" else table
                    db.executemany(f"INSERT INTO {into} VALUES ({marks})", lines)
            seal(db, "parts", part)

    def _find_cell(self, cell: Cell, device: str) -> int:
        """The id of a cell's row, which is made if it isn't there."""
        values = {
            "study": cell.study,
            "kind": cell.kind,
            "key": cell.key,
            "device": device,
            "processor": self._processor or name_processor(),
            "versions": cell.versions,
            "torch": read_versions(cell.versions).get("torch", ""),
            **dict(cell.setting.values),
        }
        found = self._db.execute(
            "SELECT id FROM cells WHERE study = ? AND key = ? AND device = ? AND processor = ?",
            [values[name] for name in ("study", "key", "device", "processor")],
        ).fetchone()
        if found:
            return found[0]
        marks = ", ".join("?" * len(values))
        added = self._db.execute(
            f"INSERT INTO cells ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
        )
        return cast(int, added.lastrowid)

    def store_program(self, name: str, key: str, notebook: str, seconds: float = 0.0) -> None:
        """Keep an executed program in place of an earlier one of its name."""
        if self._build is None:
            self.begin({})
        row = (name, key, notebook, seconds, self._build)
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO programs VALUES (?, ?, ?, ?, ?, '')", row)
            seal(db, "programs", name)

    def delete(self, cells: Iterable[int]) -> None:
        """Delete cells with all their runs."""
        with self.transaction() as db:
            db.executemany("DELETE FROM cells WHERE id = ?", [(cell,) for cell in cells])


def _finite(value: float) -> float | None:
    """Keep what overflowed out of the series of a run that diverged."""
    return value if math.isfinite(value) else None
