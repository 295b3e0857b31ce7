"""The soft constraint over λ: each claim can fail."""

import pytest

EXACT = "SELECT run FROM runs WHERE study = 'hard' AND implementation = 'constrained'"
RIDGE = "SELECT run FROM runs WHERE study = 'reference' AND implementation = 'ridge'"
STRONG = (
    "SELECT run FROM runs WHERE study = 'chapter_noise' AND implementation = 'ridge'"
    " AND noise_std = 0.01 AND weight_decay = 5000"
)

CHANGES = {
    # something decays the weights although λ = 0
    "no-weight-decay-no-effect": "UPDATE results SET w_norm = 0.999 * w_norm WHERE run IN"
    " (SELECT run FROM runs WHERE study = 'sweep' AND implementation = 'scratch'"
    " AND weight_decay = 0)",
    "every-bound-has-one-price": "UPDATE measures SET value = 0 WHERE name = 'multiplier'"
    f" AND run = ({EXACT} AND theta = 0.0001 AND seed = 7)",
    "more-weight-decay-smaller-weights": "UPDATE results SET w_norm = 1.1 * w_norm"
    f" WHERE run = ({RIDGE} AND weight_decay = 3 AND seed = 7)",
    # the half of the penalty is forgotten
    "half-the-price-is-the-slope": "UPDATE measures SET value = 0.5 * value"
    " WHERE name = 'multiplier'",
    "infinite-weight-decay-leaves-a-constant": "UPDATE results SET w_norm = 1.1 * w_norm"
    f" WHERE run IN ({STRONG})",
    "vanishing-weight-decay-picks-the-least-norm": "UPDATE measures SET value = 1e-6"
    " WHERE name = 'interpolator_distance'"
    " AND run IN (SELECT run FROM decay_limits WHERE weight_decay = 1e-8)",
    # the bias takes no part, so that descent does find the limit
    "descent-without-decay-finds-another-minimum": "UPDATE measures SET value = 1e-9"
    " WHERE name = 'descent_interpolator'",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
