"""A data set beside its exact solution: what the ways of solving it are compared on."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import draw_training_set
from wd.lab.objective import half_mean_squared_error
from wd.lab.solutions import ridge
from wd.lab.studies.company import Numbers


@dataclass(frozen=True)
class Problem:
    """A data set and what solves it exactly, with a leading axis of one run.

    Attributes:
        x: (1, n, d), float64.
        y: (1, n, 1), float64.
        spectrum: From `ridge.factorise`.
        ceiling: θ_max = ‖w*(0)‖², (1, 1).
    """

    x: Tensor
    y: Tensor
    spectrum: ridge.Spectrum
    ceiling: Tensor

    def measure_loss(self, w: Tensor, b: Tensor) -> Tensor:
        """Return L for w (1, d, k) and b (1, k), penalty excluded: (1, k)."""
        return half_mean_squared_error(self.x @ w + b.unsqueeze(1) - self.y)

    def measure_excess(self, one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> Tensor:
        """Return by how much L of one (w, b) exceeds another's, in units of the best constant's."""
        constant = self.y.var(1, correction=0) / 2
        return (self.measure_loss(*one) - self.measure_loss(*other)) / constant

    def scale_theta(self, shares: Tensor) -> Tensor:
        """Return θ at shares (k,) of θ_max, (1, k), and of 1 where θ_max is 0."""
        return torch.where(self.ceiling > 0, self.ceiling, 1.0) * shares

    def leave_out(self, numbers: Numbers) -> Numbers:
        """Make NaN of the numbers (1, k) where θ_max is 0: there is no θ to compare."""
        return {
            name: torch.where(self.ceiling > 0, number, torch.nan)
            for name, number in numbers.items()
        }


def draw(setting: Setting, seed: int) -> Problem:
    """Draw the data that a run of this setting and seed sees, and factorise them."""
    x, y = draw_training_set(setting, [seed], getattr(torch, setting.dtype))
    x, y = x.double(), y.double()
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
