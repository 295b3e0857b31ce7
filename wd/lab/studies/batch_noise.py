"""AdamW, Adam with L2 and SGD on mini-batches, side by side, and the ridges that they go to.

The features have scales from 1/√spread to √spread, evenly apart in their logarithms, and the true
weights are as much larger where a feature is smaller: each feature does the same for the targets.
Distances are those of the weights times these scales, in which each counts alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import one_thread, pad
from wd.lab.theory import gradient_noise
from wd.lab.theory.dropout import solve
from wd.lab.theory.optimisers import BETA1, list_rates

OPTIMISERS = ("adamw", "adam", "sgd")
"""In the order in which they are made; Adam has its decay in the gradient."""
BETA2 = 0.99
"""Shorter than the default, so that the memory of the start is soon gone; no part of the theory."""
GRID = torch.logspace(-5, 3, 161, dtype=torch.float64)
"""The λ among which the nearest one is looked for."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Train from zero with rates that fall to 0, and average the second half of the steps.

    Adam's first rate is the setting's, that of SGD is `find_rate`'s.

    Args:
        settings: One.
        seeds: A data set and an order of its examples in each epoch.

    Returns:
        The setting with, in weights times scales, the distances ‖w − w*‖/‖w*‖ of each optimiser's
        averaged weights from

        - own: the ridge with λ√v_j, where AdamW should be;
        - asked: the ridge with λ;
        - bare: the least squares;

        and adamw_nearest, that of AdamW from the nearest ridge of any one λ, nearest_decay, which
        is that one, least_strength and most_strength, the smallest and the largest λ√v_j; and the
        series of the weights times scales, AdamW's and those of the three points.
    """
    (setting,) = settings
    with one_thread():
        whole = pad(seeds, 2)  # a batch of one rounds differently
        scales = find_scales(setting)
        x, y, order = map(
            torch.stack, zip(*(_draw(setting, seed, scales) for seed in whole), strict=True)
        )
        averaged = train(setting, x, y, order) * scales
        sizes = [len(batch) for batch in order[0, 0].split(setting.batch_size)]
        find = partial(gradient_noise.find_rest, weight_decay=setting.weight_decay, sizes=sizes)
        found = [find(*each) for each in zip(x, y, strict=True)]
        strengths = torch.stack([each for _, each in found])
        points = {
            "own": torch.stack([w for w, _ in found]) * scales,
            "asked": _solve(x, y, setting.weight_decay) * scales,
            "bare": _solve(x, y, 0.0) * scales,
        }
        numbers = {
            f"{name}_{point}": _measure_distance(averaged[place], points[point])
            for place, name in enumerate(OPTIMISERS)
            for point in points
        }
        path = torch.stack([_solve(x, y, float(decay)) * scales for decay in GRID])
        nearest, place = _measure_distance(averaged[0], path).min(0)
        numbers |= {"adamw_nearest": nearest, "nearest_decay": GRID[place]}
        numbers["least_strength"], numbers["most_strength"] = strengths.aminmax(dim=1)
    coordinates = torch.arange(1, len(scales) + 1, dtype=scales.dtype)
    columns = [each.expand_as(averaged[0]) for each in (coordinates, scales)]
    series = torch.stack([*columns, averaged[0], *points.values()], dim=2)
    runs = len(seeds)
    outcomes = Outcomes(
        list(seeds),
        measures={name: each[:runs].numpy() + 0.0 for name, each in numbers.items()},
        series={"scaled_weights": series[:runs].numpy() + 0.0}
        if bool(series.isfinite().all())
        else {},
    )
    return [(setting, outcomes)]


def find_scales(setting: Setting) -> Tensor:
    """Return the scale of each feature, (d,), from the smallest on."""
    reach = math.log10(setting.spread) / 2
    return torch.logspace(-reach, reach, setting.n_features, dtype=torch.float64)


def _draw(setting: Setting, seed: int, scales: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Draw inputs (n, d), targets (n,), and the order of the examples, (epochs, n)."""
    n, d = setting.n_train, setting.n_features
    plain = normals(seed, "x", n, d)
    y = setting.true_w * plain.sum(1) + setting.noise_std * normals(seed, "noise", n)
    order = normals(seed, "order", setting.epochs, n).argsort(dim=1)
    return plain * scales, y, order


