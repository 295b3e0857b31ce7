"""Only what is missing is trained, and what was interrupted goes on where it stopped."""

import pytest
import torch

from wd import config
from wd.declarations import IMPLEMENTATIONS
from wd.errors import DeviceError
from wd.evidence.keys import plan
from wd.evidence.outcome import Outcome
from wd.evidence.schema import RUN_COLUMNS
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.lab.chunks import split
from wd.lab.device import available, choose

CPU = torch.device("cpu")
TINY = {"epochs": 2, "n_test": 5, "n_features": 6, "seeds": 2}


def parse(**studies):
    return config.parse({"defaults": TINY, "study": studies})


@pytest.fixture
def store(tmp_path):
    with Evidence(tmp_path / "evidence.sqlite", writable=True) as opened:
        yield opened


def train(wanted, store, **options):
    """Train and return what was said: (study, done, total)."""
    said = []
    experiment.run(wanted, store, CPU, lambda *progress: said.append(progress), **options)
    return said


def runs(store):
    columns = "study, implementation, weight_decay, lr, seed, train_loss, test_loss, w_norm, b"
    return set(store.rows(f"SELECT {columns} FROM runs"))


def test_cells_that_differ_in_the_penalty_alone_and_lack_the_same_seeds_are_one_chunk():
    """λ of a program and θ of a solution; a cell that lacks other seeds is made apart."""
    penalties = {"weight_decay": [0, 1, 3], "theta": [0.5, 1]}
    (study,) = parse(a={"implementation": ["scratch", "constrained"], **penalties}).studies
    cells = plan(study)

    work = dict.fromkeys(cells, (0, 1))
    assert [chunk.settings for chunk in split(study, work, CPU)] == [
        tuple(cell.setting for cell in cells[:3]),
        tuple(cell.setting for cell in cells[3:]),
    ]
    work[cells[1]] = work[cells[4]] = (1,)
    chunks = list(split(study, work, CPU))
    assert len(chunks) == 4
    assert {setting: chunk.seeds for chunk in chunks for setting in chunk.settings} == {
        cell.setting: seeds for cell, seeds in work.items()
    }


def test_what_is_told_as_done_is_in_the_evidence_by_then(store):
    wanted = parse(a={"implementation": ["scratch", "ridge"], "weight_decay": [0, 3]}, b={})
    told = []

    def compare(study, done, total):
        ((stored,),) = store.rows("SELECT count(*) FROM runs WHERE study = ?", (study,))
        told.append((study, done, stored, total))

    experiment.run(wanted, store, CPU, compare)

    assert told == [("a", 0, 0, 8), ("a", 4, 4, 8), ("a", 8, 8, 8), ("b", 2, 2, 2)]


def test_what_is_there_is_not_trained_again(store):
    wanted = parse(a={"implementation": ["scratch", "ridge"], "weight_decay": [0, 3]})

    assert train(wanted, store)[-1] == ("a", 8, 8)
    before = store.rows("SELECT * FROM results")
    assert train(wanted, store) == []
    assert store.rows("SELECT * FROM results") == before


@pytest.mark.parametrize(
    ("more", "added"),
    [
        ({"a": {"weight_decay": [0, 1, 3]}}, 2),
        ({"a": {"weight_decay": [0, 3], "seeds": 3}}, 2),
        ({"a": {"weight_decay": [0, 3], "seeds": [5, 1, 0]}}, 2),
        ({"a": {"weight_decay": [0, 3]}, "b": {"lr": 0.1}}, 2),
        ({"a": {"weight_decay": [0, 3], "implementation": ["concise", "scratch"]}}, 4),
    ],
)
def test_adding_a_value_a_seed_or_a_study_leaves_every_other_run_bit_for_bit(store, more, added):
    train(parse(a={"weight_decay": [0, 3]}), store)
    before = runs(store)

    said = train(parse(**more), store)

    assert sum(total for _, done, total in said if done == total) == added
    assert before < runs(store)
    assert len(runs(store)) == len(before) + added


