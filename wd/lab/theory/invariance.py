"""What decay does to weights whose length a network doesn't feel.

Let the loss be the same at c·w for every c > 0. Then the gradient is at right angles to w, and it
is ĝ/‖w‖ where ĝ is that at the unit vector w/‖w‖. A step w' = (1 − ηλ)w − ηg makes

    ‖w'‖² = (1 − ηλ)²‖w‖² + η²‖ĝ‖²/‖w‖²,      cos∠(w, w') = (1 − ηλ)‖w‖/‖w'‖,

and the square of the first, in which the start fades by (1 − ηλ)⁴ a step:

    ‖w'‖⁴ = (1 − ηλ)⁴‖w‖⁴ + 2(1 − ηλ)²η²‖ĝ‖² + η⁴‖ĝ‖⁴/‖w‖⁴.

References:
    van Laarhoven, L2 regularization versus batch and weight normalization, arXiv:1706.05350 (2017).
    Wan et al., Spherical motion dynamics, arXiv:2006.08419 (2020).
"""

from __future__ import annotations

import math

from torch import Tensor


def find_resting_angle(lr: float, weight_decay: float) -> float:
    """Return √(2ηλ), by which a step turns weights whose length stays, in radians.

    There cos∠ = 1 − ηλ, and the angle is this up to a part of about ηλ/12.
    """
    return math.sqrt(2 * lr * weight_decay)


def find_resting_norm(lr: float, weight_decay: float, square: Tensor) -> Tensor:
    """Return the length that stays, (η‖ĝ‖²/(2λ))^¼, from the mean of ‖ĝ‖².

    It is that of the fourth power above to first order in ηλ, and without decay infinite.
    """
    return (lr * square / (2 * weight_decay)) ** 0.25


def find_start_share(lr: float, weight_decay: float, steps: int, ratio: Tensor) -> Tensor:
    """Return the part of ‖w‖⁴ after some steps that is left of the start, for these ĝ exactly.

    Args:
        lr: η.
        weight_decay: λ.
        steps: How many were taken.
        ratio: The length at the start over that after the steps.
    """
    return ratio.new_tensor(1 - lr * weight_decay) ** (4 * steps) * ratio**4
