"""Whose file it is, read from its first bytes: ours, an older one of ours, or somebody else's.

Nothing here deletes or empties a file: one that can't be used is refused with the reason, and one
that must make room is kept aside under a name with the date.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from wd.errors import EvidenceError
from wd.evidence.schema import APPLICATION_ID, VERSION

_MAGIC = b"SQLite format 3\0"
_OLDER = (b"CREATE TABLE cells", b"CREATE TABLE curves", b"CHECK (status IN ('ok', 'diverged'))")
"""What the tables of the first release look like: it left SQLite's application_id at 0."""
_UNCHANGED = "Nothing was changed. Move it away, or give another folder with --output DIR."
_OUTSIDE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
"""Errors that say nothing about a file's content."""
_RESERVED_BYTE = 0x40000001
"""Which byte of a file SQLite locks while a transaction writes it."""


def read_version(path: Path) -> int:
    """Find out whose a file is.

    Returns:
        `VERSION` if it is ours, 1 if it is of our first release, whose numbers count no more, and
        0 if there is none, or it holds nothing yet.

    Raises:
        EvidenceError: If it isn't ours, is of a newer version, or can't be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise EvidenceError(f"{path}: is no file.\nGive another folder with --output DIR.")
        with path.open("rb") as file:
            first_pages = file.read(65536)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise EvidenceError(f"{path}: can't be read: {error.strerror}.") from None
    if not first_pages:
        return 0  # as SQLite leaves a new file whose first transaction was stopped
    if not first_pages.startswith(_MAGIC) or len(first_pages) < 100:
        raise EvidenceError(
            f"{path}: isn't an evidence file, or its beginning is damaged.\n{_UNCHANGED}"
        )
    version, application = (int.from_bytes(first_pages[at : at + 4], "big") for at in (60, 68))
    if application == APPLICATION_ID and version > VERSION:
        raise EvidenceError(
            f"{path}: was made by a newer version of this project (format {version}).\n"
            "Nothing was changed. Update the project, or give another folder with --output DIR."
        )
    if application == APPLICATION_ID:
        return VERSION
    if application == 0 and all(sign in first_pages for sign in _OLDER):
        return 1
    if application == version == 0 and b"CREATE " not in first_pages:
        return 0
    raise EvidenceError(f"{path}: is the database of another program.\n{_UNCHANGED}")


def find_odd_header(path: Path) -> str:
    """Say if a file claims a format that SQLite reads but doesn't write, which none of ours has."""
    with path.open("rb") as file:
        return "" if file.read(19)[18] in (1, 2) else "its header changed"


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error of SQLite speaks of what the file holds, not of getting at it."""
    return _get_code(error) not in _OUTSIDE


def explain(path: Path, error: sqlite3.Error, wanted: str = "opened") -> EvidenceError:
    """Say why a file can't be opened, or written."""
    if _get_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return EvidenceError(
            f"{path}: is in use by another program, perhaps another build.\n"
            "Try again when that is done."
        )
    return EvidenceError(f"{path}: can't be {wanted}: {error}")


def _get_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def set_journal_aside(path: Path) -> None:
    """Take a left-over journal away from a file that is whole: SQLite would undo it with that.

    A journal that a transaction is writing now stays.
    """
    journal = path.with_name(f"{path.name}-journal")
    if not journal.exists():
        return
    with suppress(OSError, ImportError), path.open("rb") as file:
        if os.name == "posix":  # elsewhere a file that is in use can't be renamed anyway
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, _RESERVED_BYTE)
        journal.rename(_name_aside(journal, "stale"))


def keep_aside(path: Path, why: str, repaired: Path | None = None) -> Path:
    """Rename a file and what SQLite left beside it, or put a repaired one in its place.

    Where there is a repaired one, a copy is kept and the journals are renamed first: a stop in
    between leaves the damaged file to be repaired again, never no file.

    Returns:
        Where it is kept.

    Raises:
        EvidenceError: If there is no room for it, or it can't be renamed.
    """
    aside = _name_aside(path, why)
    try:
        if repaired:
            shutil.copy2(path, aside)
        else:
            path.rename(aside)
        for suffix in ("-journal", "-wal", "-shm"):  # SQLite would take them for the new one's
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + suffix))
        if repaired:
            repaired.replace(path)
    except OSError as error:
        raise EvidenceError(f"{path}: can't be moved aside: {error.strerror}.") from None
    return aside


def _name_aside(path: Path, why: str) -> Path:
    """A name with the date that no file has."""
    stamp = time.strftime("%Y-%m-%dT%H%M%S")
    names = (f"{path.name}.{why}-{stamp}{more}" for more in ("", *(f"-{n}" for n in range(2, 999))))
    return next(aside for aside in map(path.with_name, names) if not aside.exists())
