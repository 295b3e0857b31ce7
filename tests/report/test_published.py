"""What others have printed is compared with runs of the same settings, or with none."""

import numpy as np
import pytest

from wd import config
from wd.project import PROJECT
from wd.report.content.published import (
    find_limit,
    find_rarity,
    read_distribution,
    read_norms,
    read_settings,
)
from wd.report.read.readings import Missing

NORMS = read_norms()
SQUARES = read_norms(printed="half_square")
BOTH = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 2}


@pytest.mark.parametrize("norm", NORMS + SQUARES, ids=lambda norm: f"{norm.value}")
def test_the_published_report_has_runs_of_the_settings_of_every_published_norm(norm):
    (study,) = (
        each for each in config.load(PROJECT / "report.toml").studies if each.name == norm.study
    )
    wanted = read_settings(norm.study) | {
        "implementation": norm.program,
        "weight_decay": norm.weight_decay,
    }

    assert [
        setting
        for setting in study.settings
        if all(getattr(setting, name) == value for name, value in wanted.items())
    ]


def test_a_published_norm_is_compared_with_runs_of_its_settings(invent):
    readings = invent({"chapter": BOTH})

    assert len(read_distribution(readings, NORMS[0])) == 2


def test_runs_with_more_examples_say_nothing_of_a_published_norm(invent):
    """They are as many as a reader likes, and the published ones saw those of the book."""
    readings = invent({"chapter": BOTH}, defaults={"n_train": 40})

    with pytest.raises(Missing) as missing:
        read_distribution(readings, NORMS[0])
    assert missing.value.args == ("setting", {"study": "chapter", "setting": "n_train = 20"})


def test_chance_takes_a_number_as_far_out_as_is_said():
    """Numbers of the same kind: each rarity is undercut as often as it says, at most."""
    draw = np.random.default_rng(6)
    found = [find_rarity(draw.normal(size=199), float(draw.normal())) for _ in range(4000)]

    for limit in (1, 5, 20):
        assert np.mean(np.array(found) <= limit) == pytest.approx(limit / 100, abs=0.015)


def test_of_so_many_ordinary_numbers_one_is_rarer_as_seldom_as_is_said():
    assert find_limit(1) == pytest.approx(5)
    assert 0.95 <= (1 - find_limit(19) / 100) ** 19 < 0.952


def test_a_number_beyond_all_of_a_thousand_runs_is_too_rare_for_one_of_nineteen():
    runs = np.arange(1000.0)

    assert find_rarity(runs, 1000.0) < find_limit(len(NORMS)) < find_rarity(runs, 998.5)
    assert find_rarity(runs, 499.5) == pytest.approx(100)


def test_every_published_norm_is_compared_with_enough_runs_to_be_too_rare():
    """Few runs would let any number pass."""
    seeds = {study.name: len(study.seeds) for study in config.load(PROJECT / "report.toml").studies}

    for norm in NORMS:
        assert find_rarity(np.zeros(seeds[norm.study]), 1.0) < find_limit(len(NORMS))