def train(setting: Setting, x: Tensor, y: Tensor, order: Tensor) -> Tensor:
    """Let each optimiser take its steps on all data sets.

    Args:
        setting: λ, Adam's rate, and the size of the batches.
        x: Inputs, (runs, n, d).
        y: Targets, (runs, n).
        order: Of the examples in each epoch, (runs, epochs, n).

    Returns:
        Weights, the mean of those after each step of the second half, (optimisers, runs, d).
    """
    z = torch.cat([x, torch.ones_like(y).unsqueeze(2)], dim=2)
    targets, runs = y.unsqueeze(2), torch.arange(len(x))[:, None]
    p = torch.zeros(*z.shape[::2], len(OPTIMISERS), dtype=x.dtype)  # (runs, d + 1, optimisers)
    gradient, total = torch.zeros_like(p), torch.zeros_like(p)
    optimisers = _make_optimisers(setting, p, gradient)
    batches = [
        batch for epoch in order.unbind(1) for batch in epoch.split(setting.batch_size, dim=1)
    ]
    rates = list_rates(1.0, len(batches), "linear")
    first = [optimiser.param_groups[0]["lr"] for optimiser in optimisers]
    for step, (batch, share) in enumerate(zip(batches, rates, strict=True)):
        chosen = z[runs, batch]
        residuals = torch.baddbmm(targets[runs, batch], chosen, p.detach(), beta=-1)
        torch.bmm(chosen.mT, residuals / batch.shape[1], out=gradient)
        for optimiser, lr in zip(optimisers, first, strict=True):
            for group in optimiser.param_groups:
                group["lr"] = lr * share
            optimiser.step()
        if step >= len(batches) // 2:
            total += p.detach()
    return (total[:, :-1] / (len(batches) - len(batches) // 2)).movedim(2, 0)


def _make_optimisers(setting: Setting, p: Tensor, gradient: Tensor) -> tuple[Optimizer, ...]:
    """Make torch's optimisers for a column each of p and its gradient; biases don't decay."""
    decay, betas = setting.weight_decay, (BETA1, BETA2)
    groups = []
    for place in range(len(OPTIMISERS)):
        w, b = (part.requires_grad_() for part in (p[:, :-1, place], p[:, -1:, place]))
        w.grad, b.grad = gradient[:, :-1, place], gradient[:, -1:, place]
        groups.append([{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0}])
    return (
        AdamW(groups[0], lr=setting.lr, betas=betas, foreach=False),
        Adam(groups[1], lr=setting.lr, betas=betas, foreach=False),
        SGD(groups[2], lr=find_rate(setting), foreach=False),
    )


def find_rate(setting: Setting) -> float:
    """Return a rate with which SGD is stable: 1/(s + t/B + λ).

    Here s is the largest slope of so many normal inputs, about max scale²·(1 + √(d/n))², and t the
    trace of their curvature, which the spread of a batch of B adds to it.
    """
    squares = find_scales(setting).square()
    slope = squares.max() * (1 + math.sqrt(setting.n_features / setting.n_train)) ** 2
    return 1 / float(slope + (1 + squares.sum()) / setting.batch_size + setting.weight_decay)


def _solve(x: Tensor, y: Tensor, weight_decay: float) -> Tensor:
    """Return the ridge of one λ on each data set, (runs, d)."""
    decays = torch.full_like(x[0, 0], weight_decay)
    return torch.stack([solve(*each, decays)[0] for each in zip(x, y, strict=True)])


def _measure_distance(w: Tensor, point: Tensor) -> Tensor:
    """Return ‖w − w*‖/‖w*‖ along the last axis."""
    return (w - point).norm(dim=-1) / point.norm(dim=-1)
