"""What the chapter's runs are made of: each claim can fail."""

import pytest

CELL = "run IN (SELECT run FROM runs WHERE study = 'chapter' AND implementation = '{}'"
UNDECAYED = CELL.format("scratch") + " AND weight_decay = 0)"
SCRATCH = CELL.format("scratch") + " AND weight_decay = 3)"
CONCISE = CELL.format("concise") + " AND weight_decay = 3)"

CHANGES = {
    # one run in which something else than the decay has moved the unseen part
    "null-space-follows-the-decay-alone": "UPDATE measures SET value = 4e-6"
    " WHERE name = 'null_error' AND run = (SELECT max(run) FROM runs WHERE study = 'chapter')",
    "undecayed-norm-is-the-start": f"UPDATE results SET w_norm = 1.02 * w_norm WHERE {UNDECAYED}",
    "undecayed-test-loss-is-the-start": "UPDATE measures SET value = value + 2"
    f" WHERE name = 'part_bias' AND {UNDECAYED}",
    "decayed-norm-is-mostly-the-start": "UPDATE measures SET value = 0.9 * value"
    f" WHERE name = 'null_norm' AND {SCRATCH}",
    # λ halved in the program: (1 − ηλ/2)^t is about √((1 − ηλ)^t), so six times as much is left
    "scratch-norm-is-predicted": f"UPDATE results SET w_norm = 6 * w_norm WHERE {SCRATCH}",
    "concise-norm-is-predicted-worse": "UPDATE measures SET value = (SELECT w_norm FROM results"
    f" WHERE results.run = measures.run) WHERE name = 'norm_predicted' AND {CONCISE}",
    "full-path-predicts-both-norms": "UPDATE measures SET value = 1.02 * value"
    f" WHERE name = 'path_norm' AND {CONCISE}",
    # the ½ of the loss forgotten
    "parts-add-up-to-the-measured-loss": "UPDATE results SET test_loss = 2 * test_loss"
    f" WHERE {SCRATCH}",
    "bias-error-dominates-concise": "UPDATE measures SET value = 0.1 * value"
    f" WHERE name = 'part_bias' AND {CONCISE}",
    "decayed-bias-ends-anywhere": f"UPDATE results SET b = abs(b) WHERE {SCRATCH}",
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_the_claim_holds_and_can_fail(judge, name, change):
    """True of the published evidence, false of evidence that says otherwise."""
    assert judge(name).holds
    assert not judge(name, change).holds
