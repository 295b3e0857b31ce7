"""Stopping full-batch descent early, against ridge with λ = 1/(ηt) and with the best λ.

Everything is averaged over the training noise in closed form, for the inputs of each seed. From
zero the bias is at its best at every step, as ridge's is; from a random start it is a weight like
the others, and starts at 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import one_thread
from wd.lab.theory import leaving_out, spectral

RATE = 0.5
"""η, in units of one over the largest eigenvalue."""
STEPS = torch.logspace(0, 6, 121, dtype=torch.float64).round().unique()
"""Where descent may be stopped."""
SHOWN = [*range(0, len(STEPS), 2)]
"""Of which of them the path is recorded."""

Found = tuple[dict[str, float], Tensor]
"""The numbers of a setting and a seed, and its path, (points, columns)."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Compare stopped descent and ridge on the inputs of every seed.

    Args:
        settings: They differ in σ alone.
        seeds: Inputs and a start each.

    Returns:
        Each setting with

        - path_ratio: the estimation risk ½E‖w − w°‖² after t steps from zero over that of ridge
          with λ = 1/(ηt), the largest of all t;
        - best_ratio: the smallest of the former over the smallest of the latter;
        - best_time, ηt where the expected loss on new data is smallest, and best_decay, λ where
          that of ridge is; stopped_risk, ridge_risk: how small; never_risk: without stopping;
        - started_best, started_never: the same from init_std times standard normal weights, and
          started_floor, ½‖(w₀ − w°)⊥‖² with the bias among the weights;
        - stopping_path: the expected loss over t, and that of ridge with λ = 1/(ηt).
    """
    with one_thread():
        found = [compare(settings, seed) for seed in seeds]
    return [
        (
            setting,
            Outcomes(
                list(seeds),
                measures={
                    name: np.array([each[place][0][name] for each in found])
                    for name in found[0][place][0]
                },
                series={"stopping_path": torch.stack([each[place][1] for each in found]).numpy()},
            ),
        )
        for place, setting in enumerate(settings)
    ]


def compare(settings: Sequence[Setting], seed: int) -> list[Found]:
    """Compare on the inputs of one seed, for the noise of each setting."""
    first = settings[0]
    n, d = first.n_train, first.n_features
    x, truth = normals(seed, "x", n, d), torch.full((d,), first.true_w, dtype=torch.float64)
    rows, joint = leaving_out.factorise_rows(x), spectral.join(x)
    lr, squares = find_rate(rows), rows.s.square()
    decays = 1 / (lr * STEPS)
    stopped, never = spectral.descend(squares, lr, STEPS), torch.ones_like(rows.s)[None]
    filters = (stopped, spectral.shrink(squares, decays), never)
    started = spectral.descend(joint.s.square(), find_rate(joint), STEPS)
    start = first.init_std * normals(seed, "w", d) - truth
    start = torch.cat([start, torch.tensor([-first.true_b], dtype=torch.float64)])
    found = []
    for noise_std in (setting.noise_std for setting in settings):
        errors, biases = zip(
            *(spectral.expect(rows, n, -truth, each, noise_std) for each in filters), strict=True
        )
        risk, ridge_risk, never_risk = (
            wrong + bias + noise_std**2 / 2 for wrong, bias in zip(errors, biases, strict=True)
        )
        started_risk, started_never = (
            spectral.expect(joint, n, start, each, noise_std)[0] + noise_std**2 / 2
            for each in (started, torch.ones_like(joint.s)[None])
        )
        numbers = {
            "path_ratio": (errors[0] / errors[1]).max(),
            "best_ratio": errors[0].min() / errors[1].min(),
            "best_time": lr * STEPS[risk.argmin()],
            "best_decay": decays[ridge_risk.argmin()],
            "stopped_risk": risk.min(),
            "ridge_risk": ridge_risk.min(),
            "never_risk": never_risk,
            "started_floor": spectral.find_hidden(joint, start).square().sum() / 2,
            "started_best": started_risk.min(),
            "started_never": started_never,
        }
        path = torch.stack([STEPS, risk, ridge_risk], dim=1)[SHOWN]
        found.append(({name: each.item() for name, each in numbers.items()}, path))
    return found


def find_rate(rows: leaving_out.Rows) -> float:
    """Return the learning rate, and some where there is nothing to learn."""
    return RATE / rows.s[0].item() ** 2 if len(rows.s) else RATE
