"""Whatever the configuration accepts ends with numbers, or with runs that are said to diverge."""

import math

import pytest
import torch

from wd import config
from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, KINDS, MATRIX
from wd.declarations.shared import LARGEST
from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.lab import experiment

SMALL = {
    "n_train": 3,
    "n_test": 2,
    "n_features": 4,
    "batch_size": 2,
    "epochs": 3,
    "seeds": 2,
    "curves_every": 1,
}
LARGE = {"n_train": 6, "n_test": 7, "n_features": 9, "epochs": 40, "batch_size": 3}
"""What stands for the largest counts: as many examples as are accepted fit into no memory."""


def list_extremes(key):
    """The smallest and the largest values that a key accepts, and nearly nothing."""
    accepted = HYPERPARAMETERS[key]
    if accepted.type is str:
        return list(accepted.choices)
    if accepted.type is int:
        return [accepted.least, LARGE.get(key, accepted.most)]
    smallest = max(accepted.least, math.nextafter(accepted.above, math.inf))
    nearly_nothing = [5e-324] if accepted.check(5e-324) is None else []
    return [*dict.fromkeys([smallest, *nearly_nothing, accepted.most])]


def parse(implementation, **table):
    decomposed = {"decompose": True} if IMPLEMENTATIONS[implementation].theory else {}
    batch = {"batch_size": 1} if table.get("n_train") else {}
    study = {"implementation": implementation} | decomposed | table
    return config.parse({"defaults": SMALL | {"weight_decay": 3} | batch, "study": {"a": study}})


def train(wanted, path):
    """Train, and list the measurements of all runs that didn't diverge."""
    with Evidence(path, writable=True) as store:
        experiment.run(wanted, store, torch.device("cpu"), lambda *_: None)
        ended = store.rows("SELECT train_loss, test_loss, w_norm, b FROM runs WHERE status = 'ok'")
        measured = store.rows(
            "SELECT value FROM measures JOIN runs USING (run) WHERE status = 'ok'"
        )
        (counted,) = store.rows("SELECT count(*) FROM runs")
    assert counted == (sum(len(study.settings) * len(study.seeds) for study in wanted.studies),)
    return [value for row in ended + measured for value in row]


@pytest.mark.parametrize(
    ("implementation", "key"),
    [(name, key) for name, each in IMPLEMENTATIONS.items() for key in each.reads],
)
def test_each_extreme_of_each_program_ends_with_finite_numbers(tmp_path, implementation, key):
    """Every hyperparameter that it reads, in both number formats, taken apart where it can be."""
    table = {"dtype": ["float32", "float64"]} | {key: list_extremes(key)}

    values = train(parse(implementation, **table), tmp_path / "evidence.sqlite")

    assert all(value is not None and math.isfinite(value) for value in values)


@pytest.mark.parametrize("end", [0, -1], ids=["smallest", "largest"])
@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_all_extremes_together_end_with_finite_numbers(tmp_path, implementation, end):
    scales = [
        key for key in IMPLEMENTATIONS[implementation].reads if HYPERPARAMETERS[key].type is float
    ]
    table = {key: list_extremes(key)[end] for key in scales if key != "bias_decay"}

    values = train(
        parse(implementation, dtype=["float32", "float64"], **table), tmp_path / "evidence.sqlite"
    )

    assert all(value is not None and math.isfinite(value) for value in values)


@pytest.mark.parametrize(("noise_std", "true_w"), [(0, 1e-30), (LARGEST, LARGEST)])
@pytest.mark.parametrize("kind", [name for name in KINDS if name != MATRIX])
def test_each_kind_of_study_measures_what_it_can_of_extreme_data(tmp_path, kind, noise_std, true_w):
    """Or is refused, as where there is no signal at all."""
    sizes = {"n_train": 3, "n_features": 8} | ({"n_features": 2} if kind == "landscape" else {})
    chosen = sizes | {"true_w": true_w, "noise_std": noise_std, "true_b": -true_w, "batch_size": 2}
    table = {name: value for name, value in chosen.items() if name in KINDS[kind].reads}
    try:
        wanted = config.parse({"study": {"a": table | {"kind": kind, "seeds": 1}}})
    except ConfigError:
        assert kind == "best_decay"
        assert true_w < 1
        return

    with Evidence(tmp_path / "evidence.sqlite", writable=True) as store:
        experiment.run(wanted, store, torch.device("cpu"), lambda *_: None)
        values = store.rows("SELECT value FROM measures")

    assert all(math.isfinite(value) for (value,) in values)
