"""What a teacher gets: a seed for each student, with what it should print."""

import csv

import numpy as np
import pytest

from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.report.content.tables.classroom import write_classroom

CHAPTER = {
    "implementation": ["scratch", "concise"],
    "weight_decay": [0, 3],
    "n_features": 200,
    "n_test": 100,
    "epochs": 100,
    "seeds": 4,
}


@pytest.fixture
def written(tmp_path, write_evidence):
    """A configuration and its open evidence of invented runs."""

    def write(**studies):
        path = tmp_path / "evidence.sqlite"
        wanted = write_evidence(path, studies)
        return wanted, Evidence(path, checked=True)

    return write


def test_each_student_gets_the_row_of_a_seed(tmp_path, written):
    wanted, evidence = written(chapter=CHAPTER)
    with evidence:
        path = write_classroom(wanted, evidence, tmp_path, "3")
        runs = evidence.rows(
            "SELECT implementation, weight_decay, seed, w_norm, train_loss, test_loss FROM runs"
        )

    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["seed"] for row in rows] == ["0", "1", "2"]
    assert len(rows[0]) == 1 + 4 * 3
    for implementation, decay, seed, *values in runs:
        if seed < 3:
            told = [
                float(rows[seed][f"{implementation}_{decay:g}_{measure}"])
                for measure in ("w_norm", "train_loss", "test_loss")
            ]
            np.testing.assert_allclose(told, values, rtol=1e-5)


@pytest.mark.parametrize("students", ["0", "5", "-1", "thirty", "2.5", ""])
def test_a_class_without_results_is_refused_with_how_many_there_are(tmp_path, written, students):
    wanted, evidence = written(chapter=CHAPTER)
    with evidence, pytest.raises(ConfigError, match="Allowed: 1 to 4"):
        write_classroom(wanted, evidence, tmp_path, students)
    assert not (tmp_path / "classroom.csv").exists()


def test_runs_with_other_settings_are_not_given_out_as_the_chapters(tmp_path, written):
    wanted, evidence = written(chapter=CHAPTER | {"epochs": 3})
    with evidence, pytest.raises(ConfigError, match=r"\[study.chapter\] of report.toml"):
        write_classroom(wanted, evidence, tmp_path, "2")
