"""A copy of an evidence file that holds some of its runs and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from wd.errors import EvidenceError
from wd.evidence.seals import seal_part
from wd.evidence.store import Evidence


def holds_more(evidence: Evidence, runs: Collection[int], programs: Collection[str]) -> bool:
    """Whether a file holds more than these runs, all of them its own, and these programs."""
    ((there,),) = evidence.rows("SELECT count(*) FROM results")
    executed = {name for (name,) in evidence.rows("SELECT name FROM programs")}
    ((builds,),) = evidence.rows(
        "SELECT count(*) FROM builds WHERE id NOT IN"
        " (SELECT build FROM parts UNION SELECT build FROM programs)"
    )
    return there > len(runs) or not executed <= set(programs) or builds > 0


def export(
    evidence: Evidence, runs: Collection[int], path: Path, programs: Collection[str]
) -> None:
    """Write chosen runs with all that belongs to them to a new file.

    Args:
        evidence: What to copy from.
        runs: Their numbers, which stay the same.
        path: The new file.
        programs: The names of the executed programs to keep.

    Raises:
        EvidenceError: If it can't be written.
    """
    try:
        evidence.copy_to(path)
        with closing(sqlite3.connect(path)) as db:
            if _reduce(db, runs, programs):
                db.execute("VACUUM")
    except (OSError, sqlite3.Error) as error:
        raise EvidenceError(f"{path}: can't be written: {error}") from None


def _reduce(db: sqlite3.Connection, runs: Collection[int], programs: Collection[str]) -> int:
    """Delete all but what is wanted, and seal the parts anew that lose runs; count the rows."""
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("CREATE TEMP TABLE wanted (run INTEGER PRIMARY KEY)")
    with db:
        db.executemany("INSERT INTO wanted VALUES (?)", ((run,) for run in runs))
        dropped = "run NOT IN (SELECT run FROM wanted)"
        touched = db.execute(f"SELECT DISTINCT part FROM results WHERE {dropped}").fetchall()
        changed = db.execute(f"DELETE FROM results WHERE {dropped}").rowcount
        marks = ", ".join("?" * len(programs))
        for statement, values in (
            ("parts WHERE id NOT IN (SELECT part FROM results)", ()),
            ("cells WHERE id NOT IN (SELECT cell FROM parts)", ()),
            (f"programs WHERE name NOT IN ({marks})", tuple(programs)),
            (
                "builds WHERE id NOT IN (SELECT build FROM parts UNION SELECT build FROM programs)",
                (),
            ),
        ):
            changed += db.execute(f"DELETE FROM {statement}", values).rowcount
        left = "SELECT id FROM parts WHERE id = ?"
        for part in (part for (part,) in touched if db.execute(left, [part]).fetchone()):
            db.execute("UPDATE parts SET seal = ? WHERE id = ?", (seal_part(db, part), part))
    return changed
