"""Only a file of ours is used; every other is refused with what it is, and stays as it is."""

import re
import sqlite3
from contextlib import closing

import pytest

from wd.errors import EvidenceError
from wd.evidence import opening
from wd.evidence.outcome import Outcome
from wd.evidence.schema import APPLICATION_ID, VERSION
from wd.evidence.store import Evidence

FIRST_RELEASE = """
CREATE TABLE cells (id INTEGER PRIMARY KEY, study TEXT NOT NULL, key TEXT NOT NULL,
    implementation TEXT, weight_decay REAL, device TEXT NOT NULL, torch TEXT NOT NULL,
    UNIQUE (study, key, device));
CREATE TABLE results (
    run INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cells ON DELETE CASCADE,
    seed INTEGER NOT NULL, status TEXT NOT NULL CHECK (status IN ('ok', 'diverged')),
    train_loss REAL, test_loss REAL, w_norm REAL, b REAL, UNIQUE (cell, seed));
CREATE TABLE curves (
    run INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, epoch INTEGER NOT NULL,
    train_loss REAL, test_loss REAL, w_norm REAL, PRIMARY KEY (run, epoch)) WITHOUT ROWID;
INSERT INTO cells VALUES (1, 'chapter', 'abc', 'scratch', 3.0, 'cpu', '2.6');
INSERT INTO results VALUES (1, 1, 0, 'ok', 1.0, 2.0, 3.0, 4.0);
PRAGMA user_version = 1234567;
"""
"""Enough of what it made; its user_version was a checksum of the tables."""


def write_database(path, script):
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


def write_foreign(path):
    write_database(path, "CREATE TABLE cases (x); INSERT INTO cases VALUES (1);")


def write_foreign_with_tables_like_ours(path):
    write_database(
        path, "CREATE TABLE cells (x); CREATE TABLE results (x); CREATE TABLE curves (x)"
    )


def write_foreign_with_an_id(path):
    write_database(path, "PRAGMA application_id = 252006673; CREATE TABLE cells (x)")


def write_foreign_without_tables(path):
    write_database(path, "PRAGMA user_version = 7")


def write_newer(path):
    with Evidence(path, writable=True):
        pass
    write_database(path, f"PRAGMA user_version = {VERSION + 1}")


def write_text(path):
    path.write_text("study,seed\nchapter,0\n" * 100)


def write_beginning(path):
    path.write_bytes(b"SQLite format 3\0" + bytes(20))


def make_folder(path):
    path.mkdir()


REFUSED = {
    write_foreign: "is the database of another program",
    write_foreign_with_tables_like_ours: "is the database of another program",
    write_foreign_with_an_id: "is the database of another program",
    write_foreign_without_tables: "is the database of another program",
    write_newer: "was made by a newer version of this project (format 3)",
    write_text: "isn't an evidence file, or its beginning is damaged",
    write_beginning: "isn't an evidence file, or its beginning is damaged",
    make_folder: "is no file",
}


@pytest.mark.parametrize("writable", [False, True])
@pytest.mark.parametrize("write", REFUSED)
def test_what_is_not_ours_is_refused_with_what_it_is_and_not_changed(tmp_path, write, writable):
    path = tmp_path / "evidence.sqlite"
    write(path)
    before = path.is_file() and path.read_bytes()

    with pytest.raises(EvidenceError) as error:
        Evidence(path, writable=writable)

    first, *rest = str(error.value).splitlines()
    assert first.startswith(f"{path}: {REFUSED[write]}")
    assert len(rest) == 1
    assert "--output DIR" in rest[0]
    assert "delete" not in str(error.value).lower()
    assert (path.is_file() and path.read_bytes()) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(filled, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(EvidenceError, match=r"can't be read: Permission denied\.$"):
        Evidence(filled)


@pytest.mark.parametrize("writable", [False, True])
def test_a_file_that_another_program_has_locked_is_refused_for_now(filled, monkeypatch, writable):
    monkeypatch.setattr(opening, "PATIENCE_S", 0.05)
    before = filled.read_bytes()
    with closing(sqlite3.connect(filled)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(EvidenceError, match="is in use by another program") as error:
            Evidence(filled, writable=writable)
    assert len(str(error.value).splitlines()) == 2
    assert filled.read_bytes() == before
    with Evidence(filled, writable=writable) as opened:
        assert opened.notes == []


def test_a_file_of_the_first_release_is_kept_beside_the_new_one(tmp_path):
    path = tmp_path / "evidence.sqlite"
    write_database(path, FIRST_RELEASE)
    before = path.read_bytes()

    with pytest.raises(EvidenceError, match=r"was made by an older version\.\nRun: invoke run"):
        Evidence(path)
    assert path.read_bytes() == before
    with Evidence(path, writable=True) as opened:
        (note,) = opened.notes
        assert opened.rows("SELECT count(*) FROM runs") == [(0,)]

    (aside,) = tmp_path.glob("*.older-*")
    assert aside.read_bytes() == before
    assert re.fullmatch(r"evidence\.sqlite\.older-\d{4}-\d\d-\d\dT\d{6}", aside.name)
    assert note.endswith(f"It was kept as {aside.name}.")


def test_two_older_files_of_one_second_are_both_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("time.strftime", lambda _: "2030-01-01T000000")
    path = tmp_path / "evidence.sqlite"
    for _ in range(2):
        path.unlink(missing_ok=True)
        write_database(path, FIRST_RELEASE)
        with Evidence(path, writable=True):
            pass
    assert len(list(tmp_path.glob("*.older-*"))) == 2


@pytest.mark.parametrize("script", [None, "", "VACUUM"])
def test_an_empty_file_is_no_evidence_yet_and_becomes_one(tmp_path, script):
    path = tmp_path / "evidence.sqlite"
    path.touch()
    if script is not None:
        write_database(path, script)

    with pytest.raises(EvidenceError, match="there is no evidence yet"):
        Evidence(path)
    with Evidence(path, writable=True) as opened:
        assert opened.notes == []
        assert opened.rows("PRAGMA application_id") == [(APPLICATION_ID,)]
    with Evidence(path) as opened:
        assert opened.rows("PRAGMA user_version") == [(VERSION,)]


def test_a_new_file_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    """A stop between its first tables would leave one that nobody owns."""
    path = tmp_path / "evidence.sqlite"
    monkeypatch.setattr("wd.evidence.schema._views", lambda: {"one": "CREATE VIEW nonsense"})
    with pytest.raises(EvidenceError):
        Evidence(path, writable=True)
    monkeypatch.undo()

    with Evidence(path, writable=True) as opened:
        assert opened.notes == []


def test_every_table_and_view_of_ours_is_readable_with_sqlite_alone(filled, cells):
    with Evidence(filled, writable=True) as opened:
        opened.append(cells(lr=0.1)[0], "cpu", [Outcome(0, (1.0,) * 5)])
    with closing(sqlite3.connect(filled)) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        for (name,) in names.fetchall():
            db.execute(f"SELECT * FROM {name}").fetchall()
