"""A cluster makes the evidence that one machine would, or says in a line why it doesn't."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from distributed import Client

from wd import cluster as clusters
from wd import config, pipeline
from wd.cluster import INSTALL, Cluster
from wd.errors import ClusterError, ConfigError, DeviceError
from wd.evidence.keys import plan
from wd.evidence.pending import pending
from wd.evidence.processor import name_processor
from wd.evidence.store import Evidence
from wd.lab import errands, experiment
from wd.lab.errands import Kind, Workers, compare
from wd.report.site import notebooks

ROOT = Path(__file__).parents[1]
CPU = torch.device("cpu")
SILENT = lambda *_: None  # noqa: E731
WITHIN_S = 120  # generous: the machine may be busy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed there too")


@contextmanager
def started(
    program: str, *arguments: object, folder: Path = ROOT, **environment: str
) -> Iterator[subprocess.Popen]:
    """A scheduler or a worker in a process, killed in the end; it imports what is in `folder`."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(folder)} | environment
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=folder, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    file = folder / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file]
    with started("scheduler", *options) as process:
        wait_until(lambda: file.exists() and file.read_text("utf-8").endswith("}"))
        yield json.loads(file.read_text("utf-8"))["address"], process


@contextmanager
def worker(
    address: str, folder: Path = ROOT, *, count: int = 1, stays: bool = False, **environment: str
) -> Iterator[subprocess.Popen]:
    """More workers at a scheduler, once they are there, each of one process and one thread.

    They `stay` until the scheduler is gone.
    """
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0"]
    with Client(address, set_as_default=False) as client, ExitStack() as stack:
        before = len(client.nthreads())
        for _ in range(count):
            one = started("worker", address, *options, folder=folder, **environment)
            process = stack.enter_context(one)
        wait_until(lambda: len(client.nthreads()) == before + count)
        yield process
        stack.close()
        if not stays:
            wait_until(lambda: len(client.nthreads()) == before)


def wait_until(condition) -> None:
    end = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers."""
    with scheduler(tmp_path_factory.mktemp("two")) as (address, _), worker(address, count=2):
        yield address


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler to which tests bring workers of their own."""
    with scheduler(tmp_path_factory.mktemp("other")) as (address, _):
        yield address


@contextmanager
def opened(address: str, device: str = "cpu", tell=SILENT) -> Iterator[Workers]:
    with Cluster(address, tell) as cluster:
        yield Workers(cluster, device, "")


TINY = {"epochs": 2, "n_test": 5, "n_features": 6, "seeds": 3}


def parse(**studies):
    return config.parse({"defaults": TINY, "study": studies})


WANTED = parse(
    a={
        "lr": [0.001 * step for step in range(1, 19)],
        "curves_every": 1,
        "decompose": True,
    },
    b={"implementation": ["ridge", "constant"], "weight_decay": [1, 3], "seeds": 10},
    c={"kind": "decay_limits", "weight_decay": [1e-8, 1e8]},
)


def list_chunks(wanted=WANTED):
    work = {cell: study.seeds for study in wanted.studies for cell in plan(study)}
    return experiment.list_chunks(wanted, work, CPU)


def train(store: Evidence, workers: Workers | None = None, progress=SILENT) -> None:
    experiment.run(WANTED, store, CPU, progress, workers=workers)


def rows(store: Evidence) -> list[list[tuple]]:
    """All numbers with the numbers of their runs, and all cells."""
    return [
        store.rows(f"SELECT * FROM {table}") for table in ("cells", "results", "curves", "measures")
    ]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple]]:
    """What this machine makes by itself."""
    with Evidence(tmp_path_factory.mktemp("alone") / "e.sqlite", writable=True) as store:
        train(store)
        return rows(store)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Evidence]:
    with Evidence(tmp_path / "evidence.sqlite", writable=True) as opened:
        yield opened


def test_a_cluster_makes_the_same_evidence_row_by_row(address, store, alone):
    said = []
    with opened(address) as workers:
        assert workers.count() == 2
        train(store, workers, lambda *progress: said.append(progress))

    assert rows(store) == alone
    assert all(alone)
    assert said[0] == ("a", 0, 54)
    assert said[-1] == ("c", 6, 6)


