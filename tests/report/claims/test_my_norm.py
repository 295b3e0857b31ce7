"""Each claim about printed norms holds, and can fail."""

from pathlib import Path

import pytest

from wd import config
from wd.report.content.published import find_tail, read_norms

REPORT = Path(__file__).parents[3] / "report.toml"

SCALE = (
    "UPDATE results SET w_norm = {factor} * w_norm WHERE run IN"
    " (SELECT run FROM runs WHERE {where})"
)


@pytest.mark.parametrize(
    ("name", "factor", "where"),
    [
        ("published-norms-are-normal", 0.5, "study = 'chapter' AND weight_decay = 3"),
        ("published-norms-are-normal", 3, "study = 'batch_one' AND weight_decay = 3"),
        # still below the largest of its runs, of which the farthest out is no judge
        ("published-norms-are-normal", 0.96, "study = 'batch_one' AND weight_decay = 0"),
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
        ("batch-size-one-explains-small-norms", 0.4, "study = 'batch_one' AND weight_decay = 3"),
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


def test_of_so_many_ordinary_numbers_one_is_outside_as_seldom_as_is_said():
    """For one number it is the central 95 %, for 19 the central 99.74 %."""
    assert 1 - 2 * find_tail(1) == pytest.approx(0.95)

    inside = 1 - 2 * find_tail(19)
    assert inside**19 == pytest.approx(0.95, abs=0.002)
    assert inside**19 > 0.95


def test_every_published_norm_is_compared_with_a_thousand_runs():
    """Few runs would make the farthest of them the judge."""
    seeds = {study.name: len(study.seeds) for study in config.load(REPORT).studies}

    assert {seeds[norm.study] for norm in read_norms()} == {1000}
