"""A site tells of what its configuration asks for, whatever else the evidence file keeps."""

import csv
import io
from contextlib import closing
from dataclasses import replace
from sqlite3 import connect

import pytest

from wd.evidence.keys import plan
from wd.evidence.outcome import Outcome
from wd.evidence.schema import RUN_COLUMNS
from wd.evidence.store import Evidence
from wd.report.publish import CONTENT
from wd.report.read.readings import Readings
from wd.report.read.tables import TABLES
from wd.report.site.languages import programs
from wd.report.tell.downloads import gather_downloads
from wd.report.tell.queries import answer
from wd.report.tell.shown import open_shown

CHAPTER = {"seeds": 2, "curves_every": 50}
LANDSCAPE = {"kind": "landscape", "n_features": 2, "weight_decay": 0, "seeds": [1]}
MINE = {"chapter": CHAPTER | {"weight_decay": [0, 3]}, "landscape": LANDSCAPE}
YOURS = {"chapter": CHAPTER | {"weight_decay": 9}, "scene": LANDSCAPE, "sweep": {"seeds": 3}}
ONES = (1.0,) * len(RUN_COLUMNS)
PROGRAMS = ["scratch"]
TABLES.load(CONTENT)


@pytest.fixture
def record(tmp_path, write_evidence):
    """A function that adds to a file what a run of a configuration leaves there."""

    def record(name, studies, program):
        path = tmp_path / "evidence.sqlite"
        measures = {f"of {name}": 1.0}
        provenance = {"config": name, "device": "cpu"}
        wanted = replace(
            write_evidence(path, studies, measures=measures, provenance=provenance), text=name
        )
        with Evidence(path, writable=True) as store:
            store.begin(provenance)
            store.store_program(program, "key", f"notebook of {name}", 1.0)
        return path, wanted

    return record


@pytest.fixture
def kept(record):
    """A file with the evidence of mine and, beside it, of yours, of a seed and of a device."""
    path, wanted = record("mine", MINE, "scratch")
    record("yours", YOURS, "draft")
    with Evidence(path, writable=True) as store:
        first, second, *_ = plan(wanted.studies[0])
        store.append(first, "cpu", [Outcome(7, ONES, {"curves": [(50, 1.0, 1.0, 1.0)]})])
        store.append(second, "cuda", [Outcome(seed, ONES) for seed in (0, 1)])
    return path, wanted


@pytest.fixture
def shown(kept, tmp_path):
    """What a site of mine is told of that file."""
    path, wanted = kept
    with (
        Evidence(path) as evidence,
        open_shown(Readings(wanted, evidence), tmp_path / "cache", PROGRAMS) as readings,
    ):
        yield readings


def test_a_file_that_holds_nothing_else_is_shown_as_it_is(record, tmp_path):
    path, wanted = record("mine", MINE, "scratch")

    with Evidence(path) as evidence:
        whole = Readings(wanted, evidence)
        with open_shown(whole, tmp_path / "cache", PROGRAMS) as readings:
            assert readings is whole
    assert not (tmp_path / "cache").exists()


def test_queries_and_tables_are_about_what_is_shown(shown, labels):
    query = "SELECT study, weight_decay, seed FROM runs ORDER BY run"
    assert shown.evidence.rows(query) == [
        *(("chapter", decay, seed) for decay in (0.0, 3.0) for seed in (0, 1)),
    ]
    assert answer(shown.evidence, labels, "SELECT count(*) AS n FROM cells").endswith("| 3 |")
    assert answer(shown.evidence, labels, "SELECT count(*) AS n FROM curves").endswith("| 12 |")
    assert "sweep" not in TABLES["timings"](shown, labels, stage="train")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT DISTINCT study FROM cells ORDER BY study", ["chapter", "landscape"]),
        ("SELECT DISTINCT study FROM landscape", ["landscape"]),
        ("SELECT name FROM measures WHERE name LIKE 'of %' GROUP BY name", ["of mine"]),
        ("SELECT DISTINCT value FROM provenance ORDER BY value", ["cpu", "mine"]),
        ("SELECT name FROM durations ORDER BY name", ["chapter", "landscape", "scratch"]),
    ],
)
def test_no_table_of_what_is_shown_tells_of_anything_else(shown, query, expected):
    assert [value for (value,) in shown.evidence.rows(query)] == expected


def test_the_downloads_hold_what_is_shown_and_nothing_else(shown, tmp_path):
    files = gather_downloads(shown, programs(), tmp_path / "downloads")

    runs = list(csv.DictReader(io.StringIO(files["data/runs.csv"].read_text())))
    assert len(runs) == 4
    assert {row["run"] for row in runs} < {str(run) for run in shown.list_runs()}
    assert len(files["data/curves.csv"].read_text().splitlines()) == 1 + 12
    with closing(connect(files["data/evidence.sqlite"])) as taken:
        assert taken.execute("SELECT count(*) FROM results").fetchone() == (5,)
    assert b"yours" not in files["data/evidence.sqlite"].read_bytes()


def test_the_file_itself_keeps_everything(kept, tmp_path):
    path, wanted = kept
    before = path.read_bytes()

    with (
        Evidence(path) as evidence,
        open_shown(Readings(wanted, evidence), tmp_path / "cache", PROGRAMS) as readings,
    ):
        assert readings.evidence.rows("SELECT count(*) FROM results") == [(5,)]
        assert evidence.rows("SELECT count(*) FROM results") == [(5 + 6 + 3,)]
    assert path.read_bytes() == before


def test_the_same_file_is_shown_in_the_same_bytes_each_time(kept, tmp_path):
    """Otherwise every figure would be drawn again at every change of a sentence."""
    path, wanted = kept
    found = []
    with Evidence(path) as evidence:
        for _ in range(2):
            with open_shown(Readings(wanted, evidence), tmp_path / "cache", PROGRAMS) as readings:
                found.append(readings.evidence.path.read_bytes())
            assert list((tmp_path / "cache").iterdir()) == []

    assert found[0] == found[1]
