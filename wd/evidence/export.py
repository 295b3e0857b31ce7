"""A copy of an evidence file that holds some of its runs and nothing else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from wd.errors import EvidenceError
from wd.evidence.seals import list_tables_of_runs, seal
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

    Only what is chosen is read: a small part of a large file costs as much as a small file.

    Raises:
        EvidenceError: If it can't be written.
    """
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("ATTACH ? AS whole", [str(evidence.path)])
            with db:
                db.execute("BEGIN")
                _make_tables(db)
                _copy(db, runs, programs)
    except (OSError, sqlite3.Error) as error:
        raise EvidenceError(f"{path}: can't be written: {error}") from None


def _make_tables(db: sqlite3.Connection) -> None:
    """Make the tables, indices and views of the attached file, those of other code too."""
    for pragma in ("application_id", "user_version"):
        ((number,),) = db.execute(f"PRAGMA whole.{pragma}")
        db.execute(f"PRAGMA main.{pragma} = {number}")
    made = "SELECT sql FROM whole.sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'view', rowid"
    for (statement,) in db.execute(made).fetchall():
        db.execute(statement)


def _copy(db: sqlite3.Connection, runs: Collection[int], programs: Collection[str]) -> None:
    """Copy what belongs to the wanted runs, and seal the parts anew of which some aren't."""
    db.execute("CREATE TEMP TABLE wanted (run INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO wanted VALUES (?)", ((run,) for run in runs))
    for table in ("results", *list_tables_of_runs(db)):
        db.execute(
            f'INSERT INTO main."{table}" SELECT numbers.* FROM wanted'
            f' CROSS JOIN whole."{table}" AS numbers ON numbers.run = wanted.run'
        )
    for table, chosen in {
        "parts": "id IN (SELECT part FROM main.results)",
        "cells": "id IN (SELECT cell FROM main.parts)",
        "programs": "name IN (SELECT value FROM json_each(:programs))",
        "builds": f"NOT {UNUSED}",
        "provenance": "build IN (SELECT id FROM main.builds)",
    }.items():
        names = {"programs": json.dumps(list(programs))}
        query = f"INSERT INTO main.{table} SELECT * FROM whole.{table} WHERE {chosen}"
        db.execute(query, names)
    count = "SELECT count(*) FROM {}.results WHERE part = parts.id"
    cut = f"({count.format('main')}) < ({count.format('whole')})"
    for (part,) in db.execute(f"SELECT id FROM main.parts WHERE {cut}").fetchall():
        seal(db, "parts", part)
