"""What ridge costs on independent standard normal inputs, where no direction is preferred.

Here the penalty is λ‖w‖² beside the *sum* of squared errors, there is no bias, and the risk is the
mean squared error of a new example, as in Nakkiran et al. (2021).
"""

from __future__ import annotations

import math


def best_penalty(features: int, noise_std: float) -> float:
    """The λ of the smallest expected risk, dσ²/‖w*‖² with ‖w*‖ = 1, whatever n is.

    Nakkiran et al. (2021), Lemma 2: it makes ridge the posterior mean for a normal prior whose
    weights have the variance ‖w*‖²/d.
    """
    return features * noise_std**2


def say_risk(examples: int, features: int, noise_std: float) -> float:
    """The risk at the best λ in the limit of many features: σ²(1 + γm).

    γ = d/n, and m is the mean of 1/(μ + ℓ) over the eigenvalues μ of XᵀX/n with ℓ = γσ², which
    in the limit solves γℓm² + (1 − γ + ℓ)m = 1 (Marchenko and Pastur's law; Hastie et al., 2022,
    on ridge with isotropic features, with ‖w*‖ = 1).
    """
    ratio, variance = features / examples, noise_std**2
    level = ratio * variance
    middle = 1 - ratio + level
    root = math.sqrt(middle**2 + 4 * ratio * level)
    # σ²γm with the positive root, without the difference of two like numbers or a division by σ
    gained = 2 * level / (root + middle) if middle > 0 else (root - middle) / (2 * ratio)
    return variance + gained
