"""What noise in the gradients makes of weight decay in Adam and AdamW, on average.

Adam divides by √v̂, and noise keeps v̂ = mean of g² up where the mean of g is small. AdamW has on
average come to rest where g_j/√v_j + λw_j = 0, the optimum of a ridge with λ√v_j in place of λ for
each weight. Of Adam with L2 it divides the decay as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from wd.lab.theory.dropout import solve
from wd.lab.theory.optimisers import BETA1

ROUNDS = 60
"""So often strengths and point are found from each other; on the report's data 35 suffice."""


def find_mean_square(x: Tensor, y: Tensor, w: Tensor, b: Tensor, sizes: Sequence[int]) -> Tensor:
    """Return v_j, the mean square of the gradient of ½·mean squared error over batches.

    A batch of B of the n examples, none of them twice, has the gradient's mean over all of them,
    and the variance Var(g)/B·(n − B)/(n − 1).

    Args:
        x: Inputs, (n, d), float64.
        y: Targets, (n,).
        w: Weights, (d,).
        b: The bias.
        sizes: The sizes of an epoch's batches.

    Returns:
        (d,).
    """
    gradients = (x @ w + b - y)[:, None] * x
    rest = max(len(x) - 1, 1)
    share = sum((len(x) - size) / (rest * size) for size in sizes) / len(sizes)
    return share * gradients.var(0, correction=0) + gradients.mean(0).square()


def find_rest(
    x: Tensor, y: Tensor, weight_decay: float, sizes: Sequence[int]
) -> tuple[Tensor, Tensor]:
    """Find where AdamW rests on average, by turns its λ√v_j and the optimum that they have.

    Args:
        x: Inputs, (n, d), float64.
        y: Targets, (n,).
        weight_decay: λ.
        sizes: The sizes of an epoch's batches.

    Returns:
        w (d,) and λ√v_j (d,).
    """
    strengths = torch.full_like(x[0], weight_decay)
    for _ in range(ROUNDS):
        w, b = solve(x, y, strengths)
        strengths = weight_decay * find_mean_square(x, y, w, b, sizes).sqrt()
    return solve(x, y, strengths)[0], strengths


def follow_adam(lr: float, weight_decay: float, noise: float, steps: int, beta2: float) -> float:
    """Follow a weight from 1 under Adam with L2, as if many weights had their mean each.

    A gradient σε + λw has the mean λw and the mean square σ² + λ²w², and these are what the two
    memories are fed with. While λ|w| is far below σ, the outcome is about exp(−ηλt/σ).

    Args:
        lr: η.
        weight_decay: λ.
        noise: σ > 0.
        steps: t.
        beta2: β₂; β₁ is that of `wd.lab.theory.optimisers`.

    Returns:
        The weight after all steps.
    """
    w, mean, square = 1.0, 0.0, 0.0
    for step in range(1, steps + 1):
        gradient = weight_decay * w
        mean = BETA1 * mean + (1 - BETA1) * gradient
        square = beta2 * square + (1 - beta2) * (noise * noise + gradient * gradient)
        w -= lr * (mean / (1 - BETA1**step)) / math.sqrt(square / (1 - beta2**step))
    return w
