"""Seals: checksums by which a byte that changed outside a build is found.

SQLite itself sees about a quarter of flipped bits. So each part of a cell, each executed program
and each build's provenance carries the SHA-256 of its rows. Columns are taken by their names and
tables from the file: a column or table that is declared later changes no seal, and neither does
another order of the columns, as in a file that was made anew.

A file whose rows have all been compared with their seals is digested as a whole, into a file
beside it: while that fits, opening costs one pass over its bytes instead of its rows.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from wd.evidence.schema import VERSION


def list_tables_of_runs(db: sqlite3.Connection) -> list[str]:
    """Name the tables that refer to single runs: measures, and a series each, declared or not."""
    found = db.execute(
        "SELECT DISTINCT tables.name FROM sqlite_master AS tables,"
        " pragma_foreign_key_list(tables.name) AS foreign_key WHERE type = 'table' AND \"table\" ="
        " 'results' ORDER BY tables.name"
    )
    return [name for (name,) in found.fetchall()]


def seal_part(db: sqlite3.Connection, part: int, tables: Sequence[str] | None = None) -> str:
    """Digest everything that belongs to a part: its cell, its runs and their numbers.

    Args:
        db: The file.
        part: The part's id.
        tables: As `list_tables_of_runs` says, where that was asked already.

    Raises:
        sqlite3.Error: If it can't be read.
        ValueError: If there is no such part.
    """
    ((cell, *rest),) = db.execute("SELECT cell, id, build, seconds FROM parts WHERE id = ?", [part])
    whole = hashlib.sha256(repr((cell, *rest)).encode())
    _add(whole, "cells", db.execute("SELECT * FROM cells WHERE id = ?", [cell]))
    _add(whole, "results", db.execute("SELECT * FROM results WHERE part = ? ORDER BY run", [part]))
    for table in list_tables_of_runs(db) if tables is None else tables:
        query = (
            f'SELECT numbers.* FROM results CROSS JOIN "{table}" AS numbers'
            " ON numbers.run = results.run WHERE part = ? ORDER BY results.run"
        )  # the rest of the table's key orders the rows of a run
        _add(whole, table, db.execute(query, [part]))
    return whole.hexdigest()


def seal_build(db: sqlite3.Connection, build: int) -> str:
    """Digest a build's provenance."""
    whole = hashlib.sha256()
    query = "SELECT * FROM provenance WHERE build = ? ORDER BY name"
    _add(whole, "provenance", db.execute(query, [build]))
    return whole.hexdigest()


def seal_program(row: Sequence[object]) -> str:
    """Digest an executed program: name, key, notebook, seconds, build."""
    return hashlib.sha256(repr(tuple(row)).encode()).hexdigest()


def _add(whole: hashlib._Hash, table: str, rows: sqlite3.Cursor) -> None:
    """Add rows to a digest, column by column; one that holds nothing counts as not there."""
    names = [name for name, *_ in rows.description]
    columns = sorted(zip(names, zip(*rows.fetchall(), strict=True), strict=False))
    for name, values in columns:
        if values.count(None) < len(values):
            whole.update(f"{table}.{name} {len(values)} ".encode())
            whole.update(_pack(values))


def _pack(values: Sequence[object]) -> bytes:
    """The bytes of a column: numbers of one type as in memory, which is quick, others as text."""
    (first, *others) = set(map(type, values))
    if not others and first in (int, float):
        code = f"<{len(values)}{'q' if first is int else 'd'}"
        return code.encode() + struct.pack(code, *values)
    return repr(values).encode()


def find_damage(db: sqlite3.Connection) -> str:
    """Say what in a file isn't as it was written, or return nothing.

    Args:
        db: The file, in a transaction, so that no other process changes it meanwhile.

    Raises:
        sqlite3.Error: If SQLite can't read it at all.
        UnicodeError: If a text in it is none.
    """
    if db.execute("PRAGMA user_version").fetchone() != (VERSION,):
        return "its format's number changed"
    (sound,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if sound != "ok":
        return sound.splitlines()[-1]
    broken = _list_broken(db)
    more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
    return f"{', '.join(broken[:3])}{more} changed since it was written" if broken else ""


def _list_broken(db: sqlite3.Connection) -> list[str]:
    """Name the parts, programs and builds whose rows don't fit their seals, and stray rows."""
    broken, tables = [], list_tables_of_runs(db)
    for part, seal in db.execute("SELECT id, seal FROM parts").fetchall():
        if not _fits(seal, lambda: seal_part(db, part, tables)):  # noqa: B023 - called at once
            broken.append(f"part {part}")
    for build, seal in db.execute("SELECT id, seal FROM builds").fetchall():
        if not _fits(seal, lambda: seal_build(db, build)):  # noqa: B023 - called at once
            broken.append(f"build {build}")
    for *row, seal in db.execute("SELECT * FROM programs").fetchall():
        if not _fits(seal, lambda: seal_program(row)):  # noqa: B023 - called at once
            broken.append(f"program {row[0]}")
    for table, *_ in db.execute("PRAGMA foreign_key_check").fetchall():
        broken.append(f"a row of {table}")
    return broken


def _fits(seal: str, compute: Callable[[], str]) -> bool:
    try:
        return compute() == seal
    except (UnicodeError, ValueError):  # a text that is none, a part without its row
        return False


def digest_file(path: Path) -> str:
    """Digest a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_of(path: Path) -> Path:
    """The file beside an evidence file that holds its digest."""
    return path.with_name(f"{path.name}.sha256")
