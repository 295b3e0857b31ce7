"""Nothing that was paid for is deleted, unless somebody says so."""

import json
import sqlite3
from contextlib import closing

import pytest

from wd import pipeline
from wd.errors import ConfigError
from wd.evidence.keys import plan
from wd.evidence.outcome import Outcome
from wd.evidence.pending import find_surplus, pending
from wd.evidence.store import Evidence

VALUES = (0.5, 1.5, 1.4, 13.0, 0.05)


@pytest.fixture
def fill(store):
    """A function that stores a run with all that may belong to it for every cell."""

    def fill_all(wanted):
        for study in wanted.studies:
            for cell in pending(wanted, store):
                if cell.study == study.name:
                    curves = {"curves": [(5, 1.0, 1.0, 1.0)]}
                    store.append(cell, "cpu", [Outcome(0, VALUES, curves, {"more": 1.0})], 2.0)
        return wanted

    return fill_all


def test_the_runs_of_another_configuration_stay_and_count_again(store, fill, parse):
    one = fill(parse(a={"weight_decay": [0, 3], "seeds": 1}))
    other = fill(parse(a={"weight_decay": [9], "lr": 0.1, "seeds": 1}, b={"seeds": 1}))

    assert pending(one, store) == pending(other, store) == {}
    assert store.rows("SELECT count(*) FROM runs") == [(4,)]


def test_what_a_configuration_does_not_ask_for_is_listed_by_study_with_what_it_cost(
    store, fill, parse
):
    fill(parse(a={"weight_decay": [0, 3, 9], "seeds": 1}, gone={"seeds": 1}))

    found = find_surplus(parse(a={"weight_decay": [3], "seeds": 1}), store)

    assert [(each.study, each.runs, each.seconds) for each in found] == [
        ("a", 2, 4.0),
        ("gone", 1, 2.0),
    ]
    assert store.rows("SELECT count(*) FROM runs") == [(4,)]


def test_deleting_takes_all_that_belongs_to_a_cell_and_nothing_else(store, fill, parse):
    wanted = parse(a={"weight_decay": [3], "seeds": 1})
    fill(parse(a={"weight_decay": [0, 3], "seeds": 1}, gone={"weight_decay": 0, "seeds": 1}))

    store.delete(cell for each in find_surplus(wanted, store) for cell in each.cells)

    assert store.rows("SELECT study, weight_decay FROM runs") == [("a", 3.0)]
    for table in ("cells", "parts", "results", "curves", "measures"):
        assert store.rows(f"SELECT count(*) FROM {table}") == [(1,)], table
    assert find_surplus(wanted, store) == []


@pytest.fixture
def output(tmp_path, parse):
    """An output folder with a run that tiny.toml asks for and one that it doesn't."""
    (tmp_path / "tiny.toml").write_text("[study.a]\nseeds = 1\n")
    with Evidence(tmp_path / "build" / pipeline.EVIDENCE, writable=True) as store:
        for study in parse(a={"seeds": 1}, gone={"seeds": 1}).studies:
            store.append(*plan(study), "cpu", [Outcome(0, VALUES)], 3.25)
    return tmp_path / "build"


def test_prune_lists_what_it_would_delete_and_deletes_nothing(output, capsys):
    before = (output / pipeline.EVIDENCE).read_bytes()

    pipeline.prune(output.parent / "tiny.toml", output)

    said = capsys.readouterr().out
    assert "gone: 1 runs, which took 3.2 s" in said
    assert "invoke prune --yes" in said
    assert (output / pipeline.EVIDENCE).read_bytes() == before


def test_prune_with_yes_deletes_what_it_lists(output, capsys):
    pipeline.prune(output.parent / "tiny.toml", output, yes=True)

    with Evidence(output / pipeline.EVIDENCE) as store:
        assert store.rows("SELECT study FROM runs") == [("a",)]
    pipeline.prune(output.parent / "tiny.toml", output, yes=True)
    assert "Nothing is there that isn't asked for." in capsys.readouterr().out


