"""Projected descent from random weights where the constraint is inactive.

Where minimisers aren't unique, another start finds another one: on the ball, with no loss.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice

import torch

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import constrained
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.studies.problem import draw, measure_distance
from wd.lab.theory import rowspace, stability
from wd.lab.theory.descent import walk

SHARE = 1.5
"""θ as a share of θ_max."""
STEPS = 4000
"""By then the residuals have come down to rounding."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Run projected descent at 1.5·θ_max from standard normal weights.

    Args:
        settings: One.
        seeds: One data set and one start each.

    Returns:
        The setting with theta_bound, the θ; projected_closed = ‖Δ(w, b)‖/‖w_closed‖; loss_excess,
        the loss minus the closed form's in units of the best constant's; projected_squared_norm,
        ‖w‖². None of them where θ_max is 0.
    """
    return measure_in_tiles(settings, seeds, 1, _settle)


def _settle(settings: Sequence[Setting], seed: int) -> Numbers:
    (setting,) = settings
    problem = draw(setting, seed)
    theta = problem.scale_theta(torch.tensor([SHARE], dtype=torch.float64))
    weights = torch.nn.functional.pad(normals(seed, "w", 1, setting.n_features, 1), (0, 0, 0, 1))
    lr = stability.find_limit(rowspace.span_rows(problem.x), [0.0]) / 2
    deque(islice(walk(problem.x, problem.y, weights, lr, theta=theta), STEPS), maxlen=0)
    w, b = weights[:, :-1], weights[:, -1]
    solution = constrained.solve(problem.spectrum, theta)
    exact = (solution.w, solution.b)
    return problem.leave_out(
        {
            "theta_bound": theta,
            "projected_closed": measure_distance((w, b), exact, exact[0]),
            "loss_excess": problem.measure_excess((w, b), exact),
            "projected_squared_norm": w.square().sum(1),
        }
    )
