"""What widgets let a reader find: each claim can fail."""

import pytest

CHANGES = {
    # the test loss falls to the end
    "a-little-decay-helps-in-the-picture": "UPDATE results SET test_loss = 1 / (1 + run) WHERE run"
    " IN (SELECT run FROM runs WHERE study = 'portrait')",
    # halfway the row space still moves
    "row-space-rests-first": "UPDATE curves SET w_norm = 1.05 * w_norm WHERE epoch = 50 AND run"
    " IN (SELECT run FROM runs WHERE study = 'chapter')",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
