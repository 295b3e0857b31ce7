"""What weight decay does in each optimiser, in closed form: the point of rest, and the leftover.

A step of the optimisers here, full batch, with g = ∇L(w), is one of

    l2:           g + λw takes the gradient's place
    decoupled:    w ← (1 − ηλ)w − ηu, with the update u that the optimiser makes of g
    independent:  w ← (1 − λ)w − ηu, a decay that η has no part in
    cautious:     as decoupled, but only for those coordinates in which uⱼwⱼ ≥ 0

and u is v or g + μv with the memory v ← μv + g (sgd, nesterov), or Adam's m̂/(√v̂ + ε).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

BETA1 = 0.9
"""Adam's memory of gradients: PyTorch's default."""


def list_rates(lr: float, steps: int, schedule: str) -> list[float]:
    """List the learning rate of each step: constant, or falling to 0 after the last.

    Args:
        lr: η of the first step.
        steps: T.
        schedule: "constant", "linear", η(1 − t/T), or "cosine", η(1 + cos(πt/T))/2.

    Returns:
        η₀ … η_{T−1}.
    """
    shapes = {
        "constant": lambda done: 1.0,
        "linear": lambda done: 1 - done,
        "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
    }
    return [lr * shapes[schedule](step / steps) for step in range(steps)]


def find_resting_decay(
    optimiser: str, decay_form: str, weight_decay: float, momentum: float, lr: float
) -> float:
    """Return the λ for whose penalised optimum an optimiser has its point of rest.

    At rest neither the weights nor the memory change. With L2 that takes g + λw = 0, whatever the
    optimiser. A memory v ← μv + g rests at v = g/(1 − μ), where nesterov's update is v as well:
    decoupled, λw + g/(1 − μ) = 0. Independent decay is decoupled decay with λ/η in place of λ.
    Cautious decay can't hold a weight against the data: the update itself must be 0.

    Args:
        optimiser: "sgd", "nesterov" or "adam".
        decay_form: "l2", "decoupled", "independent" or "cautious".
        weight_decay: λ; of independent decay the share that a step takes.
        momentum: μ < 1; adam has none of this kind.
        lr: η, constant where the decay is independent.

    Returns:
        λ ≥ 0 in L + (λ/2)‖w‖²; NaN for decoupled and independent decay with Adam, which rest in a
        box instead, and for μ = 1, whose memory never rests where g isn't 0.

    References:
        Chen and others, Cautious weight decay, 2025, algorithm 1.
    """
    if decay_form == "cautious":
        return 0.0
    if decay_form == "l2":
        return weight_decay
    if optimiser == "adam" or momentum == 1:
        return math.nan
    own = weight_decay / lr if decay_form == "independent" else weight_decay
    return (1 - momentum) * own


def follow_leftover(
    rates: Sequence[float],
    decay_form: str,
    weight_decay: float,
    momentum: float = 0.0,
    *,
    nesterov: bool = False,
) -> float:
    """Return what sgd or nesterov leaves of a weight that no data pull at.

    With L2 the gradient is λa, and v ← μv + λa, a ← a − η(v or λa + μv): a linear recursion in
    (a, v). Apart from the gradient the memory stays 0, and every step multiplies by 1 − ηλ, or by
    1 − λ where the decay is independent.

    Args:
        rates: η of each step.
        decay_form: "l2", "decoupled" or "independent".
        weight_decay: λ.
        momentum: μ.
        nesterov: Which update the memory makes.

    Returns:
        a after all steps from a = 1 and v = 0.
    """
    left, memory = 1.0, 0.0
    for lr in rates:
        if decay_form == "independent":
            left -= weight_decay * left
        elif decay_form == "decoupled":
            left -= lr * weight_decay * left
        else:
            gradient = weight_decay * left
            memory = momentum * memory + gradient
            left -= lr * (gradient + momentum * memory if nesterov else memory)
    return left


def shrink_by_adam(start: Tensor, rates: Sequence[float], beta2: float) -> Tensor:
    """Return where Adam takes weights that nothing but an L2 penalty moves.

    Its update m̂/√v̂ is the same for the gradients λw and w: no λ > 0 has a part in it, as long as
    √v̂ is large against ε, which is left out here.

    Args:
        start: Weights, any shape, none of them 0.
        rates: η of each step.
        beta2: β₂; β₁ is `BETA1`.

    Returns:
        Weights after all steps.

    References:
        Kingma and Ba, Adam, ICLR 2015, algorithm 1.
    """
    w, mean, square = start.clone(), torch.zeros_like(start), torch.zeros_like(start)
    for step, lr in enumerate(rates, start=1):
        mean = BETA1 * mean + (1 - BETA1) * w
        square = beta2 * square + (1 - beta2) * w.square()
        w = w - lr * (mean / (1 - BETA1**step)) / (square / (1 - beta2**step)).sqrt()
    return w
