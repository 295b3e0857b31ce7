"""Each claim about printed norms holds, and can fail."""

import pytest

SCALE = (
    "UPDATE results SET w_norm = {factor} * w_norm WHERE run IN"
    " (SELECT run FROM runs WHERE {where})"
)


@pytest.mark.parametrize(
    ("name", "factor", "where"),
    [
        ("published-norms-are-normal", 0.5, "study = 'chapter' AND weight_decay = 3"),
        ("published-norms-are-normal", 3, "study = 'batch_one' AND weight_decay = 3"),
        (
            "undecayed-programs-print-the-same",
            1.02,
            "study = 'chapter' AND implementation = 'concise' AND weight_decay = 0",
        ),
        (
            "undecayed-programs-print-the-same",
            0.5,
            "study = 'chapter' AND implementation = 'concise' AND weight_decay = 3",
        ),
        ("batch-size-one-explains-small-norms", 10, "study = 'batch_one' AND weight_decay = 3"),
        ("batch-size-one-explains-small-norms", 0.1, "study = 'chapter' AND weight_decay = 3"),
        ("half-square-is-recognised", 0.15, "study = 'chapter' AND weight_decay = 0"),
        ("small-start-is-recognised", 100, "study = 'small_start' AND weight_decay = 0"),
        ("small-start-is-recognised", 10, "study = 'small_start' AND weight_decay = 3"),
        ("half-the-decay-is-recognised", 0.2, "study = 'sweep' AND weight_decay = 1.5"),
        ("decayed-bias-is-not-recognised", 1.3, "study = 'bias' AND bias_decay = 1"),
    ],
)
def test_a_claim_about_norms_can_fail(judge, name, factor, where):
    """Other norms in the evidence turn it false."""
    assert judge(name).holds
    assert not judge(name, SCALE.format(factor=factor, where=where)).holds
