"""The experiment: makes what a configuration asks for and the evidence doesn't hold yet."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import torch

from wd.config import Config
from wd.evidence.keys import Cell, find_code, made_on
from wd.evidence.pending import pending
from wd.evidence.store import Evidence
from wd.lab.chunks import Chunk, compute, split
from wd.lab.errands import Workers
from wd.lab.estimate import Estimate, estimate, measure_pace
from wd.lab.machine import describe_machine
from wd.project import PROJECT
from wd.workers import MOST, Pool, work_through

WORTHWHILE = 8
"""From so many chunks on other processes help: each takes seconds to import torch."""

Progress = Callable[[str, int, int], None]
"""Called with a study's name, the runs done so far and the runs in all."""


def run(
    config: Config,
    evidence: Evidence,
    device: torch.device,
    progress: Progress,
    *,
    anywhere: bool = False,
    workers: Workers | None = None,
) -> None:
    """Make every missing run, study by study, with what made it.

    Args:
        config: What is asked for.
        evidence: A writable evidence file; each chunk of runs is committed by itself.
        device: Where to train.
        progress: Told after every chunk.
        anywhere: Whether cells that another device or processor has completed count as complete.
        workers: Who makes the runs; None if this machine does.

    Raises:
        EvidenceError: If the file can't be written.
        ClusterError: If the workers can't make them.
    """
    processor = workers.kind.processor if workers else None
    work = pending(config, evidence, device.type, processor=processor, anywhere=anywhere)
    if not work:
        return
    cells = {(cell.study, cell.setting): cell for cell in work}
    total, done = Counter[str](), Counter[str]()
    for cell, seeds in work.items():
        total[cell.study] += len(seeds)
    chunks = list_chunks(config, work, device)
    progress(chunks[0].study, 0, total[chunks[0].study])
    evidence.begin(describe_build(config, workers.machine if workers else describe_machine(device)))
    for chunk, (made, seconds) in _compute_all(chunks, workers):
        with evidence.transaction():
            for setting, outcomes in made:
                cell = cells[chunk.study, setting]
                evidence.append(cell, made_on(setting, device.type), outcomes, seconds / len(made))
                done[chunk.study] += len(outcomes)
        progress(chunk.study, done[chunk.study], total[chunk.study])


def list_chunks(
    config: Config, work: Mapping[Cell, Sequence[int]], device: torch.device
) -> list[Chunk]:
    """Cut all that is missing into chunks, study by study."""
    by_study: dict[str, dict[Cell, Sequence[int]]] = {}
    for cell, seeds in work.items():
        by_study.setdefault(cell.study, {})[cell] = seeds
    return [
        chunk
        for study in config.studies
        for chunk in split(study, by_study.get(study.name, {}), device)
    ]


def count_processes(chunks: Sequence[Chunk]) -> int:
    """How many chunks are computed at a time."""
    away = sum(not _stays(chunk) for chunk in chunks)
    return min(torch.get_num_threads(), MOST) if away >= WORTHWHILE else 1


def foresee(chunks: Sequence[Chunk], workers: Workers | None = None) -> Estimate:
    """Estimate what chunks will take, computed as they will be."""
    if workers:
        workers.check(chunks)
        return estimate(chunks, workers.count(), partial(workers.measure, measure_pace))
    processes = count_processes(chunks)
    if processes > 1:  # measured in one of them: what it imports, this process won't need
        with _hire(1, chunks) as team:
            return estimate(chunks, processes, partial(_measure_aside, team))
    with _single_thread():
        return estimate(chunks, processes)


def _compute_all(chunks: Sequence[Chunk], workers: Workers | None) -> Iterator[tuple[Chunk, tuple]]:
    """Compute chunks, each by one thread: its calls are too short to share among cores."""
    if workers:
        yield from workers.compute_all(chunks)
        return
    processes = count_processes(chunks)
    team = _hire(processes, chunks) if processes > 1 else None
    with _single_thread():
        yield from work_through(compute, chunks, team, here=_stays)


def _measure_aside(team: Pool, chunk: Chunk) -> tuple[float, float]:
    return measure_pace(chunk) if _stays(chunk) else team.submit(measure_pace, chunk).result()


def _hire(processes: int, chunks: Sequence[Chunk]) -> Pool:
    return Pool(processes, _list_modules(chunks), partial(torch.set_num_threads, 1))


@contextmanager
def _single_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _list_modules(chunks: Sequence[Chunk]) -> list[str]:
    """The modules that chunks run elsewhere, and what torch imports for its first optimiser."""
    codes = {
        find_code(chunk.kind, chunk.settings[0].implementation)
        for chunk in chunks
        if not _stays(chunk)
    }
    paths = sorted({path for code in codes for path in code.modules})
    return [*(f"wd.lab.{path[:-3].replace('/', '.')}" for path in paths), "torch._dynamo"]


def _stays(chunk: Chunk) -> bool:
    """Whether this process computes a chunk itself: an accelerator is used by one alone."""
    return chunk.trained and chunk.device.type != "cpu"


def describe_build(config: Config, machine: Mapping[str, str]) -> dict[str, str]:
    """Say what makes numbers now: configuration, commit, and the machine with its versions."""
    return {
        "config": config.text,
        "commit": find_commit(),
        **machine,
        "started": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }


def find_commit() -> str:
    """The checkout's commit, "+" after it where files differ from it; empty outside a checkout."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
