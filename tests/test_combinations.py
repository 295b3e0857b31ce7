"""Any combination of settings is refused before it runs, or ends with finite numbers."""

import math
import tempfile
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wd import config
from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, KINDS, MATRIX
from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.lab import experiment

COUNT = 6
"""The largest count that is drawn: a combination is to be computed in milliseconds."""


def values(key):
    """Whatever a hyperparameter's declaration accepts, counts being small."""
    accepted = HYPERPARAMETERS[key]
    if accepted.choices:
        return st.sampled_from(accepted.choices)
    if accepted.type is int:
        return st.integers(int(accepted.least), int(min(accepted.most, accepted.least + COUNT)))
    bounds = max(accepted.least, accepted.above), accepted.most
    return st.floats(*bounds).filter(lambda value: accepted.check(value) is None)


def tables(reads, fixed):
    """Counts of examples are always said: by default there are many."""
    drawn = {key: values(key) for key in reads if key not in fixed}
    said = {key: drawn.pop(key) for key in ("n_train", "n_test", "n_features") if key in drawn}
    return st.fixed_dictionaries({k: st.just(v) for k, v in fixed.items()} | said, optional=drawn)


def is_accepted(table):
    """Run a table if it is accepted, and find only finite numbers in what it left."""
    try:
        wanted = config.parse({"study": {"a": table}})
    except ConfigError as refused:
        assert str(refused).strip()
        return False
    with (
        tempfile.TemporaryDirectory() as folder,
        Evidence(Path(folder) / "evidence.sqlite", writable=True) as store,
    ):
        experiment.run(wanted, store, torch.device("cpu"), lambda *_: None)
        runs = store.rows("SELECT train_loss, test_loss, w_norm FROM runs WHERE status = 'ok'")
        measures = store.rows(
            "SELECT value FROM measures JOIN runs USING (run) WHERE status = 'ok'"
        )
    assert all(x is None or math.isfinite(x) for row in [*runs, *measures] for x in row)
    return True


def try_combinations(reads, fixed, examples):
    accepted = []

    @settings(derandomize=True, deadline=None, database=None, max_examples=examples)
    @given(tables(reads, fixed))
    def attempt(table):
        accepted.append(is_accepted(table))

    attempt()
    assert any(accepted), "no combination that was drawn is accepted"


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_a_combination_is_refused_or_the_implementation_ends_well(implementation):
    reads = IMPLEMENTATIONS[implementation].reads
    short = {"epochs": 2} if "epochs" in reads else {}
    try_combinations(reads, {"implementation": implementation, "seeds": 1} | short, examples=40)


@pytest.mark.parametrize("kind", [name for name in KINDS if name != MATRIX])
def test_a_combination_is_refused_or_the_kind_of_study_ends_well(kind):
    try_combinations(KINDS[kind].reads, {"kind": kind, "seeds": 1}, examples=20)
