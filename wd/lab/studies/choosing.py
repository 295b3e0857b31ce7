"""Choosing λ: by leaving examples out, by new ones, and what each choice costs.

The truth is known, so that each λ has an exact risk on each training set: the expected test loss
½(‖w − w°‖² + (b − b°)² + σ²). The regret of a choice is its risk over the least one of the grid.
The true bias is 0: the fitted one is free, so that every b° gives the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.declarations import KINDS
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import one_thread
from wd.lab.theory import leaving_out
from wd.lab.theory.testloss import choose_weight_decay

_, *METHODS = KINDS["choosing"].series["choosing_path"].columns

TRIED = torch.cat([torch.tensor([1e-10]), torch.logspace(-6, 3, 55)]).double()
"""The grid of λ; its first value stands for none."""
SHOWN = [0, *range(1, len(TRIED), 2)]
"""Of which λ the path is recorded: none, then three to a power of ten."""
FRESH = 100
"""Examples of the fresh validation set."""
HELD_OUT = 4
"""The hold-out is one example in so many."""

Found = tuple[dict[str, float], Tensor]
"""The numbers of a setting and a seed, and its path, (points, columns)."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Choose λ for every training set by every method.

    Args:
        settings: They differ in σ alone.
        seeds: One training set each.

    Returns:
        Each setting with, per method, the chosen λ and its regret, and with

        - least_risk: the smallest risk of the grid;
        - constant_risk: that of the mean of the training targets;
        - formula: σ²d/(n‖w°‖²), the same for every seed; left out without a signal;
        - choosing_path: for some λ, the risk and what each method takes for it.
    """
    with one_thread():
        found = [choose(settings, seed) for seed in seeds]
    return [
        (setting, _gather([each[place] for each in found], seeds))
        for place, setting in enumerate(settings)
    ]


def choose(settings: Sequence[Setting], seed: int) -> list[Found]:
    """Measure one seed's training inputs with the noise of each setting.

    Residuals are linear in the targets: signal and noise are taken through every fit as two
    columns, and put together for each σ.
    """
    n, d, true_w = (getattr(settings[0], name) for name in ("n_train", "n_features", "true_w"))
    truth = torch.full((d, 1), true_w, dtype=torch.float64)
    x, y = _draw(seed, "x", "noise", n, truth)
    new_x, new_y = _draw(seed, "x_test", "noise_test", FRESH, truth)
    rows = leaving_out.factorise_rows(x)
    w, b = leaving_out.solve(rows, y, TRIED)
    residuals = _leave_out(x, rows, y) | {"fresh": new_y - leaving_out.predict(new_x, w, b)}
    error = torch.cat([w - truth * torch.tensor([1.0, 0.0]), b.unsqueeze(1)], dim=1)
    length = abs(true_w) * math.sqrt(d)

    found = []
    for noise_std in (setting.noise_std for setting in settings):
        scores = {
            name: _mix(each, noise_std).square().mean(1) / 2 for name, each in residuals.items()
        }
        risk = (_mix(error, noise_std).square().sum(1) + noise_std**2) / 2
        mean = _mix(y.mean(0), noise_std).item()
        numbers = {
            "least_risk": risk.min().item(),
            "constant_risk": (length**2 + mean**2 + noise_std**2) / 2,
            # a signal may be too small to be squared
            "formula": choose_weight_decay(noise_std, length, n, d) if length**2 else math.nan,
        }
        for method in METHODS:
            place = scores[method].argmin()
            numbers[f"{method}_chosen"] = TRIED[place].item()
            numbers[f"{method}_regret"] = (risk[place] / risk.min()).item()
        path = [TRIED, risk, *(scores[method] for method in METHODS)]
        found.append((numbers, torch.stack(path, dim=1)[SHOWN]))
    return found


def _draw(seed: int, inputs: str, noise: str, count: int, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Draw inputs (count, d), and signal and noise beside each other, (count, 2)."""
    x = normals(seed, inputs, count, len(truth))
    return x, torch.cat([x @ truth, normals(seed, noise, count, 1)], dim=1)


def _leave_out(x: Tensor, rows: leaving_out.Rows, y: Tensor) -> dict[str, Tensor]:
    """Residuals of examples that were left out, (k, left out, 2), by method."""
    n = len(y)
    held_out = torch.arange(n - max(1, n // HELD_OUT), n)[None]
    parts = {
        "ten_fold": leaving_out.cut_into_parts(n, 10),
        "five_fold": leaving_out.cut_into_parts(n, 5),
        "hold_out": [held_out],
    }
    return {
        "leave_one_out": leaving_out.leave_one_out(rows, y, TRIED),
        "gcv": leaving_out.even_out(rows, y, TRIED),
        **{
            name: leaving_out.cross_validate(x, rows, y, TRIED, each)
            for name, each in parts.items()
        },
    }


def _mix(both: Tensor, noise_std: float) -> Tensor:
    """Put what comes of the signal and of the noise together: (…, 2) → (…)."""
    return both[..., 0] + noise_std * both[..., 1]


def _gather(found: Sequence[Found], seeds: Sequence[int]) -> Outcomes:
    names = found[0][0]
    measures: Mapping[str, np.ndarray] = {
        name: np.array([numbers[name] for numbers, _ in found]) for name in names
    }
    path = torch.stack([path for _, path in found]).numpy()
    return Outcomes(list(seeds), measures=measures, series={"choosing_path": path})
