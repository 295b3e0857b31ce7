"""The tables of an evidence file: what is fixed, and what follows from the declarations.

    cells ─< parts ─< results ─< measures, curves and every other series
    builds ─< parts, programs, provenance

A cell is one setting of one study. A part of it is what was committed at once: the runs of some
seeds, with all that belongs to them and a seal (`wd.evidence.seals`) by which a changed byte shows.
"""

from __future__ import annotations

import sqlite3

from wd.declarations import HYPERPARAMETERS, KINDS, MATRIX, list_read
from wd.declarations.forms import Series

APPLICATION_ID = 0x77656964
"""SQLite's field for whose file it is: "weid"."""
VERSION = 2
"""Of the fixed tables; a declared hyperparameter or series needs no other number."""

RUN_COLUMNS = KINDS[MATRIX].numbers if MATRIX in KINDS else ()
"""What is measured at the end of every run of the matrix; NULL where it diverged."""
SERIES = {name: series for kind in KINDS.values() for name, series in kind.series.items()}
"""Every series by the name of its table."""

_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL"}
_CELL = ("study", "kind", "key", "device", "processor", "torch", "versions")

_FIXED = f"""
CREATE TABLE IF NOT EXISTS builds (id INTEGER PRIMARY KEY, seal TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS provenance (
    build INTEGER NOT NULL REFERENCES builds ON DELETE CASCADE, name TEXT NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (build, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cells (
    id INTEGER PRIMARY KEY, {", ".join(f"{name} TEXT NOT NULL" for name in _CELL)},
    UNIQUE (study, key, device, processor));
CREATE TABLE IF NOT EXISTS parts (
    id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cells ON DELETE CASCADE,
    build INTEGER NOT NULL REFERENCES builds, seconds REAL NOT NULL, seal TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS parts_of_cells ON parts (cell);
CREATE TABLE IF NOT EXISTS results (
    run INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cells ON DELETE CASCADE,
    part INTEGER NOT NULL REFERENCES parts ON DELETE CASCADE, seed INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'diverged')),
    {"".join(f"{name} REAL, " for name in RUN_COLUMNS)}UNIQUE (cell, seed));
CREATE INDEX IF NOT EXISTS results_of_parts ON results (part);
CREATE TABLE IF NOT EXISTS measures (
    run INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, name TEXT NOT NULL,
    value REAL, PRIMARY KEY (run, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS programs (
    name TEXT PRIMARY KEY, key TEXT NOT NULL, notebook TEXT NOT NULL, seconds REAL NOT NULL,
    build INTEGER NOT NULL REFERENCES builds, seal TEXT NOT NULL);
"""
_DURATIONS = """
CREATE VIEW durations (stage, name, seconds, items) AS
    SELECT 'train', study, sum(parts.seconds),
        (SELECT count(*) FROM results JOIN cells AS own ON own.id = results.cell
         WHERE own.study = cells.study)
    FROM parts JOIN cells ON cells.id = parts.cell GROUP BY study
    UNION ALL SELECT 'execute', name, seconds, 0 FROM programs"""


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables, columns and views that aren't there, all or none; what is there stays.

    A hyperparameter or number that was declared since the file was made gets its column, empty in
    every older row.

    Raises:
        sqlite3.Error: If the file can't be written, or another process has been writing too long.
    """
    db.execute("BEGIN IMMEDIATE")
    with db:
        for statement in _FIXED.split(";"):
            db.execute(statement)
        columns = {name: _TYPES[each.type] for name, each in HYPERPARAMETERS.items()}
        add_columns(db, "cells", columns)
        add_columns(db, "results", dict.fromkeys(RUN_COLUMNS, "REAL"))
        for name, series in SERIES.items():
            db.execute(_define(name, series))
            add_columns(db, name, dict.fromkeys(series.columns, "REAL"))
        for name, sql in find_outdated_views(db).items():  # others stay: the file keeps its bytes
            db.execute(f"DROP VIEW IF EXISTS {name}")
            db.execute(sql)
        if db.execute("PRAGMA user_version").fetchone() != (VERSION,):
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {VERSION}")


def _define(name: str, series: Series) -> str:
    """The table of a series."""
    columns = [f"{each} {_TYPES[kind]} NOT NULL" for each, kind in series.index.items()]
    columns += [f"{each} REAL" for each in series.columns]
    return (
        f"CREATE TABLE IF NOT EXISTS {name} (run INTEGER NOT NULL REFERENCES results"
        f" ON DELETE CASCADE, {', '.join(columns)},"
        f" PRIMARY KEY (run, {', '.join(series.index)})) WITHOUT ROWID"
    )


def find_outdated_views(db: sqlite3.Connection) -> dict[str, str]:
    """List the views that a file lacks or has in another form, with what makes them."""
    # as bytes: one that is damaged may be no text, and is only made anew
    query = "SELECT name, CAST(sql AS BLOB) FROM sqlite_master WHERE type = 'view'"
    there = dict(db.execute(query))
    return {name: sql for name, sql in _views().items() if there.get(name) != sql.encode()}


def add_columns(db: sqlite3.Connection, table: str, columns: dict[str, str]) -> None:
    """Add the columns, with their types, that a table lacks; older rows have nothing there."""
    there = {name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", [table])}
    for name, kind in columns.items():
        if name not in there:
            db.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}')


def _views() -> dict[str, str]:
    views = {"durations": _DURATIONS.strip()}
    for name, kind in KINDS.items():
        numbers = [
            f"(SELECT value FROM measures WHERE measures.run = results.run"
            f" AND measures.name = '{each}') AS \"{each}\""
            for each in kind.numbers
        ]
        shown = RUN_COLUMNS if name == MATRIX else numbers
        read = list_read(name)
        columns = ["run, study", *read, "seed, device, torch", *shown, "status, processor"]
        views[view_of(name)] = (
            f"CREATE VIEW {view_of(name)} AS SELECT {', '.join(columns)} FROM results"
            f" JOIN cells ON cells.id = results.cell WHERE kind = '{name}'"
        )
    return views


def view_of(kind: str) -> str:
    """Name the view that shows the numbers of a kind of study beside their settings."""
    return "runs" if kind == MATRIX else kind
