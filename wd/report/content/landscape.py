"""The problem with two features as a surface, with the path of its optima over λ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import line_up_decays, stack


@dataclass(frozen=True)
class Landscape:
    """The loss over two weights, and what happens along the path of optima.

    Attributes:
        w1: Grid of the first weight, (columns,).
        w2: Grid of the second weight, (rows,).
        loss: The loss, bias minimised out, (rows, columns).
        weight_decay: λ, rising from 0, (k,).
        path: Optima, (k, 2).
        optimum_loss: The loss there, (k,).
        pull: −∇L there, (k, 2).
        decay: λw there, (k, 2).
    """

    w1: np.ndarray
    w2: np.ndarray
    loss: np.ndarray
    weight_decay: np.ndarray
    path: np.ndarray
    optimum_loss: np.ndarray
    pull: np.ndarray
    decay: np.ndarray

    def find(self, wanted: tuple[float, ...]) -> list[int]:
        """Find the places on the path whose λ come nearest to the wanted ones."""
        return sorted({int(np.abs(self.weight_decay - each).argmin()) for each in wanted})

    def name(self, index: int) -> str:
        """Write the λ of a place."""
        return write_exactly(float(self.weight_decay[index]))


def read_landscape(readings: Readings) -> Landscape:
    """Read the study `landscape`.

    Raises:
        Missing: If this build has none, or one of several data sets.
    """
    cells = line_up_decays(readings, "landscape")
    if len(cells[0].seeds) != 1:
        raise Missing("premise", study="landscape", premise="single_seed")
    surface = cells[0].series("surface")
    w1, w2 = np.unique(surface["w1"]), np.unique(surface["w2"])
    order = np.lexsort((surface["w1"][0], surface["w2"][0]))  # rows of w2, w1 rising in each
    pairs = {
        name: np.column_stack([stack(cells, f"{name}{axis}")[:, 0] for axis in (1, 2)])
        for name in ("optimum", "pull", "decay")
    }
    return Landscape(
        w1=w1,
        w2=w2,
        loss=surface["loss"][0][order].reshape(len(w2), len(w1)),
        weight_decay=np.array([cell.setting.weight_decay for cell in cells]),
        path=pairs["optimum"],
        optimum_loss=stack(cells, "loss")[:, 0],
        pull=pairs["pull"],
        decay=pairs["decay"],
    )
