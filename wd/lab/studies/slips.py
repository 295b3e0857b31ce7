"""The chapter's two programs with momentum, and with an L1 penalty: which norm they print.

Data, starts and orders are those of the programs' own runs with the same seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import draw_order, draw_training_set, normals
from wd.lab.objective import join, join_ones, residuals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import list_outcomes, one_thread, pad

MOMENTUM = 0.9
"""As declared, for the report to tell."""
Step = Callable[[Tensor, Tensor], None]
"""A step on a batch of m examples: x (runs, m, columns), y (runs, m, 1)."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Train, and return the setting with slip_norm, ‖w‖ at the end."""
    (setting,) = settings
    dtype, d = getattr(torch, setting.dtype), setting.n_features
    with one_thread():
        whole = pad(seeds, 2)  # a batch of one rounds differently
        x, y = draw_training_set(setting, whole, dtype)
        w, b = (
            setting.init_std * torch.stack([normals(seed, name, size, 1) for seed in whole])
            for name, size in (("w", d), ("b", 1))
        )
        step, weights = SLIPS[setting.slip](setting, w.to(dtype), b.to(dtype))
        z, runs = join_ones(x), torch.arange(len(whole))[:, None]
        order = torch.stack([draw_order(setting, seed) for seed in whole])
        for epoch in range(setting.epochs):
            for batch in order[:, epoch % order.shape[1]].split(setting.batch_size, dim=1):
                step(z[runs, batch], y[runs, batch])
    norms = weights[:, :d].detach().double().norm(dim=1)
    return list_outcomes([setting], seeds, {"slip_norm": norms})


def _remember(setting: Setting, w: Tensor, b: Tensor) -> tuple[Step, Tensor]:
    """Let torch's SGD have momentum in the concise program, whose loss has no ½."""
    weights = join(w, b, dim=1)
    gradient, d = torch.zeros_like(weights), w.shape[1]
    leaves = [weights[:, :d].requires_grad_(), weights[:, -1:].requires_grad_()]
    leaves[0].grad, leaves[1].grad = gradient[:, :d], gradient[:, -1:]
    groups = [
        {"params": [leaf], "weight_decay": decay}
        for leaf, decay in zip(leaves, (setting.weight_decay, 0.0), strict=True)
    ]
    optimiser = torch.optim.SGD(groups, lr=setting.lr, momentum=MOMENTUM, foreach=False)

    def step(x: Tensor, y: Tensor) -> None:
        torch.bmm(x.mT, residuals(x, y, weights).mul_(2 / x.shape[1]), out=gradient)
        optimiser.step()

    return step, weights


def _penalise(setting: Setting, w: Tensor, b: Tensor) -> tuple[Step, Tensor]:
    """Let the scratch program have the penalty λ‖w‖₁ for each example, and a bias from zero."""
    weights, d = join(w, torch.zeros_like(b), dim=1), w.shape[1]

    def step(x: Tensor, y: Tensor) -> None:
        rate = setting.lr / setting.batch_size
        gradient = torch.bmm(x.mT, residuals(x, y, weights))
        gradient[:, :d] += x.shape[1] * setting.weight_decay * weights[:, :d].sign()
        weights.sub_(gradient, alpha=rate)

    return step, weights


SLIPS = {"momentum": _remember, "l1": _penalise}
