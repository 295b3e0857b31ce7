"""A plan before the work: it is about right, and what nobody can have meant is refused."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from wd import config, pipeline
from wd.config import parse
from wd.errors import ConfigError
from wd.evidence.keys import plan
from wd.lab import estimate, experiment
from wd.lab.estimate import Estimate
from wd.lab.outcomes import Outcomes
from wd.report.site import notebooks

MINE = {"study": {"mine": {"epochs": 2, "n_features": 6, "seeds": 2}}}


def chunks_of(**values):
    (study,) = parse({"study": {"mine": values}}).studies
    work = dict.fromkeys(plan(study), study.seeds)
    return experiment.list_chunks(replace(parse(MINE), studies=(study,)), work, torch.device("cpu"))


@pytest.fixture
def no_programs(monkeypatch):
    monkeypatch.setattr(notebooks, "list_changed", lambda evidence: {})


def write(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


TINY = "[study.mine]\nepochs = 2\nn_features = 6\nseeds = 2\n"


@pytest.mark.parametrize("command", [pipeline.run, pipeline.build_report])
def test_more_than_ten_million_runs_are_refused_before_anything_is_made(tmp_path, command):
    path = write(
        tmp_path,
        TINY.replace("= 2\n", "= 1000000\n", 3) + f"lr = {[1e-3 * i for i in range(1, 12)]}",
    )

    with pytest.raises(ConfigError, match="11,000,000 runs, more than 10,000,000") as refused:
        command(path, tmp_path / "build", "auto", None)
    assert "--large" in str(refused.value)
    assert not (tmp_path / "build").exists()


def test_more_than_a_million_settings_are_refused_before_they_are_unfolded(tmp_path, monkeypatch):
    values = list(range(1, 102))
    text = f"[study.mine]\nn_train = {values}\nn_features = {values}\nepochs = {values}\n"
    monkeypatch.setattr(itertools, "product", lambda *_: pytest.fail("unfolded"))

    with pytest.raises(ConfigError, match=r"1,030,301 settings, too many .*\n.*--large"):
        config.load(write(tmp_path, text), large=False)


def test_the_settings_of_all_studies_count_together(monkeypatch):
    monkeypatch.setattr("wd.config.document.MOST_SETTINGS", 5)
    three = {"weight_decay": [0, 1, 2]}

    parse({"study": {"a": three}}, large=False)
    parse({"study": {"a": three, "b": three}})
    with pytest.raises(ConfigError, match=r"\[study.b\] has 3 settings"):
        parse({"study": {"a": three, "b": three}}, large=False)


@pytest.mark.parametrize(
    ("expected", "named"),
    [
        (Estimate(25 * 3600, 1e6, 1e6), "more than a day"),
        (Estimate(1, 1e18, 1e6), "more than the free memory"),
        (Estimate(1, 1e18, 1e18), "more than the free memory and the free disk space"),
    ],
)
def test_a_day_or_more_memory_or_disk_than_there_is_is_refused_unless_it_is_meant(
    tmp_path, no_programs, monkeypatch, capsys, expected, named
):
    monkeypatch.setattr(experiment, "foresee", lambda *_: expected)
    path, output = write(tmp_path, TINY), tmp_path / "build"

    with pytest.raises(ConfigError, match=named):
        pipeline.run(path, output, "cpu", None)
    assert "plan: 2 runs, 0 of them there" in capsys.readouterr().out
    pipeline.run(path, output, "cpu", None, large=True)
    assert "mine: 2 of 2 runs" in capsys.readouterr().out


def test_what_is_there_already_is_not_part_of_the_rest(tmp_path, no_programs, capsys):
    pipeline.run(write(tmp_path, TINY), tmp_path / "build", "cpu", None)
    pipeline.run(
        write(tmp_path, TINY.replace("seeds = 2", "seeds = 5")), tmp_path / "build", "cpu", None
    )

    assert "plan: 5 runs, 2 of them there" in capsys.readouterr().out


def test_the_measurement_goes_through_little_however_large_the_work_is():
    small = chunks_of(n_train=20, n_features=200, epochs=100, seeds=100)
    for chunk in (
        *chunks_of(n_train=10**6, n_features=10**6, batch_size=10**6, epochs=10**6, seeds=100),
        *chunks_of(implementation="ridge", n_train=10**6, n_features=10**6, seeds=100),
    ):
        setting = estimate._shrink(chunk).settings[0]
        assert setting.n_train * setting.n_features <= estimate.PROBED
        assert estimate._weigh(chunk) > 1e9 * estimate._weigh(estimate._shrink(chunk))
    assert estimate._weigh(estimate._shrink(small[0])) < estimate._weigh(small[0])


def test_twice_the_runs_or_features_take_twice_the_time_and_memory():
    (few,) = chunks_of(n_train=100, n_features=1000, epochs=10, seeds=10)
    (more,) = chunks_of(n_train=100, n_features=1000, epochs=10, seeds=20)
    (wide,) = chunks_of(n_train=100, n_features=2000, epochs=10, seeds=10)

    for size in (estimate._weigh, estimate._count_bytes):
        assert size(more) == 2 * size(few)
        assert size(wide) == pytest.approx(2 * size(few), rel=0.01)


def test_the_size_on_disk_is_about_what_the_evidence_grows_by(tmp_path, no_programs):
    text = TINY.replace("epochs = 2", "epochs = 40\ncurves_every = 1").replace(
        "seeds = 2", "seeds = 500"
    )
    (study,) = config.load(write(tmp_path, text)).studies
    chunks = experiment.list_chunks(
        config.load(tmp_path / "mine.toml"),
        dict.fromkeys(plan(study), study.seeds),
        torch.device("cpu"),
    )
    pipeline.run(tmp_path / "mine.toml", tmp_path / "build", "cpu", None)

    grown = (tmp_path / "build" / pipeline.EVIDENCE).stat().st_size
    assert grown / 2 < experiment.foresee(chunks).disk < 2 * grown


def test_every_point_of_a_curve_and_every_measure_takes_room_on_disk():
    bare, curved, measured = (
        estimate._count_run_bytes(Outcomes([0], **more))
        for more in (
            {},
            {"series": {"curves": np.zeros((1, 50, 4))}},
            {"measures": {"one": np.zeros(1)}},
        )
    )

    assert 0 < bare < measured < curved
