"""Just below and just above the largest stable η: full-batch descent, really run.

The limit 2/(largest eigenvalue of the Hessian in (w, b)) is exact for full batches: 0.1 % below it
the error shrinks in the end, 0.1 % above it grows, and both at the predicted rate. For mini-batches
only a sufficient limit is known; it is taken over the very batches that the seed's run meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import draw_examples, draw_start, normals
from wd.lab.objective import with_ones
from wd.lab.solutions import ridge
from wd.lab.studies.facts import Fact, list_facts
from wd.lab.studies.thread import one_thread
from wd.lab.theory import rowspace, stability

DECAYS = (0.0, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 100.0)
TRIED = (0.0, 3.0, 30.0)
"""λ at which descent is run below and above the limit."""
SHARES = {"below": 0.999, "above": 1.001}
STEPS = 2000
"""Enough for the steepest direction, which gains 0.2 % a step, to outgrow all others."""


def check(setting: Setting, seeds: Sequence[int]) -> Iterator[Fact]:
    """Find the limits of η for some seeds and try the full-batch one.

    Args:
        setting: Sizes, batch size and epochs.
        seeds: One data set and one order of batches each.

    Yields:
        Per scope λ: limit, of full batches; safe_limit, below which no batch of the seed's run
        lengthens the error. For λ in `TRIED` too: below_growth and above_growth, the error's
        length after `STEPS` steps over that after half of them; below_factor and above_factor,
        the same per step, predicted to be 0.998 and 1.002.
    """
    with one_thread():
        data = draw_examples(setting, seeds, getattr(torch, setting.dtype))
        x, y = data.x.double(), data.y.double()
        limit = stability.find_limit(rowspace.span_rows(x), DECAYS)
        order = draw_start(setting, seeds, torch.float64).order
        safe_limit = stability.find_safe_limit(
            x, DECAYS, order, min(setting.batch_size, setting.n_train), short_batch_scaled=True
        )
        start = torch.stack([normals(seed, "w", setting.n_features, 1) for seed in seeds])
        tried = [DECAYS.index(decay) for decay in TRIED]
        growth = {
            side: measure_growth(x, y, start, share * limit[:, tried], TRIED, STEPS)
            for side, share in SHARES.items()
        }
    for model, decay in enumerate(DECAYS):
        numbers = {"limit": limit[:, model], "safe_limit": safe_limit[:, model]}
        if decay in TRIED:
            for side, ratio in growth.items():
                late_over_early = ratio[:, TRIED.index(decay)]
                numbers[f"{side}_growth"] = late_over_early
                numbers[f"{side}_factor"] = late_over_early ** (1 / (STEPS // 2))
        yield from list_facts(f"{decay:g}", seeds, numbers)


def measure_growth(
    x: Tensor, y: Tensor, w: Tensor, lr: Tensor, weight_decay: Sequence[float], steps: int
) -> Tensor:
    """Descend with full batches and compare the error halfway with that at the end.

    The error is the distance of (w, b) from where descent would end below the limit.

    Args:
        x: Inputs, (runs, n, d), float64.
        y: Targets, (runs, n, 1), float64.
        w: Where descent starts, (runs, d, 1); the bias starts at 0.
        lr: η, (runs, k).
        weight_decay: λ, (k,).
        steps: Even number of steps, in all.

    Returns:
        ‖error at the end‖ / ‖error halfway‖, (runs, k).
    """
    decay = torch.tensor(weight_decay, dtype=x.dtype)
    end_w, end_b = ridge.solve(ridge.factorise(x, y), decay)
    free_w, free_b = ridge.settle_undecayed(x, y, w)
    end_w = torch.where(decay > 0, end_w, free_w)
    end_b = torch.where(decay > 0, end_b, free_b)
    end = torch.cat([end_w, end_b.unsqueeze(1)], dim=1)

    weights = torch.nn.functional.pad(w, (0, 0, 0, 1)).repeat(1, 1, len(decay))
    z, pull = with_ones(x), (lr / x.shape[1]).unsqueeze(1)
    shrink = (lr * decay).unsqueeze(1)
    lengths = []
    for _ in range(2):
        for _ in range(steps // 2):
            move = pull * (z.mT @ (z @ weights - y))
            weights[:, :-1] -= shrink * weights[:, :-1]
            weights -= move
        lengths.append((weights - end).norm(dim=1))
    return lengths[1] / lengths[0]
