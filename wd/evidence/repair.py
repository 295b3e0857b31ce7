"""What is whole in a damaged evidence file, carried over into a new one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from wd.errors import EvidenceError
from wd.evidence.ownership import explain, replace
from wd.evidence.schema import prepare
from wd.evidence.seals import list_tables_of_runs, seal_build, seal_part, seal_program

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
        return replace(path, fresh), carried
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
    """Copy every part, program and build that fits its seal; count the parts."""
    try:
        old = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=rw", uri=True)
    except sqlite3.Error:
        return 0
    with closing(old), db:
        db.execute("BEGIN")
        for build in _list(old, "SELECT id FROM builds ORDER BY id"):
            _carry_build(old, db, build)
        parts = _list(old, "SELECT id FROM parts ORDER BY id")
        parts |= _list(old, "SELECT id FROM parts ORDER BY id DESC")  # from beyond what is broken
        tables = list_tables_of_runs(old) if parts else []
        carried = sum(_carry_part(old, db, part, tables) for part in sorted(parts))
        for name in _list(old, "SELECT name FROM programs"):
            _carry_program(old, db, name)
    return carried


def _list(old: sqlite3.Connection, query: str) -> set:
    """As many values of a query as can be read."""
    found: list = []
    with suppress(sqlite3.Error, UnicodeError):
        found.extend(value for (value,) in old.execute(query))
    return set(found)


def _carry_part(
    old: sqlite3.Connection, db: sqlite3.Connection, part: int, tables: Sequence[str]
) -> bool:
    """Copy one part with its cell and all its runs, under the ids that they had.

    What can't be read is left out: if there was something, the copy doesn't fit the seal. (Also to
    find that a table has nothing of a part, SQLite reads pages, which may be those that are lost.)
    """
    db.execute("SAVEPOINT one")
    try:
        ((cell, build, seal),) = old.execute(
            "SELECT cell, build, seal FROM parts WHERE id = ?", [part]
        )
        _ensure_build(db, build)
        _copy(old, db, "cells", "id", [cell])
        _copy(old, db, "parts", "id", [part])
        _copy(old, db, "results", "part", [part])
        runs = [run for (run,) in db.execute("SELECT run FROM results WHERE part = ?", [part])]
        for table in tables:
            _copy(old, db, table, "run", runs)
        whole = seal_part(db, part) == seal
    except (sqlite3.Error, UnicodeError, ValueError):
        whole = False
    if not whole:
        db.execute("ROLLBACK TO one")
    db.execute("RELEASE one")
    return whole


def _copy(
    old: sqlite3.Connection,
    db: sqlite3.Connection,
    table: str,
    column: str,
    wanted: Sequence[int],
) -> None:
    """Copy the rows of a table that have one of some values in a column, as far as they can be."""
    names, lines = [], []
    marks = ", ".join("?" * len(wanted))
    with suppress(sqlite3.Error, UnicodeError):
        asked = old.execute(f'SELECT * FROM "{table}" WHERE {column} IN ({marks})', wanted)
        names = [name for name, *_ in asked.description]
        lines = asked.fetchall()
    # a damaged tree may answer with other rows than were asked for
    lines = [line for line in lines if line[names.index(column)] in wanted]
    _insert(old, db, table, names, lines)


def _insert(
    old: sqlite3.Connection,
    db: sqlite3.Connection,
    table: str,
    names: Sequence[str],
    lines: Sequence[tuple],
) -> None:
    """Insert rows, and first the table and the columns that only other code declares."""
    used = [at for at, _ in enumerate(names) if any(line[at] is not None for line in lines)]
    if not used:
        return
    types = "SELECT name, type FROM pragma_table_info(?)"
    there = dict(db.execute(types, [table]))
    if not there:
        ((sql,),) = old.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table])
        db.execute(sql)
        there = dict(db.execute(types, [table]))
    declared = dict(old.execute(types, [table]))
    for at in used:
        if names[at] not in there:
            db.execute(f'ALTER TABLE "{table}" ADD COLUMN "{names[at]}" {declared[names[at]]}')
    columns, marks = ", ".join(f'"{names[at]}"' for at in used), ", ".join("?" * len(used))
    verb = "INSERT OR IGNORE" if table == "cells" else "INSERT"  # each part brings its cell
    db.executemany(
        f'{verb} INTO "{table}" ({columns}) VALUES ({marks})',
        [[line[at] for at in used] for line in lines],
    )


def _carry_build(old: sqlite3.Connection, db: sqlite3.Connection, build: int) -> None:
    """Copy a build's provenance; its parts may be whole where that isn't."""
    with suppress(sqlite3.Error, UnicodeError, ValueError):
        ((seal,),) = old.execute("SELECT seal FROM builds WHERE id = ?", [build])
        rows = old.execute("SELECT * FROM provenance WHERE build = ?", [build]).fetchall()
        if seal_build(old, build) == seal:
            db.execute("INSERT INTO builds VALUES (?, ?)", (build, seal))
            db.executemany("INSERT INTO provenance VALUES (?, ?, ?)", rows)


def _ensure_build(db: sqlite3.Connection, build: int) -> None:
    """Give what lost its build's provenance a build without any."""
    if db.execute("SELECT 1 FROM builds WHERE id = ?", [build]).fetchone() is None:
        db.execute("INSERT INTO builds VALUES (?, ?)", (build, seal_build(db, build)))


def _carry_program(old: sqlite3.Connection, db: sqlite3.Connection, name: str) -> None:
    with suppress(sqlite3.Error, UnicodeError, ValueError):
        (row,) = old.execute("SELECT * FROM programs WHERE name = ?", [name]).fetchall()
        if seal_program(row[:-1]) == row[-1]:
            _ensure_build(db, row[4])
            db.execute("INSERT INTO programs VALUES (?, ?, ?, ?, ?, ?)", row)
