"""Whatever happens to a file: refused, repaired by making just what was hit, or without effect."""

import random
import shutil
import sqlite3
import statistics
from contextlib import closing, suppress
from pathlib import Path

import pytest

from wd.errors import EvidenceError
from wd.evidence.repair import _mend_header
from wd.evidence.seals import note_of
from wd.evidence.store import Evidence

FLIPS, CUTS = 200, 20


@pytest.fixture
def copy(rich, tmp_path):
    """A copy to spoil of a file with every kind of rows."""
    return shutil.copy(rich, tmp_path / "evidence.sqlite")


@pytest.fixture
def survive(rich, read_all, count_by_part):
    """A function that opens a spoiled file, to read and then to write, and compares all its rows.

    It returns how many parts were lost, None where the file was refused.
    """
    whole, counted = read_all(rich), count_by_part(rich)

    def open_both(path):
        try:
            with Evidence(path):
                read = True
        except EvidenceError as error:
            assert len(str(error).splitlines()) <= 3
            read = False
        if read:
            assert read_all(path) == whole
        spoiled = path.read_bytes()
        try:
            with Evidence(path, writable=True) as opened:
                repaired = bool(opened.notes)
        except EvidenceError as error:
            assert len(str(error).splitlines()) <= 3
            assert "delete" not in str(error).lower()
            assert path.read_bytes() == spoiled
            return None
        found = read_all(path)
        if not repaired:
            assert found == whole
        for table, rows in found.items():
            assert rows <= whole[table], table
        assert count_by_part(path).items() <= counted.items()
        if repaired:
            (aside,) = path.parent.glob(f"{path.name}.damaged-*[0-9]")
            assert aside.read_bytes() == spoiled
            aside.unlink()
            with Evidence(path):
                pass  # what was carried over fits its seals
        return len(whole["parts"]) - len(found["parts"])

    return open_both


def test_a_file_that_nothing_happened_to_is_whole(copy, survive):
    assert survive(copy) == 0


def test_a_flipped_bit_never_makes_another_number(rich, tmp_path, survive):
    """Most cost at most one part."""
    content, draw = rich.read_bytes(), random.Random(10)
    lost = []
    for _ in range(FLIPS):
        spoiled = bytearray(content)
        spoiled[draw.randrange(len(spoiled))] ^= 1 << draw.randrange(8)
        path = tmp_path / "evidence.sqlite"
        path.write_bytes(spoiled)
        note_of(path).unlink(missing_ok=True)
        lost.append(survive(path))
    kept = [each for each in lost if each is not None]
    assert statistics.median(kept) <= 1
    assert FLIPS - len(kept) <= 5  # in the few bytes that say whose it is


def test_a_file_that_was_cut_off_keeps_what_is_whole(rich, tmp_path, survive):
    content, draw = rich.read_bytes(), random.Random(11)
    lost = []
    sizes = [50, 100, 4095, 4096, len(content) - 1, len(content) - 4096]
    for size in sizes + [draw.randrange(len(content)) for _ in range(CUTS - len(sizes))]:
        path = tmp_path / "evidence.sqlite"
        path.write_bytes(content[:size])
        note_of(path).unlink(missing_ok=True)
        lost.append(survive(path))
    assert lost[0] is None  # too short to say whose it is
    assert all(each is not None for each in lost[1:])
    assert max(lost[4:6]) <= 2  # the last page


@pytest.mark.parametrize("place", [*range(16, 24), *range(24, 32), 47, 59])
def test_a_flipped_bit_in_the_header_costs_no_run(rich, tmp_path, survive, place):
    """SQLite reads nothing of a file with another page size, format or encoding."""
    for bit in (0, 1, 7):
        spoiled = bytearray(rich.read_bytes())
        spoiled[place] ^= 1 << bit
        path = tmp_path / "evidence.sqlite"
        path.write_bytes(spoiled)
        note_of(path).unlink(missing_ok=True)
        assert survive(path) == 0


def test_a_page_of_zeros_never_makes_another_number(rich, tmp_path, survive):
    content = rich.read_bytes()
    pages = range(0, len(content), 4096)
    assert len(pages) > 25
    lost = []
    for page in random.Random(12).sample(pages, 25):
        path = tmp_path / "evidence.sqlite"
        path.write_bytes(content[:page] + bytes(4096) + content[page + 4096 :])
        note_of(path).unlink(missing_ok=True)
        lost.append(survive(path))
    assert lost.count(0) < len(lost)


