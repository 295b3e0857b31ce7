"""Runs and optima against the best constant: each claim can fail."""

import pytest

RUNS = "run IN (SELECT run FROM runs WHERE study = '{}' AND implementation = '{}'"
SCRATCH = RUNS.format("chapter", "scratch") + " AND weight_decay = 3)"
RIDGE = RUNS.format("reference", "ridge")
SWEEP = RUNS.format("sweep", "scratch")

CHANGES = {
    "decay-lowers-the-test-loss-of-the-run": "UPDATE results SET test_loss = 200 * test_loss"
    f" WHERE {SCRATCH}",
    "decayed-run-is-worse-than-a-constant": "UPDATE results SET test_loss = 0.1 * test_loss"
    f" WHERE {SCRATCH}",
    "exact-ridge-beats-the-constant-a-little": "UPDATE results SET test_loss = 1.2 * test_loss"
    f" WHERE {RIDGE} AND weight_decay = 0.5)",
    "no-decay-rescues-the-run": "UPDATE results SET test_loss = 0.9 * test_loss"
    f" WHERE {SWEEP} AND weight_decay = 40)",
    "optimum-hardly-notices-the-decay": "UPDATE results SET test_loss = 1.1 * test_loss"
    f" WHERE {RIDGE} AND weight_decay = 3)",
    "more-decay-smaller-norm": "UPDATE results SET w_norm = 2 * w_norm"
    f" WHERE {SWEEP} AND weight_decay = 9)",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
