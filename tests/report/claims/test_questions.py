"""Each claim among the answers to readers' questions holds, and can fail."""

import pytest


def test_stopping_early_does_not_help_here_can_fail(judge):
    """A better epoch on the way refutes it."""
    assert judge("stopping-early-does-not-help-here").holds
    better = (
        "UPDATE curves SET test_loss = 0.5 * test_loss WHERE epoch = 50 AND run IN"
        " (SELECT run FROM runs WHERE study = 'zero_start' AND weight_decay = 0)"
    )
    assert not judge("stopping-early-does-not-help-here", better).holds


SCALE = (
    "UPDATE results SET test_loss = {factor} * test_loss WHERE run IN"
    " (SELECT run FROM runs WHERE {where})"
)


@pytest.mark.parametrize(
    ("name", "factor", "where"),
    [
        ("more-data-help-where-decay-does-not", 3, "study = 'size' AND n_train = 160"),
        ("more-data-help-where-decay-does-not", 0.5, "study = 'zero_start' AND weight_decay = 1"),
        ("more-data-cannot-erase-the-start", 0.01, "study = 'size' AND n_train = 160"),
        (
            "more-data-cannot-erase-the-start",
            100,
            "study = 'chapter' AND implementation = 'scratch' AND weight_decay = 3",
        ),
    ],
)
def test_a_claim_about_other_cures_can_fail(judge, name, factor, where):
    """Other losses in the evidence turn it false."""
    assert judge(name).holds
    assert not judge(name, SCALE.format(factor=factor, where=where)).holds
