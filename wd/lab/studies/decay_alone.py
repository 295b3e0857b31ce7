"""What ηλ does to a weight that no data push: torch.optim.SGD against (1 − ηλ)^t.

Only the product counts. Where ηλ is beyond 1 the weight changes sign at every step, and beyond 2 it
grows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.outcomes import Outcomes
from wd.lab.theory import prediction as theory

STEPS = 20


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Decay a weight from 1, whatever the seed.

    Args:
        settings: One, with η and λ.
        seeds: Play no part.

    Returns:
        The setting with factor, 1 − ηλ; formula_error, the path's largest distance from
        (1 − ηλ)^t relative to that (absolute where it is 0); and the series decay_path, the weight
        after each step.
    """
    (setting,) = settings
    path = decay(setting.lr, setting.weight_decay, STEPS)
    predicted = torch.stack([_predict(setting, steps) for steps in range(STEPS + 1)])
    scale = torch.where(predicted == 0, 1.0, predicted.abs())
    runs = len(seeds)
    measures = {
        "factor": _predict(setting, 1),
        "formula_error": ((path - predicted).abs() / scale).max(),
    }
    points = torch.stack([torch.arange(STEPS + 1).double(), path], dim=1).numpy() + 0.0  # no −0
    return [
        (
            setting,
            Outcomes(
                list(seeds),
                measures={name: np.full(runs, float(each)) for name, each in measures.items()},
                series={"decay_path": np.tile(points, (runs, 1, 1))},
            ),
        )
    ]


def decay(lr: float, weight_decay: float, steps: int) -> Tensor:
    """Return w(0) = 1 and w after each step of torch.optim.SGD, (steps + 1,), float64."""
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=lr, weight_decay=weight_decay)
    path = [w.detach().clone()]
    for _ in range(steps):
        w.grad = torch.zeros_like(w)  # without a gradient the optimiser would skip the weight
        optimiser.step()
        path.append(w.detach().clone())
    return torch.cat(path)


def _predict(setting: Setting, steps: int) -> Tensor:
    return theory.compute_leftover_factor(
        setting.lr, setting.weight_decay, steps, 1, 1, short_batch_scaled=False
    )
