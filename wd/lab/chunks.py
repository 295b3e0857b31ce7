"""Chunks of work: what is computed at a time, by one process, and committed at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

import torch

from wd.config import Setting, Study
from wd.declarations import IMPLEMENTATIONS, KINDS, MATRIX
from wd.evidence.keys import Cell
from wd.lab.outcomes import Outcomes

TRAINED_AT_ONCE = {"cpu": 100, "cuda": 500, "mps": 250}
"""Seeds trained together at most, per device type: bounds the memory."""


@dataclass(frozen=True)
class Chunk:
    """Runs of one study that are computed together.

    Attributes:
        study: The study's name.
        kind: The study's kind.
        settings: They differ along what the kind computes together alone.
        seeds: Which runs of each.
        device: Where to train; whatever isn't trained is computed on the CPU.
        curves_every: Record a curve's point every so many epochs; None for none.
        decompose: Measure the parts and predictions of each run.
    """

    study: str
    kind: str
    settings: tuple[Setting, ...]
    seeds: tuple[int, ...]
    device: torch.device
    curves_every: int | None = None
    decompose: bool = False

    @property
    def trained(self) -> bool:
        """Whether the runs are trained, on the device."""
        return is_trained(self.settings[0])

    def compute(self) -> list[tuple[Setting, Outcomes]]:
        """Each setting with the outcomes of `seeds`, in their order."""
        if self.kind != MATRIX:
            module = import_module(f"wd.lab.studies.{self.kind}")
            return module.measure(self.settings, self.seeds)
        module = import_module(f"wd.lab.studies.{'matrix' if self.trained else 'exact'}")
        if not self.trained:
            return module.solve(self.settings, self.seeds)
        return module.train(
            self.settings, self.seeds, self.device, self.curves_every, self.decompose
        )


def is_trained(setting: Setting) -> bool:
    """Whether a setting's runs are trained, on the device, instead of computed on the CPU."""
    return bool(setting.implementation) and IMPLEMENTATIONS[setting.implementation].trained


def compute(chunk: Chunk) -> tuple[list[tuple[Setting, Outcomes]], float]:
    """Compute a chunk; return what it made and the seconds that took."""
    start = time.perf_counter()
    made = chunk.compute()
    return made, time.perf_counter() - start


def split(
    study: Study, work: Mapping[Cell, Sequence[int]], device: torch.device
) -> Iterator[Chunk]:
    """Cut the missing runs of a study into chunks.

    Cells that differ only along what their kind computes together, and lack the same seeds, are
    computed together.

    Args:
        study: The study.
        work: The seeds that each of its cells lacks.
        device: Where to train.

    Yields:
        Chunks in the order of the cells, then of the seeds.
    """
    kind = KINDS[study.kind]
    apart = dict.fromkeys(kind.together)
    groups: dict[tuple, list[Setting]] = {}
    for cell, seeds in work.items():
        shared = cell.setting.change(**apart)
        decompose = study.decomposes(cell.setting)
        groups.setdefault((shared, tuple(seeds), decompose), []).append(cell.setting)
    for (shared, seeds, decompose), settings in groups.items():
        size = TRAINED_AT_ONCE[device.type] if is_trained(shared) else kind.seeds_at_once
        for first in range(0, len(seeds), size):
            yield Chunk(
                study.name,
                study.kind,
                tuple(settings),
                seeds[first : first + size],
                device,
                study.curves_every,
                decompose,
            )
