"""What was appended is read back, what is there isn't made again, no stop leaves half a truth."""

import math
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wd.declarations import HYPERPARAMETERS
from wd.errors import EvidenceError
from wd.evidence import opening
from wd.evidence.keys import Cell, plan
from wd.evidence.outcome import Outcome
from wd.evidence.pending import pending
from wd.evidence.schema import RUN_COLUMNS
from wd.evidence.store import Evidence

ROOT = Path(__file__).parents[2]
VALUES = (0.5, 1.5, 1.4, 13.0, 0.05)

# Appending


def test_what_was_appended_can_be_read_with_its_setting(store, cells):
    (cell,) = cells(weight_decay=3, n_train=23)
    curve = [(0, 4.0, 5.0, 6.0), (5, 1.0, 2.0, 3.0)]
    store.append(cell, "cpu", [Outcome(7, VALUES, {"curves": curve}, {"leftover": 0.25})])

    names = "study, implementation, weight_decay, n_train, theta, seed, device, status"
    (row,) = store.rows(f"SELECT {names} FROM runs")
    assert row == ("a", "scratch", 3.0, 23, None, 7, "cpu", "ok")
    assert store.rows(f"SELECT {', '.join(RUN_COLUMNS)} FROM runs") == [VALUES]
    assert [row[1:] for row in store.rows("SELECT * FROM curves ORDER BY epoch")] == curve
    assert store.rows("SELECT name, value FROM measures") == [("leftover", 0.25)]


def test_a_kind_shows_its_numbers_beside_its_settings(store, parse):
    (study,) = parse(b={"kind": "decay_alone", "lr": 1, "weight_decay": 0.5, "seeds": 1}).studies
    cell = Cell("b", "decay_alone", study.settings[0], "key", "torch 2.6")
    numbers = {"factor": 0.5, "formula_error": 1e-8}
    store.append(cell, "cpu", [Outcome(0, (), {"decay_path": [(0, 1.0), (1, 0.5)]}, numbers)])

    found = store.rows("SELECT lr, weight_decay, seed, factor, formula_error FROM decay_alone")
    assert found == [(1.0, 0.5, 0, 0.5, 1e-8)]
    assert store.rows("SELECT step, weight FROM decay_path") == [(0, 1.0), (1, 0.5)]
    assert store.rows("SELECT count(*) FROM runs") == [(0,)]


def test_every_hyperparameter_is_a_column_of_the_cells(store):
    columns = {name for (name,) in store.rows("SELECT name FROM pragma_table_info('cells')")}

    assert set(HYPERPARAMETERS) <= columns


def test_an_append_that_fails_leaves_nothing_of_itself(store, cells):
    one, two = cells(weight_decay=[1, 3])
    store.append(one, "cpu", [Outcome(0, VALUES)])

    for cell in (one, two):
        with pytest.raises(EvidenceError, match="can't be written"):
            store.append(
                cell,
                "cpu",
                [
                    Outcome(1, VALUES, {"curves": [(5, 1.0, 1.0, 1.0)]}),
                    Outcome(2, VALUES),
                    Outcome(1, VALUES),
                ],
            )

    assert store.rows("SELECT weight_decay, seed FROM runs") == [(1.0, 0)]
    for table, rows in (("curves", 0), ("cells", 1), ("parts", 1)):
        assert store.rows(f"SELECT count(*) FROM {table}") == [(rows,)], table


def test_a_generator_that_breaks_off_leaves_nothing(store, cells):
    (cell,) = cells()

    def outcomes():
        yield Outcome(0, VALUES)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.append(cell, "cpu", outcomes())
    assert store.rows("SELECT count(*) FROM results") == [(0,)]


def test_a_run_that_diverged_has_a_status_and_no_numbers(store, cells):
    """Its curve keeps what was finite; infinity and NaN are both absent."""
    (cell,) = cells()
    curve = [(1, 2.0, 3.0, 1e30), (2, math.inf, math.nan, math.inf)]
    store.append(cell, "cpu", [Outcome(0, None, {"curves": curve})])

    names = ", ".join(RUN_COLUMNS)
    assert store.rows(f"SELECT status, {names} FROM runs") == [("diverged", *[None] * 5)]
    assert [row[1:] for row in store.rows("SELECT * FROM curves ORDER BY epoch")] == [
        (1, 2.0, 3.0, 1e30),
        (2, None, None, None),
    ]


def test_an_executed_program_takes_the_place_of_an_earlier_one(store):
    for key in ("old", "new"):
        store.store_program("scratch", key, f"{key} notebook", 2.0)

    found = store.rows("SELECT name, key, notebook, seconds FROM programs")
    assert found == [("scratch", "new", "new notebook", 2.0)]


# What made it


def test_provenance_and_seconds_belong_to_the_runs_that_they_were_recorded_with(store, cells):
    one, two = cells(weight_decay=[1, 3])
    for commit, cell in (("first", one), ("second", two)):
        store.begin({"commit": commit})
        store.append(cell, "cpu", [Outcome(0, VALUES)], 1.5)

    found = store.rows(
        "SELECT weight_decay, value FROM cells JOIN parts ON cell = cells.id"
        " JOIN provenance USING (build) WHERE name = 'commit'"
    )
    assert found == [(1.0, "first"), (3.0, "second")]
    assert store.rows("SELECT * FROM durations") == [("train", "a", 3.0, 2)]


