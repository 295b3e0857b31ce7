"""L1 by coordinate descent, by proximal steps and by subgradients, where few weights are true."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import one_thread, pad
from wd.lab.theory import leaving_out, sparse

RELEVANT = 10
"""So many true weights, the first ones, are true_w; the others are 0."""
SWEEPS = 60
STEPS = 1000


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Minimise ½·mean squared error + λ₁‖w‖₁, the bias free, by three programs from zero.

    Args:
        settings: One.
        seeds: A data set each.

    Returns:
        The setting with

        - coordinate_nonzero, proximal_nonzero, subgradient_nonzero: weights that aren't exactly 0;
        - ridge_nonzero: the same of ridge with λ = λ₁;
        - proximal_distance: ‖w − w′‖/‖w′‖ of proximal from coordinate descent; absent where all
          weights are 0;
        - subgradient_excess: by how much its objective exceeds coordinate descent's, relative to
          that;
        - lasso_sizes: all |wⱼ|, each program's largest first.
    """
    (setting,) = settings
    with one_thread():
        data = [_draw(setting, seed) for seed in pad(seeds, 2)]  # a batch of one rounds differently
        x, y = (torch.stack(each) for each in zip(*data, strict=True))
        penalty = setting.l1_share * sparse.find_largest(x, y)
        found = {
            "coordinate": sparse.descend_by_coordinates(x, y, penalty, SWEEPS),
            "proximal": sparse.descend_proximally(x, y, penalty, STEPS),
            "subgradient": sparse.descend_by_subgradients(x, y, penalty, STEPS),
            "ridge": torch.stack([_solve(*each) for each in zip(x, y, penalty, strict=True)]),
        }
        best = found["coordinate"]
        least, other = (
            sparse.measure_objective(x, y, penalty, w) for w in (best, found["subgradient"])
        )
        numbers = {
            **{f"{name}_nonzero": (w != 0).sum(1) for name, w in found.items()},
            "proximal_distance": (found["proximal"] - best).norm(dim=1) / best.norm(dim=1),
            "subgradient_excess": other / least - 1,
        }
        sizes = [w.abs().sort(dim=1, descending=True).values for w in found.values()]
        rank = torch.arange(1, x.shape[2] + 1, dtype=x.dtype).expand_as(best)
        series = torch.stack([rank, *sizes], dim=2)
    runs = len(seeds)
    outcomes = Outcomes(
        list(seeds),
        measures={name: each[:runs].double().numpy() for name, each in numbers.items()},
        series={"lasso_sizes": series[:runs].numpy()},
    )
    return [(setting, outcomes)]


def _draw(setting: Setting, seed: int) -> tuple[Tensor, Tensor]:
    """Draw centred inputs (n, d) and targets (n, 1)."""
    x = normals(seed, "x", setting.n_train, setting.n_features)
    noise = normals(seed, "noise", setting.n_train, 1)
    y = setting.true_w * x[:, :RELEVANT].sum(1, keepdim=True) + setting.noise_std * noise
    return x - x.mean(0), y - y.mean(0)


def _solve(x: Tensor, y: Tensor, weight_decay: Tensor) -> Tensor:
    w, _ = leaving_out.solve(leaving_out.factorise_rows(x), y, weight_decay.view(1))
    return w[0, :, 0]
