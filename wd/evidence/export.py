"""A copy of an evidence file that holds some of its runs and nothing else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from wd.errors import EvidenceError
from wd.evidence.seals import seal
from wd.evidence.store import Evidence

UNUSED = "id NOT IN (SELECT build FROM parts UNION SELECT build FROM programs)"
"""What is so of builds of which nothing is left."""


def holds_more(evidence: Evidence, runs: Collection[int], programs: Collection[str]) -> bool:
    """Whether a file holds more than these runs, all of them its own, and these programs."""
    ((there,),) = evidence.rows("SELECT count(*) FROM results")
    executed = {name for (name,) in evidence.rows("SELECT name FROM programs")}
    ((builds,),) = evidence.rows(f"SELECT count(*) FROM builds WHERE {UNUSED}")
    return there > len(runs) or not executed <= set(programs) or builds > 0


def export(
    evidence: Evidence, runs: Collection[int], path: Path, programs: Collection[str]
) -> None:
    """Write chosen runs with all that belongs to them to a new file.

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
        for surplus in (
            "parts WHERE id NOT IN (SELECT part FROM results)",
            "cells WHERE id NOT IN (SELECT cell FROM parts)",
            "programs WHERE name NOT IN (SELECT value FROM json_each(:programs))",
            f"builds WHERE {UNUSED}",
        ):
            names = {"programs": json.dumps(list(programs))}
            changed += db.execute(f"DELETE FROM {surplus}", names).rowcount
        left = "SELECT id FROM parts WHERE id = ?"
        for part in (part for (part,) in touched if db.execute(left, [part]).fetchone()):
            seal(db, "parts", part)
    return changed