# What is missing


def test_a_cell_is_complete_on_any_one_device_but_not_on_two_halves(store, cells):
    (cell,) = cells(seeds=2)
    store.append(cell, "cuda", [Outcome(0, VALUES)])
    store.append(cell, "cpu", [Outcome(1, VALUES)])
    assert store.complete(cell, (0, 1)) is None

    store.append(cell, "cuda", [Outcome(1, VALUES)])
    found = store.complete(cell, (0, 1))

    assert store.rows("SELECT device FROM cells WHERE id = ?", [found]) == [("cuda",)]
    assert store.missing(cell, (0, 1, 2), "cpu") == (0, 2)


def test_other_seeds_do_not_stand_for_one_that_is_missing(store, cells):
    (cell,) = cells(seeds=2)
    store.append(cell, "cpu", [Outcome(seed, VALUES) for seed in (0, 1, 3, 4)])

    assert store.complete(cell, (0, 2, 4)) is None
    assert store.complete(cell, (4, 0, 3)) is not None


def test_runs_of_another_processor_complete_no_cell_but_count_as_a_whole(store, cells, monkeypatch):
    """Their last digits differ: a cell holds those of one kind of processor alone."""
    (cell,) = cells(seeds=2)
    monkeypatch.setattr("wd.evidence.store.name_processor", lambda: "another")
    store.append(cell, "cpu", [Outcome(0, VALUES)])
    monkeypatch.undo()
    store.append(cell, "cpu", [Outcome(1, VALUES)])

    assert store.complete(cell, (0, 1)) is None
    assert store.missing(cell, (0, 1), "cpu") == (0,)
    assert store.complete(cell, (0,)) is not None


def test_runs_of_another_device_count_unless_a_device_is_asked_for(store, parse):
    wanted = parse(a={"weight_decay": [0, 3], "seeds": 2})
    done, other = plan(wanted.studies[0])
    store.append(done, "cuda", [Outcome(seed, VALUES) for seed in (0, 1)])
    store.append(other, "cpu", [Outcome(0, VALUES)])

    assert pending(wanted, store) == {other: (0, 1)}
    assert pending(wanted, store, "cpu") == {other: (1,)}
    assert pending(wanted, store, "cpu", anywhere=False) == {done: (0, 1), other: (1,)}


def test_an_exact_solution_is_made_on_the_cpu_whatever_trains(store, parse):
    wanted = parse(a={"implementation": "ridge", "seeds": 1})
    store.append(plan(wanted.studies[0])[0], "cpu", [Outcome(0, VALUES)])

    assert pending(wanted, store, "cuda", anywhere=False) == {}


# Files and processes


def test_without_a_file_the_message_says_how_to_make_one(tmp_path):
    path = tmp_path / "evidence.sqlite"

    with pytest.raises(EvidenceError, match=r"evidence\.sqlite: there is no evidence yet\.\nRun: "):
        Evidence(path)
    assert not path.exists()


def test_opening_to_write_again_changes_no_byte(filled, parse):
    """Figures and pages are made again where the file's bytes have changed."""
    before = filled.read_bytes()

    for _ in range(2):  # the first time its rows are checked, later only its digest
        with Evidence(filled, writable=True) as opened:
            assert opened.rows("SELECT count(*) FROM runs") == [(200,)]
    assert filled.read_bytes() == before


def test_what_was_opened_to_read_cannot_be_written(filled):
    with Evidence(filled) as opened, pytest.raises(EvidenceError, match="can't be written"):
        opened.begin({"commit": "abc"})


def test_a_query_that_sqlite_refuses_is_an_error_of_ours(filled):
    with Evidence(filled) as opened, pytest.raises(EvidenceError, match="no such table"):
        opened.rows("SELECT * FROM nonsense")


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(EvidenceError, match="can't be made"):
        Evidence(tmp_path / "file/evidence.sqlite", writable=True)


HALF = """
import sys
from pathlib import Path
from wd import config
from wd.evidence.keys import plan
from wd.evidence.outcome import Outcome
from wd.evidence.store import Evidence
opened = Evidence(Path(sys.argv[1]), writable=True)
opened._db.execute("PRAGMA cache_size = 1")  # so that half the batch reaches the file
with opened.transaction() as db:
    for cell in plan(config.parse({"study": {"b": {"lr": [0.1, 0.2]}}}).studies[0]):
        curve = [(epoch, 1.0, 2.0, 3.0) for epoch in range(100)]
        outcomes = [Outcome(seed, (1.0,) * 5, {"curves": curve}) for seed in range(50)]
        opened.append(cell, "cpu", outcomes)
    print("half", flush=True)
    input()
"""


