"""The scratch program under the hard constraint ‖w‖² ≤ θ: projected gradient descent.

After every step w is pulled back to the nearest point of the ball, w ← w·min(1, √θ/‖w‖); the bias
stays free:

    w ← w − (η/B)·Xᵀ(ŷ − y),    b ← b − (η/B)·Σ (ŷᵢ − yᵢ),    w ← w·min(1, √θ/‖w‖).

References:
    Boyd and Vandenberghe, Convex Optimization, section 8.1.1 (projection on a norm ball).
    Nesterov, Lectures on Convex Optimization, 2nd ed., section 2.2 (steps over simple sets).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.programs.scratch import Scratch


def project(w: Tensor, theta: Tensor) -> Tensor:
    """Pull w back onto the ball ‖w‖² ≤ θ, in place.

    Args:
        w: Weights without the bias, (*runs, d, k), any floating dtype; may be a view.
        theta: θ ≥ 0, (k,) or (*runs, k), of w's dtype and device; inf constrains nothing.

    Returns:
        w itself. A w that isn't finite stays so, for a diverged run to be seen as one.
    """
    norm = w.square().sum(-2).sqrt()
    shrink = theta.sqrt() / norm.clamp_min(torch.finfo(w.dtype).tiny)
    return w.mul_(shrink.clamp_max(1).unsqueeze(-2))


class Projected(Scratch):
    """Weights of many runs, each step of the scratch program followed by the projection.

    Attributes:
        weights: (runs, columns, models), joined: the bias in the last row.
    """

    def __init__(self, w: Tensor, b: Tensor, settings: Sequence[Setting], width: int) -> None:
        """Start every model of a run from the same weights and the same bias.

        Args:
            w: Initial weights, (runs, d, 1); they need not lie in the ball.
            b: Initial biases, (runs, 1, 1).
            settings: One per model; they differ in `theta` alone.
            width: Models in the tile; those beyond `settings` are padding.
        """
        super().__init__(w, b, settings, width)
        self._theta = torch.full_like(self.weights[0, 0], math.inf)
        theta = [setting.theta for setting in settings]
        self._theta[: len(settings)] = torch.tensor(theta, dtype=w.dtype)

    def step(self, x: Tensor, y: Tensor) -> None:
        """Take one step on a batch of m examples: x (runs, m, columns), y (runs, m, 1)."""
        super().step(x, y)
        project(self.weights[:, :-1], self._theta)


PROGRAM = Projected
