"""What the report reads is what the configuration asks for, whatever else the file holds."""

import numpy as np
import pytest

from wd import config
from wd.errors import EvidenceError
from wd.evidence.keys import check_key, plan
from wd.evidence.store import Evidence, Outcome
from wd.report.read.readings import Missing, Readings, spread

CHAPTER = {"weight_decay": [0, 3], "seeds": 4, "curves_every": 50}


def test_a_cell_holds_the_numbers_of_all_its_seeds(invent):
    cell = invent({"chapter": CHAPTER}).cell("chapter", weight_decay=3)

    assert cell.seeds.tolist() == [0, 1, 2, 3]
    assert cell["w_norm"] == pytest.approx([13 * (1 + seed / 10) / 4 for seed in range(4)])
    epochs, values = cell.curves("w_norm")
    assert epochs.tolist() == [50, 100]
    assert values[:, 1].tolist() == cell["w_norm"].tolist()


@pytest.mark.parametrize("seeds", [2, [3, 1]])
def test_seeds_that_are_no_longer_asked_for_play_no_part(invent, seeds):
    """The file keeps them; curves and measures of other seeds must not slip in."""
    before = invent({"chapter": CHAPTER})
    wanted = config.parse({"study": {"chapter": CHAPTER | {"seeds": seeds}}})

    cell = Readings(wanted, before.evidence).cell("chapter", weight_decay=0)

    expected = sorted(wanted.studies[0].seeds)
    assert cell.seeds.tolist() == expected
    norms = before.cell("chapter", weight_decay=0)["w_norm"][expected].tolist()
    assert cell["w_norm"].tolist() == norms
    epochs, values = cell.curves("w_norm")
    assert epochs.tolist() == [50, 100]
    assert values[:, 1].tolist() == norms
    assert len(cell.list_runs()) == 2


def test_measures_come_in_the_order_of_the_seeds_that_are_asked_for(invent):
    before = invent({"chapter": CHAPTER})
    db_rows = before.evidence.rows("SELECT run, seed FROM results")
    path = before.evidence.path
    with Evidence(path, writable=True) as store:
        store.record("measures", [(run, "leftover", seed / 2) for run, seed in db_rows])
    wanted = config.parse({"study": {"chapter": CHAPTER | {"seeds": [3, 0]}}})

    with Evidence(path) as opened:
        cell = Readings(wanted, opened).cell("chapter", weight_decay=0)
        assert cell.measure("leftover").tolist() == [0.0, 1.5]
        with pytest.raises(Missing):
            cell.measure("nonsense")


def test_a_run_that_diverged_has_no_number_anywhere(invent):
    """Not even the finite beginning of its curve, which would pull the median."""
    readings = invent({"chapter": CHAPTER}, lambda _, seed: None if seed == 2 else (1.0,) * 4)
    cell = readings.cell("chapter", weight_decay=0)

    assert cell.diverged.tolist() == [False, False, True, False]
    assert np.isnan(cell["test_loss"]).tolist() == cell.diverged.tolist()
    assert np.isnan(cell.curves("w_norm")[1]).all(axis=1).tolist() == cell.diverged.tolist()
    assert spread(cell["w_norm"]) == (1.0, 1.0, 1.0)


