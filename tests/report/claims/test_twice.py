"""Hard constraint, penalty and closed form: each claim can fail."""

import pytest

ONE = "WHERE topic = 'same_thing' AND seed = 0"

CHANGES = {
    "hard-soft-and-closed-form-agree": f"UPDATE facts SET value = 1e-7 {ONE}"
    " AND scope = 'theta_0.5' AND name = 'penalty_closed'",
    "optimality-conditions-are-met": f"UPDATE facts SET value = 1e-6 {ONE}"
    " AND scope = 'tall_theta_0.9' AND name = 'projected_stationarity'",
    # λ and not λ/2 stands before the penalty
    "price-can-be-read-off-the-solution": f"UPDATE facts SET value = 0.5 {ONE}"
    " AND scope = 'theta_0.1' AND name = 'multiplier_error'",
    "same-curve-from-both-sides": "UPDATE measures SET value = 2 * value WHERE name = 'multiplier'",
    # descent ends at the closed form wherever it starts
    "inactive-bound-same-loss-other-weights": "UPDATE facts SET value = 0"
    " WHERE topic = 'same_thing' AND scope = 'random_start' AND name = 'projected_closed'",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
