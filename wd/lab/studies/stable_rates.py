"""The largest stable η, and full-batch descent just below and just above it, really run.

The limit 2/(largest eigenvalue of the Hessian in (w, b)) is exact for full batches: 0.1 % below it
the error shrinks in the end, 0.1 % above it grows, and both at the predicted rate. For mini-batches
only a sufficient limit is known; it is taken over the very batches that the seed's run meets, and
the η at which that run begins to diverge is found by bisection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import draw_order, draw_training_set, normals
from wd.lab.objective import half_mean_squared_error, with_ones
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import ridge
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.studies.matrix import DIVERGED
from wd.lab.theory import rowspace, stability
from wd.lab.theory.descent import walk

TILE = 8
"""λ descended with together."""
SHARES = {"below": 0.999, "above": 1.001}
STEPS = 2000
"""Enough for the steepest direction, which gains 0.2 % a step, to outgrow all others."""
FURTHEST = 100.0
"""How far beyond the sufficient limit a run is expected to diverge."""
HALVINGS = 12
"""Of the logarithm of that range: the onset is found to about 0.1 %."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Find the limits of η for some seeds and try the full-batch one.

    Args:
        settings: They differ in λ alone.
        seeds: One data set and one order of batches each.

    Returns:
        Each setting with limit, of full batches; safe_limit, below which no batch of the seed's
        run lengthens the error; onset, where that run begins to diverge, over safe_limit;
        below_growth and above_growth, the error's length after `STEPS`
        steps over that after half of them; below_factor and above_factor, the same per step,
        predicted to be 0.998 and 1.002.
    """
    return measure_in_tiles(settings, seeds, TILE, _try_limits)


def _try_limits(settings: Sequence[Setting], seed: int) -> Numbers:
    first, decays = settings[0], [setting.weight_decay for setting in settings]
    x, y = draw_training_set(first, [seed], getattr(torch, first.dtype))
    x, y = x.double(), y.double()
    limit = stability.find_limit(rowspace.span_rows(x), decays)
    safe_limit = stability.find_safe_limit(
        x,
        decays,
        draw_order(first, seed).unsqueeze(0),
        min(first.batch_size, first.n_train),
        short_batch_scaled=True,
    )
    start = normals(seed, "w", 1, first.n_features, 1)
    onset = find_onset(first, seed, x[0], y[0], first.init_std * start[0], safe_limit[0], decays)
    numbers = {"limit": limit, "safe_limit": safe_limit, "onset": onset.unsqueeze(0)}
    for side, share in SHARES.items():
        growth = measure_growth(x, y, start, share * limit, decays, STEPS)
        numbers[f"{side}_growth"] = growth
        numbers[f"{side}_factor"] = growth ** (1 / (STEPS // 2))
    return numbers


def find_onset(
    setting: Setting,
    seed: int,
    x: Tensor,
    y: Tensor,
    w: Tensor,
    safe_limit: Tensor,
    weight_decay: Sequence[float],
) -> Tensor:
    """Bisect the η from which on the scratch program's run of this seed diverges.

    A run diverges by the same criterion as in the matrix. Where a run survives beyond an η at which
    it diverges, this is one of the rates between a run that survives and one that doesn't.

    Args:
        setting: Its batches and epochs.
        seed: It decides the order of the batches.
        x: Inputs, (n, d), float64.
        y: Targets, (n, 1), float64.
        w: Where descent starts, (d, 1); the bias starts at 0.
        safe_limit: η where the search begins, (k,).
        weight_decay: λ, (k,).

    Returns:
        η over safe_limit, (k,); NaN where `FURTHEST` times that is survived.
    """
    z, decay = with_ones(x), torch.tensor(weight_decay, dtype=x.dtype)
    order, size = draw_order(setting, seed), setting.batch_size
    start = torch.nn.functional.pad(w, (0, 0, 0, 1)).repeat(1, len(decay))
    first_loss = half_mean_squared_error((z @ start - y).unsqueeze(0))[0]

    def survives(share: Tensor) -> Tensor:
        lr, weights = share * safe_limit, start.clone()
        w, shrink, pull = weights[:-1], lr * decay, lr / size
        for epoch in range(setting.epochs):  # in place, and gathered once: the steps are that short
            row = order[epoch % len(order)]
            for inputs, targets in zip(z[row].split(size), y[row].split(size), strict=True):
                residual = (inputs @ weights).sub_(targets)
                w.sub_(len(inputs) / size * shrink * w)
                weights.sub_((inputs.mT @ residual).mul_(pull))
        last_loss = half_mean_squared_error((z @ weights - y).unsqueeze(0))[0]
        return last_loss.isfinite() & (last_loss <= DIVERGED * first_loss)

    low = torch.ones_like(safe_limit)
    high = FURTHEST * low
    endless = survives(high)
    for _ in range(HALVINGS):
        middle = (low * high).sqrt()
        alive = survives(middle)
        low, high = torch.where(alive, middle, low), torch.where(alive, high, middle)
    return torch.where(endless, torch.nan, low)


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
    lengths = []
    walked = walk(x, y, weights, lr, weight_decay=decay)
    for _ in range(2):
        deque(islice(walked, steps // 2), maxlen=0)
        lengths.append((weights - end).norm(dim=1))
    return lengths[1] / lengths[0]
