"""The form in which checks hand over their numbers: one row per case, name and seed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

Fact = tuple[str, str, int, float | None]
"""In which case (scope), what was measured (name), on which seed, and the number."""


def list_facts(
    scope: str, seeds: Sequence[int], numbers: Mapping[str, Tensor | float]
) -> Iterator[Fact]:
    """Unfold numbers per seed into facts.

    Args:
        scope: The case they belong to.
        seeds: One seed per run.
        numbers: By name: (runs,), or one number for all runs.

    Yields:
        The facts, name by name; None stands for what isn't finite.
    """
    for name, number in numbers.items():
        values = torch.as_tensor(number, dtype=torch.float64).expand(len(seeds)) + 0.0  # no −0
        for seed, value in zip(seeds, values.tolist(), strict=True):
            yield scope, name, seed, value if math.isfinite(value) else None
