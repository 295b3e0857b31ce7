"""What ηλ does to a weight that no data push: torch.optim.SGD against (1 − ηλ)^t.

Only the product counts, so that η is 1 here and λ takes all values, up to ηλ beyond 2, where the
weight changes sign at every step and grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.studies.facts import Fact, list_facts
from wd.lab.theory import prediction as theory

PRODUCTS = (0.009, 0.5, 1.0, 1.5, 2.0, 2.1)
"""ηλ; the first is the chapter's 0.003 · 3."""
STEPS = 20


def check(setting: Setting, seeds: Sequence[int]) -> Iterator[Fact]:
    """Decay a weight from 1, whatever the setting and the seed.

    Args:
        setting: Plays no part.
        seeds: Play no part.

    Yields:
        Per scope ηλ: step_00 … step_20, the weight after so many steps; factor, 1 − ηλ;
        formula_error, its largest distance from (1 − ηλ)^t relative to that (absolute where it
        is 0).
    """
    for product in PRODUCTS:
        path = decay(product, STEPS)
        predicted = torch.stack([_predict(product, steps) for steps in range(STEPS + 1)])
        scale = torch.where(predicted == 0, 1.0, predicted.abs())
        numbers = {f"step_{steps:02}": weight for steps, weight in enumerate(path)}
        numbers["factor"] = _predict(product, 1)
        numbers["formula_error"] = ((path - predicted).abs() / scale).max()
        yield from list_facts(f"{product:g}", seeds, numbers)


def decay(weight_decay: float, steps: int) -> Tensor:
    """Return w(0) = 1 and w after each step of torch.optim.SGD at η = 1, (steps + 1,), float64."""
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=1.0, weight_decay=weight_decay)
    path = [w.detach().clone()]
    for _ in range(steps):
        w.grad = torch.zeros_like(w)  # without a gradient the optimiser would skip the weight
        optimiser.step()
        path.append(w.detach().clone())
    return torch.cat(path)


def _predict(product: float, steps: int) -> Tensor:
    return theory.compute_leftover_factor(1.0, product, steps, 1, 1, short_batch_scaled=False)
