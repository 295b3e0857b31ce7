"""No evidence is lost to a locked file, another version or another program, nor by bad advice."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from wd import config, pipeline
from wd.errors import EvidenceError
from wd.evidence.keys import plan
from wd.evidence.store import Evidence, Outcome

ROOT = Path(__file__).parents[1]
BOTH = pytest.mark.parametrize("writable", [True, False])


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "evidence.sqlite"
    (study,) = config.parse({"study": {"a": {"weight_decay": [0, 1, 2, 3]}}}).studies
    with Evidence(path, writable=True) as opened:
        for cell in plan(study):
            opened.append(
                cell, "cpu", [Outcome(seed, (0.5, 1.5, 13.0, 0.05)) for seed in range(50)]
            )
    return path


def refuse(path, writable):
    """The refusal of a file, of three lines at most, without the file's name."""
    with pytest.raises(EvidenceError) as error:
        Evidence(path, writable=writable)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert message.count("\n") <= 2
    return message.removeprefix(f"{path}: ")


def change(path, statements):
    with sqlite3.connect(path) as other:
        other.executescript(statements)
    other.close()


# What isn't there


def test_without_a_file_the_message_says_how_to_make_one(tmp_path):
    path = tmp_path / "evidence.sqlite"

    assert refuse(path, writable=False) == "there is no evidence yet.\nRun: invoke run"
    assert not path.exists()


def test_an_empty_file_is_no_evidence_until_it_is_written(tmp_path):
    path = tmp_path / "evidence.sqlite"
    path.touch()

    assert refuse(path, writable=False) == "there is no evidence in it yet.\nRun: invoke run"
    with Evidence(path, writable=True) as opened:
        assert opened.rows("SELECT count(*) FROM runs") == [(0,)]


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(EvidenceError, match="can't be made"):
        Evidence(tmp_path / "file/evidence.sqlite", writable=True)


# What is there and can't be opened: nothing is wrong with it, so nobody is told to delete it

HOLDING = """
import sqlite3
db = sqlite3.connect("evidence.sqlite", isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
input()
"""


@BOTH
def test_a_file_that_another_process_has_locked_is_told_to_be_in_use(filled, writable, monkeypatch):
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0))
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDING],
        cwd=filled.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout.readline() == b"held\n"
        message = refuse(filled, writable)
        child.communicate(b"\n")

    assert message == (
        "can't be used as evidence: database is locked.\n"
        "Another program is using it: let that end, then try again."
    )
    with Evidence(filled, writable=writable) as opened:
        assert opened.rows("SELECT count(*) FROM runs") == [(200,)]


def test_a_file_that_somebody_is_writing_is_refused_before_anything_is_trained_for_it(
    filled, monkeypatch
):
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0))
    with Evidence(filled, writable=True) as other, other.transaction() as db:
        db.execute("DELETE FROM results WHERE seed = 0")

        assert "database is locked" in refuse(filled, writable=True)


@BOTH
def test_a_file_that_may_not_be_read_is_told_to_be_just_that(filled, writable, monkeypatch):
    """The administrator may read everything, so that the system's answers are put in its mouth."""

    def refused(*_, **__):
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sqlite3, "connect", refused)
    monkeypatch.setattr(Path, "open", forbidden)

    assert refuse(filled, writable) == (
        "can't be used as evidence: Permission denied.\n"
        "See to that, or give another folder with --output DIR."
    )


@BOTH
def test_a_folder_of_that_name_is_told_to_be_a_folder(tmp_path, writable):
    (tmp_path / "evidence.sqlite").mkdir()

    message = refuse(tmp_path / "evidence.sqlite", writable)

    assert message.startswith("can't be used as evidence: Is a directory.\n")
    assert "elete" not in message


@pytest.mark.parametrize("place", ["evidence.sqlite", "."])
def test_what_may_not_be_written_is_refused_before_anything_is_trained_for_it(
    filled, place, monkeypatch
):
    """SQLite itself would open it, and refuse the first runs that have been trained."""
    protected = filled.parent / place
    monkeypatch.setattr(os, "access", lambda path, mode: path != protected)

    assert refuse(filled, writable=True) == (
        f"can't be written: {protected} is read-only.\n"
        "See to that, or give another folder with --output DIR."
    )
    with Evidence(filled) as opened:
        assert opened.rows("SELECT count(*) FROM runs") == [(200,)]


# What is another program's


def somebody_elses(path):
    path.write_bytes(b"study,seed\nchapter,0\n" * 100)


def another_database(path):
    change(path, "CREATE TABLE cases (x); INSERT INTO cases VALUES (1); PRAGMA user_version = 7;")


def another_database_without_a_version(path):
    change(path, "CREATE TABLE cases (x); INSERT INTO cases VALUES (1);")


def another_database_without_a_table(path):
    change(path, "PRAGMA user_version = 7;")


@BOTH
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (somebody_elses, "can't be used as evidence: file is not a database.\nIt is no SQLite"),
        (another_database, "is the database of another program.\n"),
        (another_database_without_a_version, "is the database of another program.\n"),
        (another_database_without_a_table, "is the database of another program.\n"),
    ],
)
def test_the_file_of_another_program_is_refused_and_not_touched(tmp_path, make, said, writable):
    path = tmp_path / "evidence.sqlite"
    make(path)
    before = path.read_bytes()

    message = refuse(path, writable)

    assert message.startswith(said)
    assert message.endswith("Move it away, or give another folder with --output DIR.")
    assert "elete" not in message
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


