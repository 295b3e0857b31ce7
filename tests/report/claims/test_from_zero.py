"""Two clocks, and the bias spared or decayed: each claim can fail."""

import pytest

RUNS = "run IN (SELECT run FROM runs WHERE study = '{}' AND weight_decay = {}"
ZERO = RUNS.format("zero_start", 3) + ")"
BIAS = RUNS.format("bias", 3)

CHANGES = {
    # data that take part in the shrinking
    "norm-still-falls-at-the-end": "UPDATE curves SET w_norm = 0.9 * w_norm WHERE epoch = 100 AND "
    + RUNS.format("chapter", 3)
    + " AND implementation = 'scratch')",
    "from-zero-the-norm-settles-early": "UPDATE curves SET w_norm = 2 * w_norm"
    f" WHERE epoch = 25 AND {ZERO}",
    "from-zero-the-decay-hardly-matters": "UPDATE results SET test_loss = 1.2 * test_loss"
    f" WHERE {ZERO}",
    "from-zero-the-decay-shrinks-the-norm": "UPDATE results SET w_norm = 0.8 * w_norm"
    f" WHERE {ZERO}",
    "converged-run-reaches-the-optimum": "UPDATE results SET test_loss = 1.1 * test_loss"
    f" WHERE {BIAS} AND epochs = 1500 AND bias_decay = 0)",
    "sparing-the-bias-matters-little-once-converged": "UPDATE results"
    f" SET test_loss = 1.3 * test_loss WHERE {BIAS} AND epochs = 1500 AND bias_decay = 1)",
    # a bias whose decay is forgotten
    "sparing-the-bias-matters-in-the-run": "UPDATE results SET b = 20 * b"
    f" WHERE {BIAS} AND epochs = 100 AND bias_decay = 1)",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
