"""AdamW, and Adam with L2, where gradients are nothing but noise: what is left of a weight.

The first of the exercises after the section on AdamW in the newest edition of the course. Each seed
has `PAIRS` pairs of weights, all of which begin at 1; what is noise to one of a pair is its mirror
image to the other, so that the noise has a mean of zero and not only on average.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch.optim import Adam, AdamW

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import list_outcomes, one_thread, pad
from wd.lab.theory.gradient_noise import follow_adam
from wd.lab.theory.optimisers import BETA1, follow_leftover

PAIRS = 100
BETA2 = 0.999
"""Adam's memory of squared gradients: PyTorch's default."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Run both optimisers on the same noise, and average over the weights of a seed.

    Args:
        settings: One.
        seeds: The noise of all pairs each.

    Returns:
        The setting with

        - adamw_mean, adam_mean: the mean of the weights at the end, of Adam with L2;
        - adamw_said: (1 − ηλ)^t;
        - adam_said: exp(−ηλt/σ), for weights with λ|w| far below σ;
        - adam_followed: what `follow_adam` says, for all weights.
    """
    (setting,) = settings
    steps, decay, lr = setting.epochs, setting.weight_decay, setting.lr
    with one_thread():
        whole = pad(seeds, 2)  # a batch of one rounds differently
        noise = torch.stack([normals(seed, "noise", steps, PAIRS) for seed in whole], dim=1)
        noise *= setting.gradient_noise
        ends = {}
        for name, kind in (("adamw", AdamW), ("adam", Adam)):
            w = torch.ones(len(whole), 2 * PAIRS, dtype=noise.dtype, requires_grad=True)
            optimiser = kind([w], lr=lr, betas=(BETA1, BETA2), weight_decay=decay, foreach=False)
            for each in noise:
                w.grad = torch.cat([each, -each], dim=1)
                optimiser.step()
            ends[name] = w.detach().mean(1)
    said = {
        "adamw_said": follow_leftover([lr] * steps, "decoupled", decay),
        "adam_said": math.exp(-lr * decay * steps / setting.gradient_noise),
        "adam_followed": follow_adam(lr, decay, setting.gradient_noise, steps, BETA2),
    }
    numbers = {f"{name}_mean": end for name, end in ends.items()}
    numbers |= {name: torch.full_like(ends["adam"], each) for name, each in said.items()}
    columns = {name: each.unsqueeze(1) for name, each in numbers.items()}
    return list_outcomes([setting], seeds, columns)
