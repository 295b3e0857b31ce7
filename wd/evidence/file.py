"""The evidence file as a file: opened where it is ours and whole, else kept aside or refused.

Nothing here deletes. A file of another version of this program moves aside, one of another program
is refused and left as it is. An error tells the cause, so that nobody throws away a file that is
only locked or may not be read.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from wd.errors import EvidenceError

_OURS = {"cells", "results", "provenance"}
"""Tables that every version of the evidence file has had: it is known by them."""

_ELSEWHERE = "Move it away, or give another folder with --output DIR."
_OUTSIDE = "See to that, or give another folder with --output DIR."
_BUSY = "Another program is using it: let that end, then try again."
_ADVICE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: "It is damaged: put a copy in its place, or delete it.\n"
    "Then run: invoke run",
    sqlite3.SQLITE_NOTADB: f"It is no SQLite database. {_ELSEWHERE}",
    sqlite3.SQLITE_FULL: "What it holds is kept: make room on the disk, then try again.",
}
"""What to do, by the kind of SQLite's error. Only what is proved damaged may be deleted."""
_FROM_OUTSIDE = {
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_AUTH, sqlite3.SQLITE_IOERR),
}
"""Errors that say nothing about the file's content: permissions, folders, disks."""


def open_database(
    path: Path, schema: str, *, writable: bool
) -> tuple[sqlite3.Connection, Path | None]:
    """Open an evidence file, making it first when `writable`.

    Args:
        path: The SQLite file.
        schema: Statements that make the tables; a file is of this version if they made it.
        writable: Whether it will be written; what is opened to be read must be there.

    Returns:
        The connection, and where a file of another version has been moved to, if there was one.

    Raises:
        EvidenceError: If the file is missing, locked, unreadable, damaged, or another program's.
    """
    if not writable and not path.exists():
        raise EvidenceError(f"{path}: there is no evidence yet.\nRun: invoke run")
    for place in (path, path.parent) if writable else ():
        if place.exists() and not os.access(place, os.W_OK):  # SQLite would tell after the training
            raise EvidenceError(f"{path}: can't be written: {place} is read-only.\n{_OUTSIDE}")
    version = zlib.crc32(schema.encode()) >> 1  # SQLite keeps it as a signed integer
    with explaining(path, "used as evidence"):
        db = _connect(path, writable=writable)
        aside = None
        try:
            found = _identify(db, path)
            if found not in (None, version) and writable:
                db.execute("BEGIN EXCLUSIVE")  # nobody else is writing it, or this is refused
                db.close()
                aside = _move_aside(path)
                db, found = _connect(path, writable=True), None
            if writable:
                if found is None:  # writing it again would change the file's bytes
                    db.executescript(f"BEGIN; {schema} PRAGMA user_version = {version}; COMMIT;")
                db.execute("BEGIN IMMEDIATE")  # refused before anything is trained for it
                db.rollback()
                db.execute("PRAGMA foreign_keys = ON")
            elif found is None:
                raise EvidenceError(f"{path}: there is no evidence in it yet.\nRun: invoke run")
            elif found != version:
                raise EvidenceError(
                    f"{path}: was made by another version of this program.\nRun: invoke run"
                )
            else:
                db.execute("PRAGMA query_only = ON")
        except BaseException:
            db.close()
            raise
    return db, aside


@contextmanager
def explaining(path: Path, doing: str) -> Iterator[None]:
    """Turn SQLite's errors into ours: the file, what can't be done, why, and what helps.

    Args:
        path: The SQLite file.
        doing: What can't be done with it: "read", "written".

    Raises:
        EvidenceError: Where SQLite raises an error.
    """
    try:
        yield
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # of its kinds
        cause, advice = str(error), _ADVICE.get(kind)
        if kind in _FROM_OUTSIDE:
            cause = _find_cause(path) or cause
            advice = _OUTSIDE
        told = f"{path}: can't be {doing}: {cause}."
        raise EvidenceError(f"{told}\n{advice}" if advice else told) from None


def _connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    mode = "rwc" if writable else "rw"  # what a killed writer left half done is rolled back
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)


def _identify(db: sqlite3.Connection, path: Path) -> int | None:
    """Return the version of an evidence file that is whole; None where nothing is in it."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    if (names or version) and not names >= _OURS:
        raise EvidenceError(f"{path}: is the database of another program.\n{_ELSEWHERE}")
    if db.execute("PRAGMA quick_check").fetchone() != ("ok",):
        damage = sqlite3.DatabaseError("its pages contradict each other")
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage
    return version if names else None


def _move_aside(path: Path) -> Path:
    """Give a file the name of the day and return it: evidence-2026-11-22.sqlite."""
    date = time.strftime("%Y-%m-%d")
    endings = (f"-{date}" if number == 1 else f"-{date}-{number}" for number in count(1))
    names = (path.with_name(f"{path.stem}{ending}{path.suffix}") for ending in endings)
    aside = next(name for name in names if not name.exists())
    try:
        path.rename(aside)
    except OSError as error:
        raise EvidenceError(f"{path}: can't be moved aside: {error.strerror}.") from None
    return aside


def _find_cause(path: Path) -> str | None:
    """Ask the system why a file can't be opened, which SQLite doesn't tell."""
    try:
        path.open("rb").close()
    except OSError as error:
        return error.strerror
    return None