TAMPERED = (
    "UPDATE results SET w_norm = 1e9 WHERE run = 3",
    "UPDATE results SET w_norm = 'abc' WHERE run = 3",
    "UPDATE results SET status = 'ok' WHERE status = 'diverged' AND cell = 1",
    "UPDATE results SET seed = 77 WHERE run = 3",
    "UPDATE results SET cell = 6, seed = 77 WHERE run = 3",
    "UPDATE results SET part = part + 1 WHERE run = 3",
    "DELETE FROM results WHERE run = 3",
    "DELETE FROM measures WHERE run = 3",
    "DELETE FROM curves WHERE run = 3",
    "DELETE FROM curves WHERE run = 3 AND epoch = 50",
    "UPDATE curves SET epoch = 51 WHERE run = 3 AND epoch = 50",
    "UPDATE surface SET loss = 0.25 WHERE w1 = 3",
    "UPDATE measures SET name = 'part_z' WHERE run = 3 AND name = 'part_a'",
    "UPDATE measures SET value = NULL WHERE run = 3 AND name = 'part_a'",
    "INSERT INTO measures VALUES (3, 'more', 1.0)",
    "INSERT INTO measures VALUES (987654, 'stray', 1.0)",
    "UPDATE cells SET key = 'another' WHERE id = 2",
    "UPDATE cells SET weight_decay = 4 WHERE id = 2",
    "UPDATE cells SET processor = 'another' WHERE id = 2",
    "DELETE FROM cells WHERE id = 2",
    "UPDATE parts SET seconds = 1000 WHERE id = 2",
    "UPDATE parts SET seal = 'abc' WHERE id = 2",
    "DELETE FROM parts WHERE id = 2",
    "UPDATE programs SET notebook = substr(notebook, 1, 100)",
    "UPDATE programs SET key = 'another'",
    "UPDATE provenance SET value = 'another' WHERE name = 'commit' AND build = 1",
    "DELETE FROM provenance WHERE build = 2",
    "DELETE FROM builds WHERE id = 1",
    "DROP TABLE curves",
    "DROP TABLE parts",
    "ALTER TABLE results RENAME COLUMN w_norm TO test",
    "PRAGMA user_version = 1",
)


def tamper(path, statement):
    with closing(sqlite3.connect(path)) as db:
        if statement.startswith(("DROP TABLE", "ALTER")):  # which views would refuse
            views = db.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
            for (name,) in views:
                db.execute(f"DROP VIEW {name}")
        db.execute(statement)
        db.commit()


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_was_changed_by_hand_is_made_again_and_nothing_else(copy, survive, statement):
    with Evidence(copy):
        assert note_of(copy).is_file()  # which doesn't fit any more after this
    tamper(copy, statement)

    with pytest.raises(EvidenceError, match=r"is damaged: .*\nRun: invoke run"):
        Evidence(copy)
    lost = survive(copy)
    whole_table = statement.startswith(("DROP", "ALTER"))
    assert whole_table or lost <= 2


def test_a_repair_says_what_became_of_the_file_and_happens_once(copy):
    tamper(copy, TAMPERED[0])

    with Evidence(copy, writable=True) as opened:
        (note,) = opened.notes
    (aside,) = copy.parent.glob("*.damaged-*")
    assert note.startswith(f"{copy} was damaged (part 1 changed since it was written).")
    assert f"It was kept as {aside.name}; " in note
    with Evidence(copy, writable=True) as opened:
        assert opened.notes == []


def test_a_view_that_was_changed_is_not_read(copy):
    tamper(copy, "DROP VIEW runs")
    tamper(copy, "CREATE VIEW runs AS SELECT 1 AS w_norm")

    with pytest.raises(EvidenceError, match="was made by other code"):
        Evidence(copy)
    with Evidence(copy, writable=True) as opened:
        assert len(opened.rows("SELECT w_norm FROM runs")) > 1


# The digest beside the file


@pytest.mark.parametrize("content", [b"", b"0" * 64, b"\xff\xfe\x00", None])
def test_a_digest_that_is_damaged_or_missing_costs_a_check_of_the_rows_and_is_made_again(
    copy, survive, content
):
    if content is not None:
        note_of(copy).write_bytes(content)

    assert survive(copy) == 0
    assert len(note_of(copy).read_text()) == 64


def test_a_folder_in_the_place_of_the_digest_does_no_harm(copy, survive):
    note_of(copy).mkdir()

    assert survive(copy) == 0


