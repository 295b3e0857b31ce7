"""Ridge where the risk is known exactly: figure 1 of Nakkiran et al. (2021), with many data sets.

Inputs are independent and standard normal, the truth w* has length 1, there is no bias, and λ
stands beside the sum of squared errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import one_thread
from wd.lab.theory.isotropic import best_penalty, say_risk

SHARES = torch.tensor([0, 0.001, 0.01, 0.1, 0.3, 1, 3, 10], dtype=torch.float64)
"""λ over the best one; at 0 the least squares of smallest ‖w‖."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Fit n examples of every data set with each λ.

    Args:
        settings: One.
        seeds: A data set each; those of fewer examples are its first ones.

    Returns:
        The setting with risk_said, what `say_risk` says of the best λ, and risk_path: for each
        share of the best λ the mean squared error of a new example.
    """
    (setting,) = settings
    with one_thread():
        paths = torch.stack([fit(setting, seed) for seed in seeds])
    said = say_risk(setting.n_train, setting.n_features, setting.noise_std)
    measures = {"risk_said": np.full(len(seeds), said)}
    return [
        (setting, Outcomes(list(seeds), measures=measures, series={"risk_path": paths.numpy()}))
    ]


def fit(setting: Setting, seed: int) -> Tensor:
    """Return the shares of the best λ with the risks, (k, 2).

    The smaller one of XXᵀ and XᵀX is decomposed, once for all λ.
    """
    n, d, noise = setting.n_train, setting.n_features, setting.noise_std
    x = normals(seed, "x", n, d)
    truth = torch.full((d,), 1 / math.sqrt(d), dtype=torch.float64)
    clean = x @ truth
    y = clean + noise * normals(seed, "noise", n)
    penalties = best_penalty(d, noise) * SHARES[:, None]
    if n < d:
        eigenvalues, vectors = torch.linalg.eigh(x @ x.T)
        c = (vectors.T @ y) / (eigenvalues + penalties)  # w = Xᵀ Σ c_j v_j
        lengths = (eigenvalues * c.square()).sum(1)
        distances = lengths - 2 * (c * (vectors.T @ clean)).sum(1) + 1
    else:
        eigenvalues, vectors = torch.linalg.eigh(x.T @ x)
        c = (vectors.T @ (x.T @ y)) / (eigenvalues + penalties)  # w = Σ c_j v_j
        distances = (c - vectors.T @ truth).square().sum(1)
    return torch.stack([SHARES, distances + noise**2], dim=1)