def test_the_spread_is_the_median_and_the_middle_nine_tenths():
    middle, low, high = spread(np.array([*range(101), np.nan, np.inf]))

    assert (middle, low, high) == (50, 5, 95)
    assert np.isnan(spread(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("study", "wanted", "kind", "details"),
    [
        ("sweep", {}, "study", {"study": "sweep"}),
        (
            "chapter",
            {"weight_decay": 7},
            "setting",
            {"study": "chapter", "setting": "weight_decay = 7"},
        ),
        (
            "chapter",
            {"weight_decay": 3, "implementation": "concise"},
            "setting",
            {"study": "chapter", "setting": 'implementation = "concise"'},
        ),
    ],
)
def test_what_this_build_has_not_is_missing_and_no_error(invent, study, wanted, kind, details):
    """Only what is lacking is named, as a configuration would write it."""
    with pytest.raises(Missing) as missing:
        invent({"chapter": CHAPTER}).cells(study, **wanted)
    assert (missing.value.kind, missing.value.details) == (kind, details)


def test_a_study_with_another_grid_than_the_published_is_missing_too(invent):
    """Two lr: which of the two cells would be meant?"""
    readings = invent({"chapter": CHAPTER | {"lr": [0.003, 0.01]}})

    assert len(readings.cells("chapter", weight_decay=3)) == 2
    with pytest.raises(Missing) as missing:
        readings.cell("chapter", weight_decay=3)
    assert missing.value.args == ("several", {"study": "chapter", "varying": "lr"})


def test_a_study_without_curves_says_so(invent):
    cell = invent({"chapter": {"seeds": 1}}).cell("chapter")

    with pytest.raises(Missing) as missing:
        cell.curves("w_norm")
    assert missing.value.args == ("curves", {"study": "chapter"})


@pytest.mark.parametrize(
    ("recorded", "kind"), [({}, "measure"), ({0: 1.0, 1: float("nan")}, "overflow")]
)
def test_what_was_not_measured_is_told_from_what_is_not_finite(invent, recorded, kind):
    readings = invent({"chapter": {"seeds": 2}})
    rows = readings.evidence.rows("SELECT run, seed FROM results")
    with Evidence(readings.evidence.path, writable=True) as store:
        store.record("measures", [(run, "x", recorded[seed]) for run, seed in rows if recorded])

    with pytest.raises(Missing) as missing:
        readings.cell("chapter").measure("x")
    assert missing.value.args == (kind, {"study": "chapter", "measure": "x"})


def test_evidence_that_is_not_complete_is_refused_with_what_to_do(invent):
    before = invent({"chapter": CHAPTER})
    wanted = config.parse({"study": {"chapter": CHAPTER | {"seeds": 5}}})

    with pytest.raises(EvidenceError, match=r"'chapter' isn't complete.*\nRun: invoke run"):
        Readings(wanted, before.evidence)


CHECKS = {"checks": {"decay_alone": 1}}


@pytest.fixture
def record_check(invent):
    """A function that puts a fact of the check `decay_alone` with some key into the evidence."""

    def record(key):
        evidence = invent({"mine": {"seeds": 1}}).evidence
        wanted = config.parse({"study": {"mine": {"seeds": 1}}} | CHECKS)
        with Evidence(evidence.path, writable=True) as store:
            key = check_key(wanted, "decay_alone") if key is None else key
            store.record("facts", [("decay_alone", key, "0.5", "step_01", 0, 0.5)])
        return wanted, evidence

    return record


def test_a_check_is_read_where_it_is_asked_for_and_up_to_date(record_check):
    wanted, evidence = record_check(None)
    readings = Readings(wanted, evidence)

    assert readings.scopes("decay_alone") == ["0.5"]
    assert readings.fact("decay_alone", "0.5", "step_01").tolist() == [0.5]
    for topic, scope, kind in [("one_step", "0.5", "check"), ("decay_alone", "7", "case")]:
        with pytest.raises(Missing) as missing:
            readings.fact(topic, scope, "step_01")
        assert missing.value.kind == kind


@pytest.mark.parametrize("key", ["another", ""])
def test_facts_of_other_code_are_refused_with_what_to_do(record_check, key):
    """As runs are: nothing stale is told."""
    wanted, evidence = record_check(key)

    with pytest.raises(EvidenceError, match=r"check 'decay_alone' isn't there.*\nRun: invoke run"):
        Readings(wanted, evidence)


def test_arrays_of_other_code_are_refused_with_what_to_do(invent):
    """A study with two features and one seed stands on a surface that is recorded beside it."""
    portrait = {"implementation": "ridge", "n_features": 2, "n_train": 8, "seeds": 1}

    with pytest.raises(EvidenceError, match=r"study 'portrait' records beside.*\nRun: invoke run"):
        invent({"portrait": portrait})


def test_the_runs_of_another_device_are_not_listed_beside_those_shown(invent):
    readings = invent({"chapter": {"seeds": 2}})
    with Evidence(readings.evidence.path, writable=True) as store:
        (cell,) = plan(readings.config.studies[0])
        store.append(cell, "cuda", [Outcome(seed, (1.0,) * 4) for seed in (0, 1)])

    shown = Readings(readings.config, readings.evidence).list_runs()

    assert readings.evidence.rows("SELECT count(*) FROM results") == [(4,)]
    assert shown == set(readings.list_runs())
    assert len(shown) == 2
