"""The matrix of this project, on inputs that are drawn once, before any clock starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import torch

from benchmarks.turns import Contender
from wd import config
from wd.config import Setting
from wd.lab.chunks import TRAINED_AT_ONCE
from wd.lab.inputs import Inputs
from wd.lab.outcomes import Outcomes
from wd.lab.studies import matrix
from wd.workers import Pool

ROOT = Path(__file__).resolve().parents[1]
CPU = torch.device("cpu")
CURVES_EVERY = 5
CLOSE = 1e-4
"""By how much final norms may differ, relatively, where others train the same experiment."""

TOURS = 6
"""Calls before any clock: which process takes which chunk is chance."""

Results = list[tuple[Setting, Outcomes]]


@dataclass(frozen=True)
class Shape:
    """What all contenders train: the sweep's grid on fewer or as many seeds.

    Attributes:
        settings: One implementation's, that differ in λ alone.
        seeds: Which seeds.
    """

    settings: tuple[Setting, ...]
    seeds: range

    @property
    def runs(self) -> int:
        """How many models that is."""
        return len(self.settings) * len(self.seeds)


def choose_shape(implementation: str, seeds: int, decays: int = 24) -> Shape:
    """Take the published sweep's settings of one implementation.

    Args:
        implementation: "scratch" or "concise".
        seeds: How many seeds.
        decays: How many values of λ; of more, as many are taken at equal distances.
    """
    sweep = next(s for s in config.load(ROOT / "report.toml").studies if s.name == "sweep")
    settings = [s for s in sweep.settings if s.implementation == implementation]
    taken = [settings[index * len(settings) // decays] for index in range(decays)]
    return Shape(tuple(taken), range(seeds))


class Matrix:
    """The matrix on as many processes as a build has; a context in which they stay open."""

    def __init__(self) -> None:
        """Count the cores that torch may use."""
        self._processes = torch.get_num_threads()

    def __enter__(self) -> Self:
        self._pool = Pool(self._processes, [__name__], draw_once)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def train(self, shape: Shape) -> Results:
        """Train the shape as a build does, curves included."""
        seeds, size = list(shape.seeds), TRAINED_AT_ONCE[CPU.type]
        chunks = [seeds[first : first + size] for first in range(0, len(seeds), size)]
        done = self._pool.map(partial(_train, shape.settings), chunks)
        return [pair for results in done for pair in results]

    def contend(self, shape: Shape) -> Contender:
        """Make the matrix a contender."""
        for _ in range(TOURS):  # until every process has drawn every chunk
            self.train(shape)
        return Contender(shape.runs, lambda: self.train(shape))


def _train(settings: Sequence[Setting], seeds: Sequence[int]) -> Results:
    return matrix.train(settings, seeds, CPU, CURVES_EVERY)


def draw_once() -> None:
    """Keep what is drawn, in this process: the first call on some seeds draws, others look up."""
    torch.set_num_threads(1)
    drawn: dict[tuple, Inputs] = {}
    draw = matrix.draw_inputs

    def look_up(setting: Setting, seeds: Sequence[int], device: torch.device) -> Inputs:
        key = (setting.implementation, *seeds)
        if key not in drawn:
            drawn[key] = draw(setting, seeds, device)
        return drawn[key]

    matrix.draw_inputs = look_up
