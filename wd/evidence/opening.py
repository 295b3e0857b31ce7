"""Opening an evidence file: whose it is, whether it is whole, and what is done if it isn't.

Nothing that was paid for is dropped: another program's file is refused, an older one is kept aside,
and of a damaged one all that still fits its seals is carried over.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from wd.errors import EvidenceError
from wd.evidence import ownership
from wd.evidence.ownership import explain
from wd.evidence.repair import repair
from wd.evidence.schema import VERSION, find_outdated_views, prepare
from wd.evidence.seals import digest_file, find_damage, note_of

PATIENCE_S = 5.0
"""How long to wait for another process that is writing."""


class OutdatedError(EvidenceError):
    """A file that is to be read only is of other code, whose tables and views were others."""


def open_database(
    path: Path, *, writable: bool = False, checked: bool = False
) -> tuple[sqlite3.Connection, list[str]]:
    """Open an evidence file that is whole, or make it so.

    Returns:
        A connection, and what to tell the user, a line each.

    Raises:
        EvidenceError: As `Evidence`.
    """
    notes = []
    if writable:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EvidenceError(f"{path.parent}: can't be made: {error.strerror}.") from None
    version = ownership.read_version(path)
    if version == VERSION and not checked:
        notes += _make_whole(path, writable=writable)
    elif version == 0 and not writable:
        raise EvidenceError(f"{path}: there is no evidence yet.\nRun: invoke run")
    elif version == 1 and not writable:
        raise EvidenceError(f"{path}: was made by an older version.\nRun: invoke run")
    elif version == 1:
        aside = ownership.keep_aside(path, "older")
        notes.append(
            f"{path} is of an older version, whose runs count no more. It was kept as {aside.name}."
        )
    return _prepare(path, writable=writable), notes


def _prepare(path: Path, *, writable: bool) -> sqlite3.Connection:
    db = _connect(path, create=writable)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        if writable:
            prepare(db)
        else:
            db.execute("PRAGMA query_only = ON")
            if find_outdated_views(db):
                raise OutdatedError(f"{path}: was made by other code.\nRun: invoke run")
    except sqlite3.Error as error:
        db.close()
        raise explain(path, error) from None
    except EvidenceError:
        db.close()
        raise
    return db


def _connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    mode = "rwc" if create else "rw"  # what a killed writer left is rolled back
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", PATIENCE_S, uri=True)
    except sqlite3.Error as error:
        raise explain(path, error) from None


def _make_whole(path: Path, *, writable: bool) -> list[str]:
    """Make sure that a file is as it was written, or repair it if that is allowed."""
    if _is_noted(path):
        ownership.set_journal_aside(path)
        return []
    damage = _find_damage(path)
    if not damage:
        return []
    if not writable:
        raise EvidenceError(
            f"{path}: is damaged: {damage}\n"
            "Run: invoke run (it keeps what is whole and trains the rest again)"
        )
    aside, parts = repair(path)
    return [
        f"{path} was damaged ({damage}). It was kept as {aside.name}; "
        f"{parts} whole parts of it were carried over, the rest is made again."
    ]


def _is_noted(path: Path) -> bool:
    """Whether a file has just the bytes that were found whole before."""
    if path.with_name(f"{path.name}-wal").exists():
        return False  # SQLite reads that too
    try:
        return note_of(path).read_bytes() == digest_file(path).encode()
    except OSError:
        return False


def _find_damage(path: Path) -> str:
    """Say what is damaged, or note that the file is whole and return nothing."""
    with closing(_connect(path)) as db:
        try:
            db.execute("BEGIN")  # other processes write nothing until both is done
            damage = find_damage(db) or ownership.find_odd_header(path)
            if not damage:
                with suppress(OSError):  # without the note, the next opening checks every row
                    note_of(path).write_text(digest_file(path))
        except sqlite3.Error as error:
            if not ownership.is_damage(error):
                raise explain(path, error) from None
            damage = str(error)
        except UnicodeError as error:
            damage = str(error)
    return ascii(damage)[1:-1][:100]  # it may quote what is damaged
