"""Each claim about the two programs and their conventions holds, and can fail."""

import pytest

SCALE = (
    "UPDATE results SET {column} = {factor} * {column} WHERE run IN (SELECT run FROM runs"
    " WHERE study = '{study}' AND weight_decay = {decay})"
)


@pytest.mark.parametrize("column", ["w_norm", "b", "train_loss", "test_loss"])
def test_matched_programs_agree_can_fail(judge, column):
    """A thousandth in any recorded number is more than rounding."""
    assert judge("matched-programs-agree").holds
    wrong = SCALE.format(column=column, factor=1.001, study="matched", decay=6)
    assert not judge("matched-programs-agree", wrong).holds


def test_missing_half_hardly_moves_the_norm_can_fail(judge):
    """A norm moved by a tenth, or a training loss left where it was, refutes it."""
    name = "missing-half-hardly-moves-the-norm"
    assert judge(name).holds
    moved = SCALE.format(column="w_norm", factor=1.1, study="unmatched_half", decay=3)
    unfit = SCALE.format(column="train_loss", factor=3, study="unmatched_half", decay=3)
    assert not judge(name, moved).holds
    assert not judge(name, unfit).holds


def test_random_bias_sets_the_programs_apart_can_fail(judge):
    """If the order had an effect of the bias's size, the bias wouldn't stand out."""
    name = "random-bias-sets-the-programs-apart"
    assert judge(name).holds
    order = SCALE.format(column="test_loss", factor=1.5, study="unmatched_order", decay=6)
    harmless = SCALE.format(column="test_loss", factor=0.4, study="unmatched_bias", decay=6)
    assert not judge(name, order).holds
    assert not judge(name, harmless).holds


def test_another_order_changes_little_can_fail(judge):
    """A change of a per cent isn't little, and no change at all isn't a change."""
    name = "another-order-changes-little"
    assert judge(name).holds
    much = SCALE.format(column="w_norm", factor=1.01, study="unmatched_order", decay=6)
    nothing = (
        "UPDATE results SET w_norm = (SELECT twin.w_norm FROM runs AS twin JOIN runs AS mine"
        " ON mine.run = results.run AND twin.seed = mine.seed WHERE twin.study = 'chapter'"
        " AND twin.implementation = 'scratch' AND twin.weight_decay = 3) WHERE run IN"
        " (SELECT run FROM runs WHERE study = 'unmatched_order' AND weight_decay = 6)"
    )
    assert not judge(name, much).holds
    assert not judge(name, nothing).holds


def test_plots_differ_by_the_half_and_the_bias_can_fail(judge):
    """Were the losses recorded as plotted, without the ½, the ratio would be 4."""
    name = "plots-differ-by-the-half-and-the-bias"
    assert judge(name).holds
    plotted = SCALE.format(
        column="test_loss", factor=2, study="chapter' AND implementation = 'concise", decay=0
    )
    assert not judge(name, plotted).holds


@pytest.mark.parametrize("convention", ["sgd_half_mse", "sgd_mse", "ridge", "adam_l2"])
def test_converted_decay_solves_the_same_problem_can_fail(judge, convention):
    """One library that ends a thousandth away on one data set refutes it."""
    name = "converted-decay-solves-the-same-problem"
    assert judge(name).holds
    wrong = (
        "UPDATE measures SET value = 0.001 WHERE name = 'distance' AND run IN"
        f" (SELECT run FROM conventions WHERE convention = '{convention}' AND seed = 2)"
    )
    assert not judge(name, wrong).holds


@pytest.mark.parametrize(("number", "value"), [("distance", 1e-9), ("own_distance", 0.1)])
def test_unconverted_decay_solves_another_problem_can_fail(judge, number, value):
    """It fails if the conversion made no difference, or the other problem isn't solved."""
    name = "unconverted-decay-solves-another-problem"
    assert judge(name).holds
    wrong = (
        f"UPDATE measures SET value = {value} WHERE name = '{number}' AND run IN"
        " (SELECT run FROM conventions WHERE convention = 'ridge_unconverted' AND seed = 0)"
    )
    assert not judge(name, wrong).holds


@pytest.mark.parametrize(("convention", "value"), [("adamw", 1e-9), ("adam_l2", 0.1)])
def test_adamw_solves_another_problem_can_fail(judge, convention, value):
    """It fails if AdamW finds the penalised optimum, or Adam with L2 doesn't."""
    name = "adamw-solves-another-problem"
    assert judge(name).holds
    wrong = (
        f"UPDATE measures SET value = {value} WHERE name = 'distance' AND run IN"
        f" (SELECT run FROM conventions WHERE convention = '{convention}' AND seed = 0)"
    )
    assert not judge(name, wrong).holds
