"""The download holds just what the site shows, and is evidence like any other."""

import sqlite3
from contextlib import closing

import pytest

from wd.errors import EvidenceError
from wd.evidence.export import export, holds_more
from wd.evidence.store import Evidence


@pytest.fixture
def copied(rich, tmp_path):
    """A function that exports runs of the rich file and returns the new file's path."""

    def copy(condition, programs=("scratch",)):
        path = tmp_path / "shown.sqlite"
        path.unlink(missing_ok=True)
        with Evidence(rich) as evidence:
            query = "SELECT run FROM results JOIN cells ON cells.id = cell"
            runs = [run for (run,) in evidence.rows(f"{query} WHERE {condition}")]
            export(evidence, runs, path, programs)
        return path

    return copy


CONDITIONS = ("true", "study = 'chapter'", "seed = 1", "kind = 'landscape'", "false")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_export_holds_the_wanted_runs_and_what_belongs_to_them(
    rich, copied, read_all, condition
):
    with Evidence(rich) as evidence:
        query = "SELECT run FROM results JOIN cells ON cells.id = cell"
        wanted = {run for (run,) in evidence.rows(f"{query} WHERE {condition}")}
        counted = {
            table: evidence.rows(
                f"SELECT count(*) FROM {table} WHERE run IN ({', '.join(map(str, wanted))})"
            )
            for table in ("measures", "curves", "surface")
        }
    path = copied(condition)

    with Evidence(path) as shown:
        assert {run for (run,) in shown.rows("SELECT run FROM results")} == wanted
        for table, count in counted.items():
            assert shown.rows(f"SELECT count(*) FROM {table}") == count, table
        used = "SELECT {0} FROM results JOIN parts ON parts.id = part"
        for table, column in (("cells", "parts.cell"), ("parts", "part")):
            unused = f"SELECT count(*) FROM {table} WHERE id NOT IN ({used.format(column)})"
            assert shown.rows(unused) == [(0,)], table
        assert shown.rows("SELECT name FROM programs") == [("scratch",)]
    whole = read_all(rich)
    for table, rows in read_all(path).items():
        assert table == "parts" or rows <= whole[table], table


def test_an_export_opens_as_whole_and_leaves_its_source_alone(rich, copied):
    before = rich.read_bytes()
    path = copied("seed = 0")

    assert rich.read_bytes() == before
    with Evidence(path) as shown:
        assert shown.rows("SELECT DISTINCT seed FROM runs") == [(0,)]
    with Evidence(path, writable=True) as shown:
        assert shown.notes == []


def test_an_export_of_everything_holds_what_the_file_holds(rich, copied):
    whole, export = (
        sqlite3.connect(path) for path in (rich, copied("true", ["scratch", "concise"]))
    )
    with closing(whole), closing(export):
        assert sorted(export.iterdump()) == sorted(whole.iterdump())


def test_the_same_export_has_the_same_bytes(copied):
    first = copied("seed = 0").read_bytes()

    assert copied("seed = 0").read_bytes() == first


def test_what_an_export_leaves_out_is_nowhere_in_its_bytes(copied):
    whole, reduced = copied("true").read_bytes(), copied("part = 1", []).read_bytes()

    assert b"[study.1]" in whole
    assert b"[study.1]" not in reduced
    assert len(reduced) < len(whole)


def test_an_export_that_cannot_be_written_is_an_error_of_ours(rich, tmp_path):
    with Evidence(rich) as evidence, pytest.raises(EvidenceError, match="can't be written"):
        export(evidence, [1], tmp_path / "missing/shown.sqlite", [])


def test_a_file_holds_more_where_a_run_or_a_program_or_a_build_is_left_over(rich, tmp_path):
    path = tmp_path / "copy.sqlite"
    path.write_bytes(rich.read_bytes())
    with Evidence(path, writable=True) as evidence:
        runs = [run for (run,) in evidence.rows("SELECT run FROM results")]
        programs = ["scratch", "concise"]

        assert not holds_more(evidence, runs, programs)
        assert holds_more(evidence, runs[1:], programs)
        assert holds_more(evidence, runs, programs[1:])
        evidence.begin({})
        assert holds_more(evidence, runs, programs)
