"""Choosing λ for the diabetes data that come with scikit-learn, by one random split after another.

A seed is a split. All examples are cut into five parts, whose left-out residuals choose a λ; and a
hundred examples are fitted, with a λ chosen on them alone, and judged by all others. Features and
targets are standardised on all examples, those that are left out too: that is the same for every λ.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations_with_replacement

import numpy as np
import torch
from sklearn.datasets import load_diabetes
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.choosing import HELD_OUT, TRIED
from wd.lab.studies.company import one_thread
from wd.lab.theory import leaving_out

SAMPLE = 100
"""Examples that are fitted where the others judge."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Choose λ by many splits of the same data.

    Args:
        settings: One.
        seeds: One split each.

    Returns:
        The setting with

        - leave_one_out_all: the λ that leaving one out chooses for all examples, which needs no
          split;
        - five_fold_all: the λ that five parts of the split choose for them;
        - winning_score: its score, and runner_up_gap, by how much the next best λ is worse;
        - none_loss_ratio, leave_one_out_loss_ratio, …: with a hundred examples fitted, the loss
          on the others at λ = 0 and at the λ of each method, over the smallest of all λ.
    """
    (setting,) = settings
    with one_thread():
        x, y = load(setting.features)
        rows = leaving_out.factorise_rows(x)
        chosen = TRIED[_score(leaving_out.leave_one_out(rows, y, TRIED)).argmin()].item()
        found = [
            {"leave_one_out_all": chosen, **split(x, y, normals(seed, "order", len(x)).argsort())}
            for seed in seeds
        ]
    measures = {name: np.array([numbers[name] for numbers in found]) for name in found[0]}
    return [(setting, Outcomes(list(seeds), measures=measures))]


@cache
def load(features: str) -> tuple[Tensor, Tensor]:
    """Read inputs (442, 10 or 64) and targets (442, 1), standardised, float64.

    The square of a feature with two values only repeats it, and is left out.
    """
    x, y = load_diabetes(return_X_y=True)
    if features == "quadratic":
        pairs = [
            (i, j)
            for i, j in combinations_with_replacement(range(x.shape[1]), 2)
            if i != j or len(np.unique(x[:, i])) > 2
        ]
        x = np.column_stack([x, *(x[:, i] * x[:, j] for i, j in pairs)])
    both = np.column_stack([x, y])
    scaled = torch.from_numpy((both - both.mean(0)) / both.std(0))
    return scaled[:, :-1].contiguous(), scaled[:, -1:].contiguous()


def split(x: Tensor, y: Tensor, order: Tensor) -> dict[str, float]:
    """Measure one order of the examples."""
    x, y = x[order], y[order]
    five = leaving_out.cut_into_parts(len(x), 5)
    scores, places = _score(leaving_out.refit(x, y, TRIED, five)).sort()
    return {
        "five_fold_all": TRIED[places[0]].item(),
        "winning_score": scores[0].item(),
        "runner_up_gap": (scores[1] - scores[0]).item(),
        **judge(x[:SAMPLE], y[:SAMPLE], x[SAMPLE:], y[SAMPLE:]),
    }


def judge(x: Tensor, y: Tensor, new_x: Tensor, new_y: Tensor) -> dict[str, float]:
    """Choose λ on some examples and compare its loss on others with the smallest there."""
    n = len(x)
    rows = leaving_out.factorise_rows(x)
    w, b = leaving_out.solve(rows, y, TRIED)
    losses = _score(new_y - leaving_out.predict(new_x, w, b))
    five, held_out = leaving_out.cut_into_parts(n, 5), [torch.arange(n - n // HELD_OUT, n)[None]]
    left_out = {
        "leave_one_out": leaving_out.leave_one_out(rows, y, TRIED),
        "five_fold": leaving_out.cross_validate(x, rows, y, TRIED, five),
        "hold_out": leaving_out.cross_validate(x, rows, y, TRIED, held_out),
    }
    places = {"none": 0, **{name: _score(each).argmin() for name, each in left_out.items()}}
    return {
        f"{name}_loss_ratio": (losses[place] / losses.min()).item()  # type: ignore[index]  # a place or a mask
        for name, place in places.items()
    }


def _score(residuals: Tensor) -> Tensor:
    """½·mean squared error for each λ: (k, examples, 1) → (k,)."""
    return residuals.square().mean((1, 2)) / 2