def test_there_is_nothing_to_prune_without_evidence(tmp_path):
    (tmp_path / "tiny.toml").write_text("[study.a]\n")

    with pytest.raises(ConfigError, match="there is no evidence"):
        pipeline.prune(tmp_path / "tiny.toml", tmp_path / "build")
    assert not (tmp_path / "build").exists()


# What is declared later, or not any more

COMPLETE = """
import json, sys
from pathlib import Path
from wd import config
from wd.declarations import KINDS
from wd.evidence.outcome import Outcome
from wd.evidence.pending import pending
from wd.evidence.store import Evidence
path, asked = Path(sys.argv[1]), json.loads(sys.argv[2])
wanted = config.parse({"defaults": {"seeds": 1}, "study": asked})
with Evidence(path, writable=True) as store:
    missing = pending(wanted, store)
    for cell in missing:
        kind = KINDS[cell.kind]
        numbers = dict.fromkeys(kind.numbers, 1.5)
        points = {
            name: [(1,) * len(each.index) + (2.5,) * len(each.columns)]
            for name, each in kind.series.items()
        }
        of_matrix = cell.kind == "matrix"
        made = numbers.values() if of_matrix else ()
        store.append(cell, "cpu", [Outcome(0, [*made], points, {} if of_matrix else numbers)], 1.0)
    print(json.dumps([sorted({cell.study for cell in missing}), store.notes]))
"""
OURS = {
    "some": {"implementation": ["scratch", "ridge"], "weight_decay": [0, 3]},
    "alone": {"kind": "decay_alone", "lr": [0.1, 1]},
}
ADDED = {"striped": {"implementation": "zebra"}, "herd": {"kind": "grevy"}}


@pytest.fixture
def complete(tmp_path, run_python, grown):
    """A function that makes what a file lacks, by the code as it is or as it grew.

    It returns the studies that lacked something, and what was said about opening the file.
    """

    def make(asked, *, grew):
        path = tmp_path / "evidence.sqlite"
        tree = {"tree": grown} if grew else {}
        return json.loads(run_python(COMPLETE, path, json.dumps(asked), **tree))

    return make


def spoil(path, study):
    with closing(sqlite3.connect(path)) as db:
        one = "SELECT run FROM results JOIN cells ON cells.id = cell WHERE study = ? LIMIT 1"
        db.execute(f"UPDATE results SET seed = 5 WHERE run = ({one})", [study])
        db.commit()


def test_a_hyperparameter_number_or_series_that_is_declared_later_gets_its_column_and_voids_nothing(
    tmp_path, complete
):
    assert complete(OURS, grew=False) == [["alone", "some"], []]
    assert complete(OURS, grew=True) == [[], []]
    with closing(sqlite3.connect(tmp_path / "evidence.sqlite")) as db:
        for table, column in (
            ("cells", "zeal"),
            ("cells", "stripes"),
            ("cells", "aloof"),
            ("results", "an_end"),
            ("curves", "a_point"),
            ("path", "x_place"),
        ):
            assert db.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall() in (
                [(None,)],
                [],
            )
    assert complete(OURS | ADDED, grew=True) == [["herd", "striped"], []]


def test_what_only_other_code_declares_stays_and_counts_again(complete):
    """As on a branch where it isn't there yet."""
    complete(OURS | ADDED, grew=True)

    assert complete(OURS, grew=False) == [[], []]
    assert complete(OURS | ADDED, grew=True) == [[], []]


@pytest.mark.parametrize("grew", [False, True])
def test_a_repair_keeps_what_other_code_has_declared_or_not_yet(tmp_path, complete, grew):
    """The new file has its columns in another order than one that was extended bit by bit."""
    complete(OURS, grew=False)
    complete(OURS | ADDED, grew=True)
    spoil(tmp_path / "evidence.sqlite", "alone")

    lacked, (note,) = complete(OURS, grew=grew)

    assert lacked == ["alone"]
    assert "7 whole parts of it were carried over" in note
    assert complete(OURS | ADDED, grew=True) == [[], []]
