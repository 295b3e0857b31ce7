"""Chunks of work: what is computed at a time, by one process, and committed at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module

import torch

from wd.config import EXACT, Setting, Study
from wd.evidence.keys import Cell
from wd.lab.outcomes import Outcomes
from wd.lab.studies import exact, matrix


@dataclass(frozen=True)
class Runs:
    """Runs of one study that are trained or solved together.

    Attributes:
        study: The study's name.
        settings: They differ in λ or θ alone.
        seeds: Which runs of each.
        device: Where to train; exact solutions are solved on the CPU.
        curves_every: As in `matrix.train`.
        decompose: As in `matrix.train`.
    """

    study: str
    settings: tuple[Setting, ...]
    seeds: tuple[int, ...]
    device: torch.device
    curves_every: int | None
    decompose: bool

    @property
    def exact(self) -> bool:
        """Whether they are solved and not trained."""
        return self.settings[0].implementation in EXACT

    def compute(self) -> list[tuple[Setting, Outcomes]]:
        """Each setting with the outcomes of `seeds`, in their order."""
        if self.exact:
            return exact.solve(self.settings, self.seeds)
        return matrix.train(
            self.settings, self.seeds, self.device, self.curves_every, self.decompose
        )


@dataclass(frozen=True)
class Check:
    """A comparison that is no training run.

    Attributes:
        name: Of a module in `wd.lab.studies`.
        setting: The report's defaults.
        seeds: How many seeds, from 0 on.
    """

    name: str
    setting: Setting
    seeds: int

    def compute(self) -> list[tuple]:
        """Its facts: scope, name, seed, value."""
        check = import_module(f"wd.lab.studies.{self.name}").check
        return [tuple(fact) for fact in check(self.setting, range(self.seeds))]


def compute(chunk: Runs | Check) -> tuple[object, float]:
    """Compute a chunk; return what it made and the seconds that took."""
    start = time.perf_counter()
    made = chunk.compute()
    return made, time.perf_counter() - start


def split(study: Study, work: Mapping[Cell, Sequence[int]], device: torch.device) -> Iterator[Runs]:
    """Cut the missing runs of a study into chunks.

    Cells that differ in λ or θ alone and lack the same seeds are computed together.

    Args:
        study: The study.
        work: The seeds that each of its cells lacks.
        device: Where to train.

    Yields:
        Chunks in the order of the cells, then of the seeds.
    """
    together: dict[tuple, list[Setting]] = {}
    for cell, seeds in work.items():
        shared = replace(cell.setting, weight_decay=None, theta=None)
        together.setdefault((shared, tuple(seeds)), []).append(cell.setting)
    for (shared, seeds), settings in together.items():
        size = exact.CHUNK if shared.implementation in EXACT else matrix.CHUNK[device.type]
        for first in range(0, len(seeds), size):
            some = seeds[first : first + size]
            yield Runs(
                study.name, tuple(settings), some, device, study.curves_every, study.decompose
            )