def test_a_study_that_was_interrupted_ends_as_if_it_had_not_been(tmp_path):
    """The progress is told after every commit: an error there stands for any stop."""
    wanted = parse(a={"implementation": ["scratch", "concise"], "weight_decay": [0, 3]}, b={})

    def stop(study, done, total):
        if done:
            raise KeyboardInterrupt

    found = []
    for stops in (0, 2):
        with Evidence(tmp_path / f"{stops}.sqlite", writable=True) as store:
            for _ in range(stops):
                with pytest.raises(KeyboardInterrupt):
                    experiment.run(wanted, store, CPU, stop)
            assert len(runs(store)) == 4 * stops
            train(wanted, store)
            found.append(runs(store))
    assert found[0] == found[1]


def test_runs_have_the_same_bits_in_other_processes(tmp_path, monkeypatch):
    implementations = ["scratch", "concise", "ridge", "constant"]
    wanted = parse(a={"implementation": implementations, "weight_decay": [0, 3], "seeds": 110})
    found = []
    for worthwhile in (10**6, 1):
        monkeypatch.setattr(experiment, "WORTHWHILE", worthwhile)
        monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
        with Evidence(tmp_path / f"{worthwhile}.sqlite", writable=True) as store:
            train(wanted, store)
            found.append(runs(store))
    assert found[0] == found[1]
    assert len(found[0]) == (3 * 2 + 1) * 110  # the constant knows no λ


@pytest.mark.parametrize(("anywhere", "trained"), [(True, 2), (False, 4)])
def test_with_auto_what_another_device_made_is_not_trained_again(store, anywhere, trained):
    wanted = parse(a={"weight_decay": [0, 3]})
    cell = plan(wanted.studies[0])[0]
    store.append(cell, "cuda", [Outcome(seed, (1.0,) * len(RUN_COLUMNS)) for seed in (0, 1)])

    train(wanted, store, anywhere=anywhere)

    assert store.rows("SELECT count(*) FROM runs WHERE device = 'cpu'") == [(trained,)]


def test_what_made_the_evidence_is_recorded_with_it(store):
    train(parse(a={}), store)

    found = dict(store.rows("SELECT name, value FROM provenance"))
    assert found["torch"] == torch.__version__
    assert found["device"].startswith("cpu")
    assert {"config", "commit", "python", "system", "threads", "started"} <= found.keys()
    ((stage, seconds, items),) = store.rows("SELECT stage, seconds, items FROM durations")
    assert (stage, items) == ("train", 2)
    assert seconds > 0
    assert store.rows("SELECT DISTINCT torch FROM cells") == [(torch.__version__,)]


# The device


def test_auto_takes_the_first_device_there_is():
    assert choose("auto") == torch.device(available()[0])
    assert available()[-1] == "cpu"


@pytest.mark.parametrize(
    ("cudas", "mps", "expected"),
    [
        (2, False, ("cuda:0", "cuda:1", "cpu")),
        (0, True, ("mps", "cpu")),
        (1, True, ("cuda:0", "mps", "cpu")),
        (0, False, ("cpu",)),
    ],
)
def test_cuda_comes_before_mps_and_mps_before_the_cpu(monkeypatch, cudas, mps, expected):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cudas)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    assert available() == expected
    assert choose("auto") == torch.device(expected[0])
    if cudas:
        assert choose("cuda") == torch.device("cuda:0")


@pytest.mark.parametrize("name", ["cuda", "cuda:7", "mps", "tpu", "", "cpu:3", "CPU"])
def test_a_device_that_is_not_there_is_refused_with_those_that_are(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)

    with pytest.raises(DeviceError) as error:
        choose(name)
    assert str(error.value) == f"the device {name!r} isn't there.\nAvailable: auto, cpu."
    assert error.value.exit_code == 2


def test_runs_are_taken_apart_where_theory_knows_the_program_and_nowhere_else(store):
    """It takes no program for another: what it doesn't know it doesn't predict."""
    wanted = parse(a={"implementation": list(IMPLEMENTATIONS), "decompose": True, "batch_size": 5})

    train(wanted, store)

    apart = "SELECT DISTINCT implementation FROM runs JOIN measures USING (run) WHERE name = ?"
    assert {name for (name,) in store.rows(apart, ["null_norm"])} == {
        name for name, each in IMPLEMENTATIONS.items() if each.theory is not None
    }
