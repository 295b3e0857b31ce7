"""Hard constraint, penalty and closed form: each claim can fail."""

import pytest

ONE = (
    "WHERE run IN (SELECT run FROM same_thing WHERE seed = 0 AND study = '{}' AND theta_share = {})"
)
WIDE, TALL = (ONE.format(study, "{}") for study in ("same_thing", "same_thing_tall"))

CHANGES = {
    "hard-soft-and-closed-form-agree": "UPDATE measures SET value = 1e-7"
    f" {WIDE.format(0.5)} AND name = 'penalty_closed'",
    "optimality-conditions-are-met": "UPDATE measures SET value = 1e-6"
    f" {TALL.format(0.9)} AND name = 'projected_stationarity'",
    # λ and not λ/2 stands before the penalty
    "price-can-be-read-off-the-solution": "UPDATE measures SET value = 0.5"
    f" {WIDE.format(0.1)} AND name = 'multiplier_error'",
    "same-curve-from-both-sides": "UPDATE measures SET value = 2 * value WHERE name = 'multiplier'",
    # descent ends at the closed form wherever it starts
    "inactive-bound-same-loss-other-weights": "UPDATE measures SET value = 0"
    " WHERE run IN (SELECT run FROM random_start) AND name = 'projected_closed'",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
