"""The matrix of this project, on inputs that are drawn once, before any clock starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import torch

from benchmarks.turns import Contender
from wd import config
from wd.config import Setting
from wd.evidence import Outcome
from wd.lab import matrix
from wd.lab.matrix import Inputs

ROOT = Path(__file__).resolve().parents[1]
CPU = torch.device("cpu")
CURVES_EVERY = 5
CLOSE = 1e-4
"""By how much final norms may differ, relatively, where others train the same experiment."""

Results = list[tuple[Setting, list[Outcome]]]


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


def train(shape: Shape) -> Results:
    """Train the shape as a build does, curves included."""
    return list(matrix.train(shape.settings, shape.seeds, CPU, CURVES_EVERY))


def contend(shape: Shape) -> Contender:
    """Make the matrix a contender."""
    return Contender(shape.runs, lambda: train(shape))


@contextmanager
def drawing_once() -> Iterator[None]:
    """Keep what is drawn: the first call on a chunk of seeds draws, those after it look up."""
    drawn: dict[tuple, Inputs] = {}
    draw = matrix.draw_inputs

    def look_up(setting: Setting, seeds: Sequence[int], device: torch.device) -> Inputs:
        key = (setting.implementation, *seeds)
        if key not in drawn:
            drawn[key] = draw(setting, seeds, device)
        return drawn[key]

    with mock.patch.object(matrix, "draw_inputs", look_up):
        yield
