"""Ridge with and without decay on the diabetes and the digits data that come with scikit-learn.

A seed is an order of the examples: the first ones are fitted, and those that no setting fits
judge. The diabetes data and their targets are standardised on all examples, those that judge too:
that is the same for every λ and every number of examples. Pixels are divided by 16.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies import choosing_splits, digits
from wd.lab.studies.company import one_thread
from wd.lab.theory import leaving_out, spectral

TRIED = torch.tensor([0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10], dtype=torch.float64)
"""λ = 0, the least squares of smallest ‖w‖, and a grid."""
SPARE = {"diabetes": 242, "digits": 1000}
"""So many examples of each data set may be fitted, as declared; all others judge."""


@dataclass(frozen=True)
class Material:
    """All examples of a data set.

    Attributes:
        x: Inputs, (examples, d), float64.
        y: Targets, (examples, t): one of standardised numbers, or ten of which one is 1.
        labelled: Whether the largest target says which of t things the example is.
    """

    x: Tensor
    y: Tensor
    labelled: bool

    def judge(self, predicted: Tensor, places: Tensor) -> Tensor:
        """Return the loss of predictions (k, n, t) for the examples at these places: (k,).

        It is ½·mean squared error or, of labelled examples, the share that is taken for another.
        """
        y = self.y[places]
        if self.labelled:
            return (predicted.contiguous().argmax(2) != y.argmax(1)).double().mean(1)
        return (predicted - y).square().mean((1, 2)) / 2


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Fit the first examples of every order, and judge by those that are never fitted.

    Args:
        settings: One.
        seeds: An order of the examples each, and random features.

    Returns:
        The setting with

        - constant_loss: what the mean of the fitted targets costs on the others;
        - rank: of the centred inputs, and least_eigenvalue: the smallest of X̃ᵀX̃ that isn't 0,
          left out where all are;
        - real_path: the loss on the others for each λ.
    """
    (setting,) = settings
    with one_thread():
        found = [fit(setting, seed) for seed in seeds]
    measures = {name: np.array([each[0][name] for each in found]) for name in found[0][0]}
    series = {"real_path": torch.stack([each[1] for each in found]).numpy()}
    return [(setting, Outcomes(list(seeds), measures=measures, series=series))]


def fit(setting: Setting, seed: int) -> tuple[dict[str, float], Tensor]:
    """Measure one order: its numbers, and λ with the loss, (k, 2)."""
    material = load(setting.dataset, random=setting.random_features > 0)
    order = normals(seed, "order", len(material.x)).argsort()
    fitted, others = order[: setting.n_train], order[SPARE[setting.dataset] :]
    x, new_x = material.x[fitted], material.x[others]
    if setting.random_features:
        x, new_x = (project(each, setting.random_features, seed) for each in (x, new_x))
    y = material.y[fitted]
    rows = leaving_out.factorise_rows(x)
    w, b = spectral.fit(rows, y, spectral.shrink(rows.s.square(), TRIED))
    losses = material.judge(leaving_out.predict(new_x, w, b), others)
    constant = y.mean(0).expand(1, len(others), -1)
    numbers = {
        "constant_loss": material.judge(constant, others).item(),
        "rank": float(len(rows.s)),
        "least_eigenvalue": len(x) * rows.s[-1].item() ** 2 if len(rows.s) else math.nan,
    }
    return numbers, torch.stack([TRIED, losses], dim=1)


@cache
def load(dataset: str, *, random: bool) -> Material:
    """Read a data set; the diabetes data without products where these features are `random`'s."""
    if dataset == "diabetes":
        x, y = choosing_splits.load("linear" if random else "quadratic")
        return Material(x, y, labelled=False)
    pixels, labels = digits.load()
    return Material(pixels / 16, one_hot(labels).double(), labelled=True)


def project(x: Tensor, count: int, seed: int) -> Tensor:
    """Make random features max(0, a_j·x)/√N with standard normal a_j: (n, d) → (n, N)."""
    directions = normals(seed, "w", count, x.shape[1])
    return torch.relu(x @ directions.T) / math.sqrt(count)