def test_where_a_worker_is_killed_another_does_its_work(address, store, alone):
    with ExitStack() as stack:
        third = stack.enter_context(worker(address))
        workers = stack.enter_context(opened(address))
        train(store, workers, lambda study, done, total: done and third.kill())

    assert third.returncode == -signal.SIGKILL
    assert rows(store) == alone


def test_where_no_worker_is_there_a_line_says_so_and_the_work_waits(other, monkeypatch):
    """Both at the start and where the last one goes while a task waits for its result."""
    monkeypatch.setattr(clusters, "LOOKS_EVERY_S", 0.1)
    told: list[str] = []
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(Cluster, other, told.append)
        wait_until(lambda: told == [f"{other} has no worker yet; waiting for one"])
        assert not waiting.done()
        with worker(other) as first:
            cluster = waiting.result(WITHIN_S)
            slow = threads.submit(cluster.submit(time.sleep, 5).result)
            time.sleep(1)
            first.kill()
            wait_until(lambda: f"{other} has no worker any more; waiting for one" in told)
            assert not slow.done()
        with worker(other), cluster:
            assert slow.result(WITHIN_S) is None


def test_ten_thousand_tiny_chunks_are_never_there_all_at_once(address, monkeypatch):
    """What is handed out and not yet taken back is what memory holds, here and there."""
    wanted = parse(a={"implementation": "constant", "n_train": 2})
    (chunk,) = list_chunks(wanted)
    ahead = most = taken = 0

    def hand_out(self, work, task):
        nonlocal ahead, most
        ahead += len(task.chunks)
        most = max(most, ahead)
        return submit(self, work, task)

    submit = Cluster.submit
    monkeypatch.setattr(Cluster, "submit", hand_out)
    with opened(address) as workers:
        for found, ((_, outcomes),), _ in (
            (found, *made) for found, made in workers.compute_all([chunk] * 10_000)
        ):
            assert (found.seeds, len(outcomes)) == (chunk.seeds, 3)
            taken, ahead = taken + 1, ahead - 1
    assert taken == 10_000
    assert most <= errands.TOGETHER * (clusters.AT_LEAST + 1)


def find_refusal(address: str) -> str:
    """What is told before any work, in a line."""
    with pytest.raises(ClusterError) as refused, opened(address) as workers:
        experiment.foresee(list_chunks(), workers)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


