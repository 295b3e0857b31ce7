"""The program that readers train in their browser is the report's own."""

import json

import numpy as np
import pytest
import torch
from scipy import stats

from wd import config
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.lab.data import normals
from wd.lab.inputs import draw_inputs
from wd.report.read.readings import Readings

SCRIPTS = ("numbers", "drawing", "training")
SETTING = (
    "n_train n_test n_features true_w true_b noise_std init_std lr weight_decay batch_size epochs"
).split()
STUDY = {"implementation": ["scratch", "concise"], "weight_decay": [0, 0.5, 3]}


def train(tmp_path, **table):
    """Train a study; the readings of its cells by program and λ."""
    wanted = config.parse({"study": {"a": STUDY | table}})
    path = tmp_path / "evidence.sqlite"
    with Evidence(path, writable=True) as store:
        experiment.run(wanted, store, torch.device("cpu"), lambda *_: None)
    with Evidence(path, checked=True) as store:
        return [
            (cell, {name: cell[name] for name in ("w_norm", "b", "test_loss", "train_loss")})
            for cell in Readings(wanted, store).cells("a")
        ]


def setting_of(cell):
    values = {name: getattr(cell.setting, name) for name in SETTING}
    return values | {"program": cell.setting.implementation}


def drawn_by_the_report(setting, seed):
    """What the report draws, as the script takes it."""
    inputs = draw_inputs(setting, [seed], torch.device("cpu"))
    data, start = inputs.examples, inputs.start

    def numbers(tensor):
        return f"Float32Array.from({json.dumps(tensor.flatten().tolist())})"

    train_set = f"{{x: {numbers(data.x)}, y: {numbers(data.y)}}}"
    test_set = f"{{x: {numbers(data.x_test)}, y: {numbers(data.y_test)}}}"
    orders = json.dumps(start.order[0].tolist())
    return (
        f"{{train: {train_set}, test: {test_set}, w: {numbers(start.w)},"
        f" b: {start.b.item()}, order: (epoch) => {orders}[epoch - 1]}}"
    )


@pytest.mark.parametrize("n_train", [20, 18], ids=["equal batches", "a short batch"])
def test_on_the_reports_draws_it_ends_at_the_reports_numbers(tmp_path, run_script, n_train):
    """Both programs, three λ, one seed of the published settings."""
    for cell, ends in train(tmp_path, n_train=n_train, seeds=[3]):
        drawn = drawn_by_the_report(cell.setting, 3)
        code = f"trainRun({json.dumps(setting_of(cell))}, {drawn}, 0)"
        (run,) = run_script(*SCRIPTS, calls=[code])

        assert run["norm"][-1] == pytest.approx(ends["w_norm"][0], rel=1e-5)
        assert run["b"] == pytest.approx(ends["b"][0], rel=1e-4, abs=1e-5)
        assert run["test"][-1] == pytest.approx(ends["test_loss"][0], rel=1e-4)
        # the scratch program's leftover is the prediction, and its parts make up the norm
        parts = np.hypot(run["row"][-1], run["leftover"][-1])
        assert parts == pytest.approx(run["norm"][-1], rel=1e-4)


@pytest.mark.parametrize("seed", [0, 7, 999])
def test_a_seed_is_the_reports_run_of_that_seed(tmp_path, run_script, seed):
    """The random numbers are PyTorch's own, made in the browser."""
    for cell, ends in train(tmp_path, seeds=[seed], weight_decay=[0, 3]):
        setting = json.dumps(setting_of(cell))
        (run,) = run_script(*SCRIPTS, calls=[f"trainRun({setting}, drawRun({setting}, {seed}), 0)"])

        assert run["norm"][-1] == pytest.approx(ends["w_norm"][0], rel=1e-5)
        assert run["test"][-1] == pytest.approx(ends["test_loss"][0], rel=1e-4)


@pytest.mark.parametrize("stream", ["x", "order"])
def test_its_random_numbers_are_those_of_the_report_beyond_a_twist_of_the_generator(
    run_script, stream
):
    code = f'Array.from(normals(123456, "{stream}", 1000))'
    (drawn,) = run_script(*SCRIPTS, calls=[code])
    np.testing.assert_allclose(drawn, normals(123456, stream, 1000), rtol=1e-12)


def test_seeds_that_the_report_has_not_run_have_the_same_distribution(tmp_path, run_script):
    """500 fresh seeds of the script against 500 others of the report."""
    for cell, ends in train(tmp_path, seeds=500, weight_decay=[0, 3]):
        setting = json.dumps(setting_of(cell))
        code = (
            f"upTo(500).map((seed) => trainRun({setting}, drawRun({setting}, 5000 + seed), 0))"
            ".map(({norm, test}) => [norm.at(-1), test.at(-1)])"
        )
        (ended,) = run_script(*SCRIPTS, calls=[code])

        for values, column in zip(np.transpose(ended), ("w_norm", "test_loss"), strict=True):
            assert stats.ks_2samp(values, ends[column]).pvalue > 0.01


def test_a_rate_too_large_is_told_and_not_drawn(run_script):
    setting = json.dumps(
        {
            "program": "scratch",
            "n_train": 20,
            "n_test": 10,
            "n_features": 50,
            "true_w": 0.01,
            "true_b": 0.05,
            "noise_std": 0.01,
            "init_std": 1,
            "lr": 1,
            "weight_decay": 0,
            "batch_size": 5,
            "epochs": 100,
        }
    )
    (run,) = run_script(*SCRIPTS, calls=[f"trainRun({setting}, drawRun({setting}, 0), 20)"])

    assert run["diverged"]
    assert len(run["epochs"]) < 20
