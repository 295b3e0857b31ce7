"""Chunks that the workers of a cluster compute, if they give the numbers that this machine would.

Each errand carries a fingerprint of what decides its numbers. A worker whose own is another one
doesn't compute it, so that whoever joins late is compared as well.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import torch

from wd.cluster import INSTALL, Cluster
from wd.errors import ClusterError
from wd.evidence.keys import find_code, find_key, read_versions
from wd.lab.chunks import Chunk, compute
from wd.lab.device import choose
from wd.lab.machine import describe_machine
from wd.workers import work_through

Result = TypeVar("Result")
TOGETHER = 32
"""Chunks of an errand at most: handing one out takes as long as computing some tiny ones."""
ERRANDS_A_THREAD = 32
"""At least, where there are enough chunks: so no worker is left with much at the end."""


@dataclass(frozen=True)
class Kind:
    """A kind of machine: machines of one kind give the same numbers.

    Attributes:
        processor: The kind of processor.
        device: The device where trained runs are made.
        accelerator: Its name; empty where that is the processor.
    """

    processor: str
    device: torch.device
    accelerator: str

    def __str__(self) -> str:
        return f"{self.processor} {self.accelerator}".strip()


@dataclass(frozen=True)
class Errand:
    """Chunks for a worker.

    Attributes:
        chunks: What to compute.
        kind: On which kind of machine.
        keys: Of each chunk, the cache key of its first setting, by the code of who sends it.
        versions: Of each chunk, those of the libraries that its code imports.
        remedy: What to run where code or versions differ.
    """

    chunks: tuple[Chunk, ...]
    kind: Kind
    keys: tuple[str, ...]
    versions: tuple[str, ...]
    remedy: str


class Workers:
    """The workers of a cluster, all of one kind.

    Attributes:
        kind: Which.
        machine: What one of them is, with the names of the provenance.
    """

    def __init__(self, cluster: Cluster, device: str, commit: str) -> None:
        """Choose the device there, and find out what the workers are.

        Args:
            cluster: Where they work.
            device: As in `choose`.
            commit: That of this code; empty or with a "+" where it has none.

        Raises:
            ClusterError: If they are of several kinds, or one lacks this project.
            DeviceError: If one lacks the device.
        """
        self._cluster = cluster
        found = cluster.ask(_describe, device)
        kinds = [kind for kind, _ in found.values()]
        self.kind, self.machine = next(iter(found.values()))
        if others := {str(kind): kinds.count(kind) for kind in kinds if kind != self.kind}:
            listed = {str(self.kind): kinds.count(self.kind), **others}
            told = ", ".join(f"{count} of {name}" for name, count in listed.items())
            raise ClusterError(
                f"the workers give different numbers: {told}; "
                "start workers on machines of one kind, and the other kinds in a run of their own."
            )
        plain = commit and not commit.endswith("+")
        self._remedy = f"git checkout {commit[:12]} && {INSTALL}" if plain else INSTALL

    def check(self, chunks: Sequence[Chunk]) -> None:
        """Ask all workers, before any work, whether they would give the same numbers.

        Raises:
            ClusterError: If one wouldn't.
        """
        one_of_each = {
            (chunk.kind, chunk.settings[0].implementation, chunk.decompose): chunk
            for chunk in chunks
        }
        self._cluster.ask(compare, self._pack(tuple(one_of_each.values())))

    def measure(self, measure: Callable[[Chunk], Result], chunk: Chunk) -> Result:
        """Let one worker measure a chunk."""
        return self._cluster.submit(_do_alone, (measure, chunk)).result()

    def count(self) -> int:
        """How many chunks they compute at a time."""
        return self._cluster.count_threads()

    def sum_memory(self) -> float:
        """As in `Cluster`."""
        return self._cluster.sum_memory()

    def compute_all(self, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, tuple]]:
        """Compute chunks; yield them in their order, each with what `compute` gives."""
        size = min(TOGETHER, max(1, len(chunks) // (ERRANDS_A_THREAD * max(1, self.count()))))
        errands = [
            self._pack(tuple(chunks[first : first + size])) for first in range(0, len(chunks), size)
        ]
        for errand, made in work_through(carry_out, errands, nullcontext(self._cluster)):
            yield from zip(errand.chunks, made, strict=True)

    def _pack(self, chunks: tuple[Chunk, ...]) -> Errand:
        keys, versions = zip(*map(_identify, chunks), strict=True)
        return Errand(chunks, self.kind, keys, versions, self._remedy)


def carry_out(errand: Errand) -> list[tuple]:
    """Compute an errand's chunks, on the worker.

    Raises:
        ClusterError: As `compare`.
    """
    compare(errand)
    return [_do_alone((compute, chunk)) for chunk in errand.chunks]


def compare(errand: Errand) -> None:
    """Make sure, on the worker, that this gives the numbers which the sender would get.

    Raises:
        ClusterError: If it wouldn't; the message says what differs and what to run here.
    """
    host = socket.gethostname()
    here, _ = _describe(str(errand.kind.device))
    if here != errand.kind:
        raise ClusterError(
            f"the worker on {host} is of another kind, {here} instead of {errand.kind}; "
            "end it, and start workers on machines of one kind."
        )
    for chunk, key, versions in zip(errand.chunks, errand.keys, errand.versions, strict=True):
        own_key, own_versions = _identify(chunk)
        if own_key != key:
            wanted, there = read_versions(versions), read_versions(own_versions)
            told = [
                f"{name} {there.get(name, 'missing')} instead of {version}"
                for name, version in wanted.items()
                if there.get(name) != version
            ]
            raise ClusterError(
                f"the worker on {host} has {', '.join(told) or 'other code in wd'}; run there, "
                f"in a copy of this folder: {errand.remedy}, and start it again."
            )


def _identify(chunk: Chunk) -> tuple[str, str]:
    """The cache key of a chunk's first setting by the code that is here, and its versions."""
    setting = chunk.settings[0]
    key = find_key(chunk.kind, setting, chunk.curves_every, decomposed=chunk.decompose)
    return key, find_code(chunk.kind, setting.implementation, decomposed=chunk.decompose).versions


@cache
def _describe(device: str) -> tuple[Kind, dict[str, str]]:
    """The kind of the machine that asks, and what it is."""
    chosen = choose(device)
    machine = describe_machine(chosen)
    accelerator = machine["device"].removeprefix(str(chosen)) if chosen.type != "cpu" else ""
    return Kind(machine["processor"], chosen, accelerator.strip()), machine


_turn = threading.Lock()


def _do_alone(task: tuple[Callable[[Chunk], Result], Chunk]) -> Result:
    """Do something with a chunk, by one thread, and one after the other where a worker has more."""
    work, chunk = task
    with _turn:
        torch.set_num_threads(1)
        return work(chunk)