def test_a_worker_without_the_project_is_refused_with_what_to_run_there(other, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['wd'] = None\n")
    with worker(other, tmp_path):
        told = find_refusal(other)

    assert re.fullmatch(r"the worker tcp://127.0.0.1:\d+ lacks wd; run there, .*", told)
    assert told.endswith(f", in a copy of this folder: {INSTALL}")


def test_a_worker_with_other_code_is_refused_with_what_to_run_there(other, tmp_path):
    shutil.copytree(ROOT / "wd", tmp_path / "wd", ignore=shutil.ignore_patterns("__pycache__"))
    program = tmp_path / "wd/lab/programs/scratch.py"
    program.write_text(program.read_text("utf-8") + "\nCHANGED = 1\n", "utf-8")
    with worker(other, tmp_path):
        told = find_refusal(other)

    assert "has other code in wd; run there, in a copy of this folder: " in told
    assert INSTALL in told


def test_another_kind_of_processor_is_kept_apart(other, store):
    """A worker that is told to use other kernels is of another kind, as any other machine."""
    kind = f"{name_processor()} ATEN_CPU_CAPABILITY=default"
    with worker(other, ATEN_CPU_CAPABILITY="default"), opened(other) as workers:
        assert workers.kind.processor == kind
        train(store, workers)
    assert store.rows("SELECT DISTINCT processor FROM cells") == [(kind,)]
    assert store.rows("SELECT value FROM provenance WHERE name = 'processor'") == [(kind,)]
    assert pending(WANTED, store, "cpu", processor=kind, anywhere=False) == {}
    assert len(pending(WANTED, store, "cpu", anywhere=False)) == len(
        store.rows("SELECT id FROM cells")
    )


def test_workers_of_two_kinds_are_refused_with_how_many_there_are_of_each():
    kinds = [Kind(name, CPU, "") for name in ("one", "one", "two")]
    found = {f"tcp://{at}": (kind, {}) for at, kind in enumerate(kinds)}

    with pytest.raises(ClusterError, match=r": 2 of one, 1 of two; start workers") as refused:
        Workers(SimpleNamespace(ask=lambda *_: found), "auto", "")
    assert len(str(refused.value).splitlines()) == 1


def test_whoever_joins_late_is_compared_as_well(address):
    """Each errand carries what decides its numbers: keys, versions and the kind of machine."""
    with opened(address) as workers:
        errand = workers._pack(tuple(list_chunks()[:1]))
        other = replace(errand.kind, processor="other")
        versions = ("numpy 0.1, torch 9.9",)
        for changed, told in (
            ({"keys": ("0" * 32,)}, "has other code in wd"),
            ({"keys": ("0" * 32,), "versions": versions}, "instead of 9.9"),
            ({"kind": other}, f"{name_processor()} instead of other"),
        ):
            with pytest.raises(ClusterError, match=told) as refused:
                workers._cluster.submit(errands.carry_out, replace(errand, **changed)).result()
            assert len(str(refused.value).splitlines()) == 1
        compare(errand)


def test_the_device_is_one_of_the_workers(address):
    with pytest.raises(DeviceError, match="'cuda:7' isn't there"), opened(address, "cuda:7"):
        pass


def test_where_no_scheduler_answers_a_line_says_so(monkeypatch):
    monkeypatch.setattr(clusters, "CONNECT_S", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://here", "127.0.0.1:no"):
        with pytest.raises(ClusterError, match="no scheduler answers at") as refused:
            Cluster(address, SILENT)
        assert len(str(refused.value).splitlines()) == 1


def test_without_dask_the_command_to_install_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(ConfigError, match="needs Dask"):
        Cluster("tcp://127.0.0.1:1", SILENT)


def test_a_run_tells_where_it_is_done_and_keeps_its_plan(address, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(notebooks, "list_changed", lambda evidence: {})
    mine = tmp_path / "mine.toml"
    mine.write_text("[study.mine]\nepochs = 2\nn_features = 6\nlr = [0.1, 0.01]\nseeds = 3\n")

    pipeline.run(mine, tmp_path / "build", "auto", None, cluster=address)

    told = capfd.readouterr()
    assert f"cluster: 2 at a time on {name_processor()}; watch: http://127.0.0.1:" in told.out
    assert "plan: 6 runs, 0 of them there" in told.out
    assert "mine: 6 of 6 runs" in told.out
    assert told.err == ""


STOPPED = """
import sys
from pathlib import Path
from wd import pipeline
from wd.console import refusing
from wd.report.site import notebooks
notebooks.list_changed = lambda evidence: {}
with refusing():
    pipeline.run(Path(sys.argv[1]), Path(sys.argv[2]), "cpu", None, cluster=sys.argv[3])
"""
MANY = """
[study.mine]
implementation = ["scratch", "concise"]
lr = [0.001, 0.002, 0.003, 0.004]
epochs = 200
n_features = 100
seeds = 1000
"""


def test_an_interrupt_ends_the_command_and_drops_what_is_handed_out(address, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(MANY, encoding="utf-8")
    command = [sys.executable, "-c", STOPPED, mine, tmp_path / "build", address]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(list(map(str, command)), cwd=ROOT, text=True, **pipes) as process:
        while not (line := process.stdout.readline()).startswith("mine: "):
            assert line, process.stderr.read()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=WITHIN_S)

    assert process.returncode == 130
    assert said == "stopping; what is finished is kept: the same command goes on from there\n"
    with Client(address, set_as_default=False) as client:
        wait_until(partial(nothing_left, client))


def nothing_left(client: Client) -> bool:
    return not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))


def test_where_the_scheduler_is_killed_a_line_says_so_and_going_on_works(store, alone, tmp_path):
    kept = []

    def kill(study, done, total):
        if done:
            kept.append(done)
            process.kill()

    gone = pytest.raises(ClusterError, match=r"the scheduler at .* is gone")
    with (
        scheduler(tmp_path) as (address, process),
        worker(address, stays=True),
        gone as refused,
        opened(address) as workers,
    ):
        train(store, workers, kill)
    assert len(str(refused.value).splitlines()) == 1
    assert 0 < store.rows("SELECT count(*) FROM results")[0][0] < len(alone[1])

    train(store)

    assert rows(store)[1:] == alone[1:]