# What is damaged


def cut_off(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite_a_page(path):
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(bytes(content))


@BOTH
@pytest.mark.parametrize("damage", [cut_off, overwrite_a_page])
def test_only_what_is_proved_damaged_may_be_deleted(filled, damage, writable):
    damage(filled)

    message = refuse(filled, writable)

    assert message.startswith("can't be used as evidence: ")
    assert message.endswith(
        "\nIt is damaged: put a copy in its place, or delete it.\nThen run: invoke run"
    )


def test_damage_that_is_met_in_reading_is_told_as_damage_too(filled):
    with Evidence(filled) as opened:
        content = filled.read_bytes()  # what SQLite has read it reads again after another's change
        changed = b"\xff" * 4  # in the place where a writer counts the changes
        pages = b"\xff" * (len(content) - 4096)
        filled.write_bytes(content[:24] + changed + content[28:4096] + pages)

        with pytest.raises(EvidenceError, match=r"can't be read: .*\nIt is damaged: put a copy"):
            opened.rows("SELECT * FROM runs")


# What is of another version of this program


def test_a_file_of_another_version_is_refused_when_read_and_kept_aside_when_written(
    filled, monkeypatch
):
    monkeypatch.setattr(time, "strftime", lambda _: "2026-11-22")
    change(filled, "PRAGMA user_version = 12345; CREATE TABLE older (x);")
    before = filled.read_bytes()

    assert refuse(filled, writable=False) == (
        "was made by another version of this program.\nRun: invoke run"
    )
    with Evidence(filled, writable=True) as opened:
        assert opened.rows("SELECT count(*) FROM runs") == [(0,)]
        assert opened.aside == filled.with_name("evidence-2026-11-22.sqlite")
    assert opened.aside.read_bytes() == before
    with Evidence(filled, writable=True) as opened:
        assert opened.aside is None


def test_what_is_kept_aside_is_never_written_over(filled, monkeypatch):
    monkeypatch.setattr(time, "strftime", lambda _: "2026-11-22")
    kept = []
    for version in (1, 2, 3):
        change(filled, f"PRAGMA user_version = {version};")
        with Evidence(filled, writable=True) as opened:
            kept.append(opened.aside)

    assert [path.name for path in kept] == [
        "evidence-2026-11-22.sqlite",
        "evidence-2026-11-22-2.sqlite",
        "evidence-2026-11-22-3.sqlite",
    ]
    assert all(path.is_file() for path in kept)


def test_a_file_of_another_version_that_is_in_use_stays_where_it_is(filled, monkeypatch):
    """Moved, it would lose the journal that its writer has begun."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0))
    change(filled, "PRAGMA user_version = 12345;")
    other = sqlite3.connect(filled)
    other.execute("INSERT INTO provenance VALUES ('commit', 'abc')")

    assert "Another program is using it" in refuse(filled, writable=True)
    other.close()
    assert [path.name for path in filled.parent.iterdir()] == [filled.name]


def test_a_command_says_where_a_file_of_another_version_is_kept(tmp_path, capsys):
    mine = tmp_path / "mine.toml"
    mine.write_text("[study.a]\nepochs = 1\nn_features = 3\nn_test = 2\nseeds = 1\n")
    output = tmp_path / "build"
    pipeline.train(mine, output, "cpu", None)
    change(output / pipeline.EVIDENCE, "PRAGMA user_version = 12345;")
    capsys.readouterr()

    pipeline.train(mine, output, "cpu", None)

    (aside,) = output.glob("evidence-*.sqlite")
    said = capsys.readouterr().out
    assert f"evidence.sqlite is of another version: kept as {aside}\n" in said
    assert "a: 1 of 1 runs" in said


# What opening leaves alone


def test_opening_to_write_again_changes_no_byte(filled):
    """Figures and pages are made again where the file's bytes have changed."""
    before = filled.read_bytes()

    with Evidence(filled, writable=True) as opened:
        assert opened.rows("SELECT count(*) FROM runs") == [(200,)]
    assert filled.read_bytes() == before


KILLED = """
from pathlib import Path
from wd.evidence.store import Evidence
opened = Evidence(Path("evidence.sqlite"), writable=True)
opened._db.execute("PRAGMA cache_size = 1")  # so that half the batch reaches the file
with opened.transaction() as db:
    for index in range(5000):
        db.execute("INSERT INTO provenance VALUES (?, ?)", (str(index), "x" * 200))
    print("half", flush=True)
    input()
"""


def test_a_kill_in_the_middle_of_a_batch_leaves_what_was_there_before(filled):
    """SQLite's journal is rolled back by whoever opens next, even only to read."""
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        cwd=filled.parent,
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
    assert filled.with_name("evidence.sqlite-journal").is_file()

    with Evidence(filled) as opened:
        assert opened.rows("SELECT count(*) FROM runs") == [(200,)]
        assert opened.rows("SELECT count(*) FROM provenance") == [(0,)]
