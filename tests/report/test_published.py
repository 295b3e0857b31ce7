"""What others have printed is compared with runs of the same settings, or with none."""

import pytest

from wd import config
from wd.report.content.published import read_distribution, read_norms, read_settings
from wd.report.publish import PROJECT
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
