"""What the report reads is what the configuration asks for, whatever else the file holds."""

import numpy as np
import pytest

from wd import config
from wd.errors import EvidenceError
from wd.evidence.keys import plan
from wd.evidence.outcome import Outcome
from wd.evidence.schema import RUN_COLUMNS
from wd.evidence.store import Evidence
from wd.report.read import arrays
from wd.report.read import readings as module
from wd.report.read.readings import Missing, Readings, spread

CHAPTER = {"weight_decay": [0, 3], "seeds": 4, "curves_every": 50}


def test_a_cell_holds_the_numbers_of_all_its_seeds(invent):
    cell = invent({"chapter": CHAPTER}).cell("chapter", weight_decay=3)

    assert cell.seeds.tolist() == [0, 1, 2, 3]
    assert cell["w_norm"] == pytest.approx([13 * (1 + seed / 10) / 4 for seed in range(4)])
    epochs, values = cell.curves("w_norm")
    assert epochs.tolist() == [0, 50, 100]
    assert values[:, -1].tolist() == cell["w_norm"].tolist()


def test_a_study_whose_reading_failed_halfway_is_read_whole_the_next_time(invent, monkeypatch):
    readings = invent({"chapter": CHAPTER})
    answers = iter([arrays.read_numbers])

    def fail(*asked):
        try:
            return next(answers)(*asked)
        except StopIteration:
            raise EvidenceError("the disk is gone") from None

    monkeypatch.setattr(module, "read_numbers", fail)
    with pytest.raises(EvidenceError, match="the disk is gone"):
        readings.cells("chapter")
    monkeypatch.undo()

    assert len(readings.cells("chapter")) == 2


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
    assert epochs.tolist() == [0, 50, 100]
    assert values[:, -1].tolist() == norms
    assert len({*cell.runs}) == 2


def test_measures_come_in_the_order_of_the_seeds_that_are_asked_for(invent, amend):
    before = invent({"chapter": CHAPTER})
    amend(before, "INSERT INTO measures SELECT run, 'leftover', seed / 2.0 FROM results")
    wanted = config.parse({"study": {"chapter": CHAPTER | {"seeds": [3, 0]}}})

    with Evidence(before.evidence.path, checked=True) as opened:
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


@pytest.mark.parametrize(("recorded", "kind"), [({}, "measure"), ({0: 1.0, 1: "NULL"}, "overflow")])
def test_what_was_not_measured_is_told_from_what_is_not_finite(invent, amend, recorded, kind):
    readings = invent({"chapter": {"seeds": 2}})
    amend(
        readings,
        *(
            f"INSERT INTO measures SELECT run, 'x', {value} FROM results WHERE seed = {seed}"
            for seed, value in recorded.items()
        ),
    )

    with pytest.raises(Missing) as missing:
        readings.cell("chapter").measure("x")
    assert missing.value.args == (kind, {"study": "chapter", "measure": "x"})


def test_evidence_that_is_not_complete_is_refused_with_what_to_do(invent):
    before = invent({"chapter": CHAPTER})
    wanted = config.parse({"study": {"chapter": CHAPTER | {"seeds": 5}}})

    with pytest.raises(EvidenceError, match=r"'chapter' isn't complete.*\nRun: invoke run"):
        Readings(wanted, before.evidence)


def test_the_runs_of_another_device_are_not_listed_beside_those_shown(invent):
    readings = invent({"chapter": {"seeds": 2}})
    with Evidence(readings.evidence.path, writable=True) as store:
        (cell,) = plan(readings.config.studies[0])
        store.append(cell, "cuda", [Outcome(seed, (1.0,) * len(RUN_COLUMNS)) for seed in (0, 1)])

    shown = Readings(readings.config, readings.evidence).list_runs()

    assert readings.evidence.rows("SELECT count(*) FROM results") == [(4,)]
    assert shown == set(readings.list_runs())
    assert len(shown) == 2
