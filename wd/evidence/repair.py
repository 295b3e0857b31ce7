"""What is whole in a damaged evidence file, carried over into a new one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from wd.errors import EvidenceError
from wd.evidence.ownership import explain, keep_aside
from wd.evidence.schema import add_columns, prepare
from wd.evidence.seals import KEYS, compute_seal, list_tables_of_runs, seal

_TEMPORARY = ("new", "mended")


def repair(path: Path) -> tuple[Path, int]:
    """Replace a damaged file by one that holds what is whole in it, and keep a copy of it.

    Args:
        path: The evidence file; it stays as it is until the new one is finished.

    Returns:
        The copy of the damaged file, and how many parts were carried over.

    Raises:
        EvidenceError: If there is no room for both.
    """
    fresh, mended = (path.with_name(f"{path.name}.{name}-{os.getpid()}") for name in _TEMPORARY)
    try:
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(fresh)) as db:
            prepare(db)
            carried = _carry_over(path, db)
            if not carried:
                _mend_header(path, mended, fresh)
                carried = _carry_over(mended, db)
        return keep_aside(path, "damaged", fresh), carried
    except sqlite3.Error as error:
        raise explain(fresh, error) from None
    except OSError as error:
        raise EvidenceError(f"{path}: can't be repaired: {error.strerror}.") from None
    finally:
        for temporary in (fresh, mended):
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _mend_header(path: Path, mended: Path, fresh: Path) -> None:
    """Copy a file and give it a header as it must be, without which SQLite reads nothing.

    Page size, versions and encoding are those of a new file; the number of pages is what is there,
    also where the file was cut off.
    """
    shutil.copyfile(path, mended)
    usual = fresh.read_bytes()[:100]
    with mended.open("r+b") as file:
        for start, end in ((16, 24), (44, 48), (56, 60)):
            file.seek(start)
            file.write(usual[start:end])
        size = int.from_bytes(usual[16:18], "big")
        file.seek(28)
        file.write((path.stat().st_size // size).to_bytes(4, "big"))


def _carry_over(damaged: Path, db: sqlite3.Connection) -> int:
    """Copy every build, part and program that fits its seal; count the parts."""
    try:
        old = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=rw", uri=True)
    except sqlite3.Error:
        return 0
    carried = dict.fromkeys(KEYS, 0)
    with closing(old), db:
        db.execute("BEGIN")
        series: list[str] = []
        with suppress(sqlite3.Error, UnicodeError):
            series = list_tables_of_runs(old)
        for table in KEYS:
            for key in _list_keys(old, table):
                db.execute("SAVEPOINT one")
                if _carry(old, db, table, key, series):
                    carried[table] += 1
                else:
                    db.execute("ROLLBACK TO one")
                db.execute("RELEASE one")
    return carried["parts"]


def _list_keys(old: sqlite3.Connection, table: str) -> list:
    """As many keys of a table as can be read, from both ends: beyond what is broken too."""
    found: set[Any] = set()
    for order in ("ASC", "DESC"):
        query = f"SELECT {KEYS[table]} FROM {table} ORDER BY {KEYS[table]} {order}"
        with suppress(sqlite3.Error, UnicodeError):
            found.update(key for (key,) in old.execute(query))
    return sorted(found)


def _carry(
    old: sqlite3.Connection, db: sqlite3.Connection, table: str, key: object, series: Sequence[str]
) -> bool:
    """Copy one row with all that belongs to it, under the ids that it had, if it fits its seal.

    What can't be read is left out: if there was something, the copy doesn't fit the seal. (Also to
    find that a table has nothing of a part, SQLite reads pages, which may be those that are lost.)
    """
    try:
        _copy(old, db, table, KEYS[table], [key])
        if table == "builds":
            _copy(old, db, "provenance", "build", [key])
        else:
            ((build,),) = db.execute(f"SELECT build FROM {table} WHERE {KEYS[table]} = ?", [key])
            # one that lost its build's provenance gets a build without any
            if db.execute("INSERT OR IGNORE INTO builds VALUES (?, '')", [build]).rowcount:
                seal(db, "builds", build)
        if table == "parts":
            ((cell,),) = db.execute("SELECT cell FROM parts WHERE id = ?", [key])
            _copy(old, db, "cells", "id", [cell])
            _copy(old, db, "results", "part", [key])
            runs = [run for (run,) in db.execute("SELECT run FROM results WHERE part = ?", [key])]
            for name in series:
                _copy(old, db, name, "run", runs)
        ((sealed,),) = db.execute(f"SELECT seal FROM {table} WHERE {KEYS[table]} = ?", [key])
        return compute_seal(db, table, key) == sealed
    except (sqlite3.Error, UnicodeError, ValueError):
        return False


def _copy(
    old: sqlite3.Connection, db: sqlite3.Connection, table: str, column: str, wanted: Sequence
) -> None:
    """Copy the rows that have one of some values in a column, as far as they can be read.

    The table and those of its columns that only other code declares are made first.
    """
    names, lines = [], []
    marks = ", ".join("?" * len(wanted))
    with suppress(sqlite3.Error, UnicodeError):
        asked = old.execute(f'SELECT * FROM "{table}" WHERE {column} IN ({marks})', wanted)
        names = [name for name, *_ in asked.description]
        lines = asked.fetchall()
    # a damaged tree may answer with other rows than were asked for
    lines = [line for line in lines if line[names.index(column)] in wanted]
    used = [at for at, _ in enumerate(names) if any(line[at] is not None for line in lines)]
    if not used:
        return
    name_table = "SELECT sql FROM sqlite_master WHERE name = ?"
    if db.execute(name_table, [table]).fetchone() is None:
        db.execute(*old.execute(name_table, [table]).fetchone())
    kinds = dict(old.execute("SELECT name, type FROM pragma_table_info(?)", [table]))
    add_columns(db, table, {names[at]: kinds[names[at]] for at in used})
    columns, marks = ", ".join(f'"{names[at]}"' for at in used), ", ".join("?" * len(used))
    verb = "INSERT OR IGNORE" if table == "cells" else "INSERT"  # each part brings its cell
    db.executemany(
        f'{verb} INTO "{table}" ({columns}) VALUES ({marks})',
        [[line[at] for at in used] for line in lines],
    )
