"""Size of the training set, noise and the best λ: each claim can fail."""

import pytest

RUNS = "run IN (SELECT run FROM runs WHERE study = '{}' AND implementation = 'ridge'"
SIZES = RUNS.format("size_exact")
PEAK = RUNS.format("peak")
NOISE = RUNS.format("noise")

CHANGES = {
    "smaller-training-set-larger-test-loss": "UPDATE results SET test_loss = 0.5 * test_loss"
    f" WHERE {SIZES} AND n_train = 5)",
    "more-data-hurt-near-the-peak": "UPDATE results SET test_loss = 0.1 * test_loss"
    f" WHERE {SIZES} AND n_train = 200)",
    "right-decay-removes-the-peak": "UPDATE results SET test_loss = 10 * test_loss"
    f" WHERE {PEAK} AND n_train = 100 AND weight_decay = 0.005)",
    "noise-makes-the-peak-worse-than-a-constant": "UPDATE results SET test_loss = 2 * test_loss"
    f" WHERE {NOISE} AND noise_std = 0.3)",
    "more-noise-wants-more-decay": "UPDATE results SET test_loss = 0.01 * test_loss"
    f" WHERE {NOISE} AND noise_std = 0.3 AND weight_decay = 0.005)",
    "best-decay-is-predicted": "UPDATE measures SET value = 2 * value WHERE name = 'best'",
    "little-to-gain-with-few-examples": "UPDATE results SET test_loss = 0.8 * test_loss WHERE "
    + RUNS.format("chapter_noise")
    + " AND noise_std = 0.3)",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
