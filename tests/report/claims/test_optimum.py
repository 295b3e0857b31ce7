"""The optimum over λ: each claim can fail."""

import pytest

RIDGE = "SELECT run FROM runs WHERE study = 'reference' AND implementation = 'ridge'"

CHANGES = {
    # λ is forgotten in the penalty's pull
    "forces-cancel-at-the-optimum": "UPDATE measures SET value ="
    " (SELECT value FROM measures AS other WHERE other.run = measures.run"
    " AND other.name = 'optimum1') WHERE name = 'decay1'",
    # the bias is counted as well
    "degrees-of-freedom-fall": "UPDATE measures SET value = value + 1 WHERE name = 'effective_dof'",
    "decay-moves-the-fit-not-the-test-loss": "UPDATE results SET test_loss = 1.2 * test_loss"
    f" WHERE run IN ({RIDGE} AND weight_decay = 1)",
    "smaller-norm-is-not-a-better-model": "UPDATE results SET test_loss = 0.9 * test_loss"
    f" WHERE run IN ({RIDGE} AND weight_decay = 100)",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