@pytest.fixture
def stopped(filled):
    """A file whose writer was killed in the middle of a batch."""
    command = [sys.executable, "-c", HALF, str(filled)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env={"PYTHONPATH": str(ROOT)}, **pipes) as child:
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
    assert filled.with_name("evidence.sqlite-journal").is_file()
    return filled


@pytest.mark.parametrize("writable", [False, True])
def test_a_kill_in_the_middle_of_a_batch_leaves_what_was_there_before(stopped, writable):
    """SQLite's journal is rolled back by whoever opens next, even only to read."""
    with Evidence(stopped, writable=writable) as opened:
        assert opened.notes == []
        assert opened.rows("SELECT count(*) FROM runs") == [(200,)]
        assert opened.rows("SELECT count(*) FROM cells") == [(4,)]


EXPERIMENT = """
import os, signal, sys
from pathlib import Path
import torch
from wd import config
from wd.evidence.store import Evidence
from wd.lab import experiment
append, made = Evidence.append, []
def append_and_stop(self, *arguments):
    append(self, *arguments)
    made.append(arguments)
    if len(made) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
Evidence.append = append_and_stop
wanted = config.load(Path(sys.argv[3]))
for path in sys.argv[1].split(","):
    with Evidence(Path(path), writable=True) as store:
        experiment.run(wanted, store, torch.device("cpu"), lambda *_: None)
"""
TINY = """
[defaults]
epochs = 4
n_test = 5
[study.a]
implementation = ["scratch", "ridge"]
weight_decay = [0, 3]
seeds = 3
curves_every = 2
decompose = true
"""


def test_a_batch_that_was_killed_is_finished_later_as_if_it_had_not_been(
    tmp_path, run_python, read_all
):
    """Killed between the two cells of the second chunk, of which then nothing is there."""
    (tmp_path / "tiny.toml").write_text(TINY)
    killed, whole = tmp_path / "killed.sqlite", tmp_path / "whole.sqlite"
    with pytest.raises(AssertionError):
        run_python(EXPERIMENT, killed, 3, tmp_path / "tiny.toml")
    with Evidence(killed) as store:
        assert store.rows("SELECT implementation, count(*) FROM runs GROUP BY 1") == [
            ("scratch", 6)
        ]

    run_python(EXPERIMENT, f"{killed},{whole}", 0, tmp_path / "tiny.toml")

    found, expected = read_all(killed), read_all(whole)
    for table in ("cells", "results", "measures", "curves"):
        assert found[table] == expected[table], table
    with Evidence(killed) as store:
        assert store.rows("SELECT stage, name, items FROM durations") == [("train", "a", 12)]
        assert store.rows("SELECT count(*) FROM parts WHERE seconds > 0") == [(4,)]
        described = store.rows(
            "SELECT count(DISTINCT part), count(DISTINCT build) FROM results JOIN parts ON"
            " parts.id = part JOIN provenance USING (build) WHERE name = 'commit'"
        )
    assert described == [(4, 2)]


def test_another_process_that_writes_is_waited_for_and_then_named(filled, monkeypatch):
    monkeypatch.setattr(opening, "PATIENCE_S", 0.05)
    with Evidence(filled, writable=True) as first, first.transaction():
        before = filled.read_bytes()
        with pytest.raises(EvidenceError) as error:
            Evidence(filled, writable=True)
        assert filled.read_bytes() == before
    assert "is in use by another program, perhaps another build.\nTry again" in str(error.value)


TOGETHER = """
import sys
from pathlib import Path
from wd import config
from wd.evidence.keys import plan
from wd.evidence.outcome import Outcome
from wd.evidence.store import Evidence
path, name = Path(sys.argv[1]), sys.argv[2]
study = config.parse({"study": {name: {"weight_decay": list(range(40))}}}).studies[0]
with Evidence(path, writable=True) as opened:
    assert not opened.notes, opened.notes
    for cell in plan(study):
        opened.append(cell, "cpu", [Outcome(seed, (1.0,) * 5) for seed in range(20)], 1.0)
"""


def test_two_processes_write_one_new_file_while_a_third_reads_it(tmp_path):
    path = tmp_path / "evidence.sqlite"
    env = {"PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen([sys.executable, "-c", TOGETHER, str(path), name], env=env)
        for name in ("one", "two")
    ]
    while any(writer.poll() is None for writer in writers):
        try:
            with Evidence(path) as opened:
                opened.rows("SELECT count(*) FROM runs")
        except EvidenceError as error:
            assert "no evidence yet" in str(error)
    assert [writer.wait() for writer in writers] == [0, 0]
    with Evidence(path) as opened:
        counted = opened.rows("SELECT study, count(*) FROM runs GROUP BY study")
    assert counted == [("one", 800), ("two", 800)]


def test_runs_that_another_build_has_made_meanwhile_are_refused_with_what_to_do(filled, cells):
    with Evidence(filled, writable=True) as opened, pytest.raises(EvidenceError) as error:
        opened.append(cells(weight_decay=0)[0], "cpu", [Outcome(0, VALUES)])
    assert str(error.value).endswith("run the command again.")
    assert len(str(error.value).splitlines()) <= 3
