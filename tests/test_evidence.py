"""What is there is not trained again, what has changed is, and no stop leaves half a truth."""

import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from wd import config
from wd.config import HYPERPARAMETERS, IMPLEMENTATIONS
from wd.errors import EvidenceError
from wd.evidence import keys
from wd.evidence.keys import code_digest, plan
from wd.evidence.store import RUN_COLUMNS, Evidence, Outcome, pending

ROOT = Path(__file__).parents[1]
VALUES = (0.5, 1.5, 13.0, 0.05)


def parse(**studies):
    return config.parse({"study": studies})


def cells(**table):
    return plan(parse(a=table).studies[0])


def key(study):
    (cell,) = plan(study)
    return cell.key


@pytest.fixture
def store(tmp_path):
    with Evidence(tmp_path / "evidence.sqlite", writable=True) as opened:
        yield opened


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A copy of the lab whose code a test may change: call it with module, pattern and text."""
    shutil.copytree(ROOT / "wd/lab", tmp_path / "wd/lab")
    monkeypatch.setattr(keys, "_LAB", tmp_path / "wd/lab")
    forget()

    def change(module, pattern, text):
        (path,) = (tmp_path / "wd/lab").rglob(f"{module}.py")
        code, found = re.subn(pattern, text, path.read_text(encoding="utf-8"))
        assert found
        path.write_text(code, encoding="utf-8")
        forget()

    yield change
    forget()


def forget():
    code_digest.cache_clear()
    keys._read_module.cache_clear()


# The key of a cell

OTHER = {"batch_order": 1, "dtype": "float64", "n_train": 21, "batch_size": 4}


@pytest.mark.parametrize(
    ("implementation", "name"),
    [(each, name) for each, read in IMPLEMENTATIONS.items() for name in read],
)
def test_every_hyperparameter_that_is_read_is_part_of_the_key(implementation, name):
    (study,) = parse(a={"implementation": implementation}).studies
    (setting,) = study.settings
    other = OTHER[name] if name in OTHER else getattr(setting, name) + 1

    changed = replace(study, settings=(replace(setting, **{name: other}),))

    assert key(changed) != key(study)


def test_the_same_cell_has_the_same_key_in_every_study_and_with_every_seed():
    one, two = parse(a={"seeds": 3}, b={"seeds": [7]}).studies

    assert key(one) == key(two)


@pytest.mark.parametrize("changed", [{"curves_every": 5}, {"decompose": True}])
def test_what_is_recorded_besides_the_end_is_part_of_the_key(changed):
    (plain,), (other,) = cells(), cells(**changed)

    assert plain.key != other.key


def test_the_spacing_of_curves_is_part_of_the_key():
    (five,), (ten,) = cells(curves_every=5), cells(curves_every=10)

    assert five.key != ten.key


def test_another_torch_makes_another_key(monkeypatch):
    (before,) = cells()
    monkeypatch.setattr(keys, "torch_version", lambda: "99.0")
    (after,) = cells()

    assert before.key != after.key


AFFECTED = {
    "scratch": {"scratch", "projected"},
    "concise": {"concise"},
    "projected": {"projected"},
    "ridge": {"ridge", "constrained", "projected"},
    "constant": {"constant"},
    "data": set(IMPLEMENTATIONS),
    "objective": set(IMPLEMENTATIONS),
    "matrix": {"scratch", "concise", "projected"},
    "exact": {"ridge", "constrained", "constant"},
    "experiment": set(),
}


@pytest.mark.parametrize("module", AFFECTED)
def test_changed_code_makes_other_keys_for_what_it_computes_and_for_nothing_else(lab, module):
    before = {name: code_digest(name) for name in IMPLEMENTATIONS}
    lab(module, r"\Z", "\nCHANGED = 1\n")
    after = {name: code_digest(name) for name in IMPLEMENTATIONS}

    changed = {name for name in IMPLEMENTATIONS if before[name] != after[name]}
    assert changed == AFFECTED[module]


def test_changed_measures_make_other_keys_only_where_runs_are_decomposed(lab):
    before = [cells(decompose=decompose)[0].key for decompose in (False, True)]
    lab("prediction", r"\Z", "\nCHANGED = 1\n")
    after = [cells(decompose=decompose)[0].key for decompose in (False, True)]

    assert before[0] == after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize("module", ["scratch", "data", "objective", "matrix"])
def test_a_better_comment_or_docstring_trains_nothing(lab, module):
    before = code_digest("scratch")
    lab(module, r'"""(?=[A-Z])', '"""Said better: ')
    lab(module, r"\nimport torch\n", "\n\n# A comment.\nimport torch  # and another\n\n")

    assert code_digest("scratch") == before


# Appending


def test_what_was_appended_can_be_read_with_its_setting(store):
    (cell,) = cells(weight_decay=3, n_train=23)
    curve = [(5, 1.0, 2.0, 3.0), (10, 0.5, 1.5, 2.5)]
    store.append(cell, "cpu", [Outcome(7, VALUES, curve, {"leftover": 0.25})])

    names = (
        "study",
        "implementation",
        "weight_decay",
        "n_train",
        "theta",
        "seed",
        "device",
        "status",
    )
    (row,) = store.rows(f"SELECT {', '.join(names)} FROM runs")
    assert row == ("a", "scratch", 3.0, 23, None, 7, "cpu", "ok")
    assert store.rows("SELECT train_loss, test_loss, w_norm, b FROM runs") == [VALUES]
    assert [row[1:] for row in store.rows("SELECT * FROM curves ORDER BY epoch")] == curve
    assert store.rows("SELECT name, value FROM measures") == [("leftover", 0.25)]


def test_every_hyperparameter_is_a_column_of_the_runs(store):
    columns = {name for (name,) in store.rows("SELECT name FROM pragma_table_info('runs')")}

    assert set(HYPERPARAMETERS) <= columns
    assert {"study", "seed", "device", "torch", "status", *RUN_COLUMNS} <= columns


def test_an_append_that_fails_leaves_nothing_of_itself(store):
    one, two = cells(weight_decay=[1, 3])
    store.append(one, "cpu", [Outcome(0, VALUES)])

    for cell in (one, two):
        with pytest.raises(EvidenceError, match="can't be written"):
            store.append(
                cell,
                "cpu",
                [Outcome(1, VALUES, [(5, 1.0, 1.0, 1.0)]), Outcome(2, VALUES), Outcome(1, VALUES)],
            )

    assert store.rows("SELECT weight_decay, seed FROM runs") == [(1.0, 0)]
    assert store.rows("SELECT count(*) FROM curves") == [(0,)]
    assert store.rows("SELECT count(*) FROM cells") == [(1,)]


def test_a_generator_that_breaks_off_leaves_nothing(store):
    (cell,) = cells()

    def outcomes():
        yield Outcome(0, VALUES)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.append(cell, "cpu", outcomes())
    assert store.rows("SELECT count(*) FROM results") == [(0,)]


def test_a_run_that_diverged_has_a_status_and_no_numbers(store):
    """Its curve keeps what was finite; infinity and NaN are both absent."""
    (cell,) = cells()
    curve = [(1, 2.0, 3.0, 1e30), (2, math.inf, math.nan, math.inf)]
    store.append(cell, "cpu", [Outcome(0, None, curve)])

    columns = "status, train_loss, test_loss, w_norm, b"
    assert store.rows(f"SELECT {columns} FROM runs") == [("diverged", None, None, None, None)]
    assert [row[1:] for row in store.rows("SELECT * FROM curves ORDER BY epoch")] == [
        (1, 2.0, 3.0, 1e30),
        (2, None, None, None),
    ]


# What is missing


def test_a_cell_is_complete_on_any_one_device_but_not_on_two_halves(store):
    (cell,) = cells(seeds=2)
    store.append(cell, "cuda", [Outcome(0, VALUES)])
    store.append(cell, "cpu", [Outcome(1, VALUES)])
    assert store.complete(cell, (0, 1)) is None

    store.append(cell, "cuda", [Outcome(1, VALUES)])
    found = store.complete(cell, (0, 1))

    assert store.rows("SELECT device FROM cells WHERE id = ?", [found]) == [("cuda",)]
    assert store.missing(cell, (0, 1, 2), "cpu") == (0, 2)


def test_runs_of_another_device_count_unless_a_device_is_asked_for(store):
    wanted = parse(a={"weight_decay": [0, 3], "seeds": 2})
    done, other = plan(wanted.studies[0])
    store.append(done, "cuda", [Outcome(seed, VALUES) for seed in (0, 1)])
    store.append(other, "cpu", [Outcome(0, VALUES)])

    assert pending(wanted, store) == {other: (0, 1)}
    assert pending(wanted, store, "cpu") == {other: (1,)}
    assert pending(wanted, store, "cpu", anywhere=False) == {done: (0, 1), other: (1,)}


def test_an_exact_solution_is_made_on_the_cpu_whatever_trains(store):
    wanted = parse(a={"implementation": "ridge", "seeds": 1})
    store.append(plan(wanted.studies[0])[0], "cpu", [Outcome(0, VALUES)])

    assert pending(wanted, store, "cuda", anywhere=False) == {}


def test_what_was_opened_to_read_cannot_be_written(store):
    with Evidence(store.path) as opened, pytest.raises(EvidenceError, match="can't be written"):
        opened.record("provenance", [("commit", "abc")])


def test_a_query_that_sqlite_refuses_is_an_error_of_ours(store):
    with pytest.raises(EvidenceError, match="no such table"):
        store.rows("SELECT * FROM nonsense")


# A copy


def test_a_copy_has_what_the_file_has_but_for_what_is_changed(store, tmp_path):
    """With all that belongs to what is deleted, and the file itself stays as it is."""
    for cell in cells(weight_decay=[0, 3]):
        store.append(cell, "cpu", [Outcome(0, VALUES, [(5, 1.0, 1.0, 1.0)], {"leftover": 1.0})])
    before = store.path.read_bytes()

    store.copy(tmp_path / "copy.sqlite", ("DELETE FROM cells WHERE weight_decay = ?", 0))

    with Evidence(tmp_path / "copy.sqlite") as copy:
        assert copy.rows("SELECT run, weight_decay FROM runs") == [(2, 3.0)]
        for table in ("cells", "results", "curves", "measures"):
            assert copy.rows(f"SELECT count(*) FROM {table}") == [(1,)], table
    assert store.path.read_bytes() == before


def test_nothing_is_left_in_a_copy_of_what_was_deleted(store, tmp_path):
    store.record("provenance", [("commit", "a secret"), ("device", "cpu")])

    store.copy(tmp_path / "copy.sqlite", ("DELETE FROM provenance WHERE name = 'commit'",))

    assert b"a secret" in store.path.read_bytes()
    assert b"a secret" not in (tmp_path / "copy.sqlite").read_bytes()
