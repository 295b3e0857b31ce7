"""A guess is right or wrong by the evidence, and by nothing that is written down."""

import re

import pytest

from wd.report.publish import CONTENT
from wd.report.read.guesses import GUESSES
from wd.report.read.readings import Missing
from wd.report.tell.guesses import pose

GUESSES.load(CONTENT)

CHAPTER = {"implementation": "scratch", "weight_decay": [0, 3], "seeds": 5}
REFERENCE = {"implementation": "constant", "seeds": 5}
PEAK = {
    "implementation": "ridge",
    "n_features": 100,
    "n_train": [20, 100, 300],
    "weight_decay": [0, 0.1],
    "seeds": 5,
}


@pytest.mark.parametrize(("norm", "right"), [(1.0, 0), (14.0, 1), (60.0, 2)])
def test_how_long_the_undecayed_weights_are_is_compared_with_their_start(invent, norm, right):
    """The start's length is √200."""
    readings = invent({"chapter": CHAPTER}, lambda setting, seed: (0.1, 90.0, norm, 0.0))

    assert GUESSES["undecayed_norm"](readings) == right


@pytest.mark.parametrize(("loss", "right"), [(0.5, 0), (1.05, 1), (7.0, 2)])
def test_the_run_is_compared_with_the_constant(invent, loss, right):
    def value(setting, seed):
        run = setting.implementation == "scratch"
        return 0.1, (loss if run else 1.0) * (1 + seed), 0.3, 0.0

    readings = invent({"chapter": CHAPTER, "reference": REFERENCE}, value)

    assert GUESSES["against_a_constant"](readings) == right


@pytest.mark.parametrize(("n_train", "right"), [(20, 0), (100, 1), (300, 2)])
def test_decay_helps_where_it_lowers_the_loss_by_the_largest_factor(invent, n_train, right):
    def value(setting, seed):
        helped = setting.weight_decay and setting.n_train == n_train
        return 0.1, (0.25 if helped else 1.0) * (1 + seed), 0.3, 0.0

    readings = invent({"peak": PEAK}, value)

    assert GUESSES["where_decay_helps"](readings) == right


def test_a_guess_without_its_study_says_which_is_missing(invent):
    readings = invent({"mine": CHAPTER})

    for name in GUESSES:
        with pytest.raises(Missing):
            GUESSES[name](readings)


def test_one_choice_is_marked_and_the_answer_is_folded(invent, labels):
    readings = invent({"chapter": CHAPTER}, lambda setting, seed: (0.1, 90.0, 14.0, 0.0))

    posed = pose("undecayed_norm", readings, labels, "What the runs say.")

    choices = re.findall(r"<label.*?</label>", posed)
    assert [("guess__right" in choice) for choice in choices] == [False, True, False]
    assert posed.index("<details") < posed.index("What the runs say.") < posed.index("</details>")


def test_every_guess_has_its_words(labels):
    assert set(labels.table("guess")) == set(GUESSES)
    for name in GUESSES:
        assert labels("guess", name, "question")
        assert len(labels.table("guess", name, "choices")) >= 2


def test_every_choice_has_its_reason_as_with_other_evidence_it_would_be_wrong(labels):
    for name in GUESSES:
        assert (
            labels.table("guess", name, "why").keys()
            == labels.table("guess", name, "choices").keys()
        )


def test_a_page_tells_why_the_wrong_choices_are_wrong_and_nothing_of_the_right_one(invent, labels):
    readings = invent({"chapter": CHAPTER}, lambda setting, seed: (0.1, 90.0, 14.0, 0.0))

    posed = pose("undecayed_norm", readings, labels, "What the runs say.")

    choices = re.findall(r"<label.*?</label>", posed)
    assert [("guess__why" in choice) for choice in choices] == [True, False, True]
