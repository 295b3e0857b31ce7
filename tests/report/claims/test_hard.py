"""The hard constraint over θ: each claim can fail."""

import pytest

EXACT = "SELECT run FROM runs WHERE study = 'hard' AND implementation = 'constrained'"
PROJECTED = "SELECT run FROM runs WHERE study = 'hard' AND implementation = 'projected'"

CHANGES = {
    # the projection comes before the step, not after it
    "norm-reaches-the-bound": "UPDATE results SET w_norm = 1.00001 * w_norm"
    f" WHERE run IN ({PROJECTED} AND theta = 0.0001)",
    # a single data set in which a smaller bound fits better
    "smaller-bound-larger-training-loss": "UPDATE results SET train_loss = 2 * train_loss"
    f" WHERE run = ({EXACT} AND theta = 0.0002 AND seed = 7)",
    "smaller-bound-narrower-gap": "UPDATE results SET test_loss = 2 * test_loss"
    f" WHERE run IN ({EXACT} AND theta = 0.0001)",
    "bound-on-new-data-goes-either-way": "UPDATE results SET test_loss = 1.2 * test_loss"
    f" WHERE run IN ({EXACT} AND theta < 0.004)",
    # the run ends at a shorter solution
    "inactive-bound-leaves-the-start": "UPDATE results SET w_norm = 0.5 * w_norm"
    f" WHERE run = ({PROJECTED} AND theta = 10 AND seed = 7)",
    "inactive-bound-same-fit-other-test-loss": "UPDATE results SET test_loss = 0.01"
    f" WHERE run IN ({PROJECTED} AND theta = 100)",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
