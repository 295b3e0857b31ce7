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
from collections.abc import Sequence
from pathlib import Path

from wd.evidence.schema import VERSION

KEYS = {"builds": "id", "parts": "id", "programs": "name"}
"""The tables whose rows have a seal, and their keys."""


def list_tables_of_runs(db: sqlite3.Connection) -> list[str]:
    """Name the tables that refer to single runs: measures, and a series each, declared or not."""
    found = db.execute(
        "SELECT DISTINCT tables.name FROM sqlite_master AS tables,"
        " pragma_foreign_key_list(tables.name) AS foreign_key WHERE type = 'table' AND \"table\" ="
        " 'results' ORDER BY tables.name"
    )
    return [name for (name,) in found.fetchall()]


def compute_seal(db: sqlite3.Connection, table: str, key: object, series: Sequence = ()) -> str:
    """Digest everything that belongs to a row of a sealed table.

    Args:
        db: The file.
        table: One of `KEYS`.
        key: The row's.
        series: As `list_tables_of_runs` says, where that was asked already.

    Raises:
        sqlite3.Error: If it can't be read.
        ValueError: If there is no such row.
    """
    whole = hashlib.sha256()
    if table == "programs":
        query = "SELECT name, key, notebook, seconds, build FROM programs WHERE name = ?"
        (row,) = db.execute(query, [key])
        whole.update(repr(row).encode())
    elif table == "builds":
        query = "SELECT * FROM provenance WHERE build = ? ORDER BY name"
        _add(whole, "provenance", db.execute(query, [key]))
    else:
        ((cell, *rest),) = db.execute(
            "SELECT cell, id, build, seconds FROM parts WHERE id = ?", [key]
        )
        whole.update(repr((cell, *rest)).encode())
        _add(whole, "cells", db.execute("SELECT * FROM cells WHERE id = ?", [cell]))
        query = "SELECT * FROM results WHERE part = ? ORDER BY run"
        _add(whole, "results", db.execute(query, [key]))
        for name in series or list_tables_of_runs(db):
            query = (
                f'SELECT numbers.* FROM results CROSS JOIN "{name}" AS numbers'
                " ON numbers.run = results.run WHERE part = ? ORDER BY results.run"
            )  # the rest of the table's key orders the rows of a run
            _add(whole, name, db.execute(query, [key]))
    return whole.hexdigest()


def seal(db: sqlite3.Connection, table: str, key: object) -> None:
    """Seal a row that is complete with all that belongs to it."""
    sealed = compute_seal(db, table, key)
    db.execute(f"UPDATE {table} SET seal = ? WHERE {KEYS[table]} = ?", (sealed, key))


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
    broken, series = [], list_tables_of_runs(db)
    for table, key in KEYS.items():
        for each, sealed in db.execute(f"SELECT {key}, seal FROM {table}").fetchall():
            try:
                fits = compute_seal(db, table, each, series) == sealed
            except (UnicodeError, ValueError):  # a text that is none, a part without its row
                fits = False
            if not fits:
                broken.append(f"{table[:-1]} {each}")
    broken += [f"a row of {table}" for table, *_ in db.execute("PRAGMA foreign_key_check")]
    return broken


def digest_file(path: Path) -> str:
    """Digest a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_of(path: Path) -> Path:
    """The file beside an evidence file that holds its digest."""
    return path.with_name(f"{path.name}.sha256")
