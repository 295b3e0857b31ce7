"""Data sets beside their exact solution: what the ways of solving them are compared on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import draw_examples
from wd.lab.objective import half_mean_squared_error
from wd.lab.solutions import ridge

Numbers = dict[str, Tensor]
"""By name, one number per run (runs,), or per run and scope (runs, scopes)."""


@dataclass(frozen=True)
class Problem:
    """Some data sets and what solves them exactly.

    Attributes:
        x: (runs, n, d), float64.
        y: (runs, n, 1), float64.
        spectrum: From `ridge.factorise`.
        ceiling: θ_max = ‖w*(0)‖², (runs, 1).
    """

    x: Tensor
    y: Tensor
    spectrum: ridge.Spectrum
    ceiling: Tensor

    def measure_loss(self, w: Tensor, b: Tensor) -> Tensor:
        """Return L for w (runs, d, k) and b (runs, k), penalty excluded: (runs, k)."""
        return half_mean_squared_error(self.x @ w + b.unsqueeze(1) - self.y)


def draw(setting: Setting, seeds: Sequence[int]) -> Problem:
    """Draw the data that a run of this setting sees, one set per seed, and factorise them."""
    data = draw_examples(setting, seeds, getattr(torch, setting.dtype))
    x, y = data.x.double(), data.y.double()
    spectrum = ridge.factorise(x, y)
    return Problem(x, y, spectrum, ridge.measure_squared_norm(spectrum, [0.0]))


def measure_distance(
    one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor], scale: Tensor
) -> Tensor:
    """Return ‖Δ(w, b)‖/‖scale‖ for two pairs of w (runs, d, k) and b (runs, k): (runs, k).

    The bias counts, but only the weights `scale`, (runs, d, k), are the unit: a large bias hides
    no error of w.
    """
    (w, b), (other_w, other_b) = one, other
    return torch.hypot((w - other_w).norm(dim=1), b - other_b) / scale.norm(dim=1)


def split_by_scope(scopes: Sequence[str], numbers: Numbers) -> dict[str, Numbers]:
    """Give each scope its column of numbers that are (runs, scopes)."""
    return {
        scope: {name: number[:, column] for name, number in numbers.items()}
        for column, scope in enumerate(scopes)
    }