def test_the_digest_is_noted_only_once_all_rows_were_compared_with_their_seals(filled):
    """Not by who writes: what a disk changed meanwhile would be vouched for."""
    assert not note_of(filled).exists()
    with Evidence(filled):
        before = note_of(filled).read_text()
    with Evidence(filled, writable=True) as opened:
        opened.delete([1])
    assert note_of(filled).read_text() == before
    with Evidence(filled):
        assert note_of(filled).read_text() != before


READ = """
import sys
from pathlib import Path
from wd.errors import EvidenceError
from wd.evidence import opening
from wd.evidence.store import Evidence
opening.PATIENCE_S = 0.05
try:
    Evidence(Path(sys.argv[1]))
except EvidenceError as error:
    print(error)
"""


def test_no_digest_is_noted_of_a_file_that_is_being_written(filled, run_python):
    """Its bytes are those of a half, which a journal will take back if the writer is killed."""
    with Evidence(filled, writable=True) as opened:
        note_of(filled).unlink()
        before = filled.stat().st_mtime_ns
        opened._db.execute("PRAGMA cache_size = 1")
        with opened.transaction() as db:
            db.execute("UPDATE results SET w_norm = 1")
            assert filled.stat().st_mtime_ns != before
            assert "is in use by another program" in run_python(READ, filled)
    assert not note_of(filled).exists()


# What other processes have left beside the file


def leave_behind(path, mode, statement):
    """Return a journal of a change that was never finished (or "wal": never moved to the file)."""
    copy = path.with_name("other.sqlite")
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy)) as db:
        db.execute(f"PRAGMA journal_mode = {mode}")
        db.execute("PRAGMA cache_size = 1")
        db.execute(statement)
        if mode == "wal":
            db.commit()
        return copy.with_name(f"{copy.name}-{'wal' if mode == 'wal' else 'journal'}").read_bytes()


def test_a_stale_journal_of_a_file_that_is_whole_is_set_aside(copy, survive):
    """SQLite would take the file back to an earlier state of some of its pages."""
    earlier = shutil.copy(copy, copy.with_name("earlier.sqlite"))
    tamper(earlier, "UPDATE results SET w_norm = 5")
    left = leave_behind(earlier, "delete", "UPDATE results SET w_norm = 6")
    with Evidence(copy):
        assert note_of(copy).is_file()
    copy.with_name(f"{copy.name}-journal").write_bytes(left)

    assert survive(copy) == 0
    (aside,) = copy.parent.glob("*-journal.stale-*")
    assert aside.read_bytes() == left


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize(("mode", "suffix"), [("delete", "-journal"), ("wal", "-wal")])
def test_a_journal_of_another_state_changes_no_number(copy, read_all, mode, suffix, noted):
    whole = read_all(copy)
    earlier = shutil.copy(copy, copy.with_name("earlier.sqlite"))
    tamper(earlier, "UPDATE results SET w_norm = 5")
    left = leave_behind(earlier, mode, "UPDATE results SET w_norm = 6, b = 7")
    if noted:
        with Evidence(copy):
            assert note_of(copy).is_file()
    copy.with_name(copy.name + suffix).write_bytes(left)

    with suppress(EvidenceError), Evidence(copy):
        assert read_all(copy) == whole
    with Evidence(copy, writable=True):
        assert read_all(copy)["results"] <= whole["results"]


def test_the_journal_of_a_writer_that_goes_on_stays(filled, run_python):
    """Whoever reads a whole file beside it mustn't take it for a left-over."""
    with Evidence(filled):
        assert note_of(filled).is_file()
    journal = filled.with_name(f"{filled.name}-journal")
    with Evidence(filled, writable=True) as opened, opened.transaction() as db:
        db.execute("UPDATE results SET w_norm = 1 WHERE run = 1")
        assert journal.is_file()
        assert run_python(READ, filled) == ""
        assert journal.is_file()


def test_a_mended_header_is_the_one_that_was_there(copy, tmp_path):
    whole, mended = Path(copy).read_bytes(), tmp_path / "mended.sqlite"
    spoiled = bytearray(whole)
    for start, end in ((16, 24), (28, 32), (44, 48), (56, 60)):
        spoiled[start:end] = bytes(end - start)
    Path(copy).write_bytes(spoiled)
    fresh = tmp_path / "fresh.sqlite"
    fresh.write_bytes(whole[:100])

    _mend_header(Path(copy), mended, fresh)

    assert mended.read_bytes() == whole
