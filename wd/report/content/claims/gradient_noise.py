"""Noise in the gradients: where AdamW goes on mini-batches, and what it leaves of a weight."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.optimisers import require_decay
from wd.report.content.claims.twice import gather
from wd.report.read.claims import Finding, claim
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, proved, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up

_FAR = 10  # a decay so many times weaker than the noise is far below it


def list_scales(readings: Readings) -> tuple[Reading, Reading]:
    """Find the mini-batches of features of one scale, and those of the most unlike scales.

    Raises:
        Missing: If there are no such two, or nothing was to be decayed.
    """
    cells = line_up(readings, "batch_noise", "spread")
    require_decay(cells)
    alike, apart = (np.unique(cells[end].series("scaled_weights")["scale"]) for end in (0, -1))
    if not len(alike) == 1 < len(apart):
        raise Missing("premise", study="batch_noise", premise="scales_alike_and_apart")
    return cells[0], cells[-1]


def list_noises(readings: Readings) -> tuple[Reading, Reading]:
    """Find the least noise, to which the decay of the start is equal, and the most, far above it.

    Raises:
        Missing: If there are no such two.
    """
    cells = line_up(readings, "noise_alone", "gradient_noise")
    require_decay(cells)
    weak, strong = cells[0].setting, cells[-1].setting
    if not (
        weak.gradient_noise <= weak.weight_decay
        and strong.gradient_noise >= _FAR * strong.weight_decay
    ):
        raise Missing("premise", study="noise_alone", premise="noises_around_the_decay")
    return cells[0], cells[-1]


def find_mean(cell: Reading, optimiser: str) -> tuple[float, float]:
    """Return the mean of all weights at the end, and its standard error over the seeds."""
    means = cell[f"{optimiser}_mean"]
    error = means.std(ddof=1) / len(means) ** 0.5 if len(means) > 1 else np.nan
    return float(means.mean()), float(error)


def _compare(cell: Reading, theory: str) -> np.ndarray:
    return cell["adam_mean"] / cell[f"adam_{theory}"]


@claim("batches-give-adamw-a-ridge-of-its-own")
def batches_give_adamw_a_ridge_of_its_own(readings: Readings) -> Finding:
    """On mini-batches AdamW goes to the ridge with λ√v_j, the others to that with λ."""
    alike, apart = cells = list_scales(readings)
    own, seeds = gather(cells, "adamw_own")
    others, _ = gather(cells, "adam_asked", "sgd_asked")
    return Finding(
        (
            worst("own", 100 * own, seeds=seeds, below=1, unit="%", digits=2),
            worst("others", 100 * others, seeds=seeds, below=2, unit="%", digits=2),
            worst("asked", 100 * gather(cells, "adamw_asked")[0], seeds=seeds, above=15, unit="%"),
            worst("bare", 100 * gather(cells, "adamw_bare")[0], seeds=seeds, above=4, unit="%"),
            worst("alike", 100 * alike["adamw_nearest"], below=1, unit="%", digits=2),
            worst("apart", 100 * apart["adamw_nearest"], above=3, unit="%"),
        ),
        {
            "decay": write_exactly(apart.setting.weight_decay),
            "spread": write_exactly(apart.setting.spread),
            "batch_size": str(apart.setting.batch_size),
            "n": f"{apart.setting.n_train:,}",
            "least": write(float(np.median(apart["least_strength"])), 2),
            "most": write(float(np.median(apart["most_strength"])), 2),
            "nearest": write(float(np.median(alike["nearest_decay"])), 2),
        },
    )


@claim("noise-sets-adams-decay-and-not-adamws")
def noise_sets_adams_decay_and_not_adamws(readings: Readings) -> Finding:
    """Where gradients are nothing but noise: (1 − ηλ)^t with AdamW, exp(−ηλt/σ) with L2."""
    weak, strong = cells = list_noises(readings)
    shrunk = [gather(cells, f"adamw_{name}")[0] for name in ("mean", "said")]
    seeds = min(len(cell.seeds) for cell in cells)
    return Finding(
        (
            proved("adamw", np.abs(shrunk[0] / shrunk[1] - 1), seeds=seeds, below=1e-10, digits=1),
            median(
                "far",
                100 * (_compare(strong, "said") - 1),
                above=-0.1,
                below=0.1,
                unit="%",
                digits=2,
            ),
            median("near", _compare(weak, "said"), above=1.3),
            median(
                "followed",
                100 * (_compare(weak, "followed") - 1),
                above=-2,
                below=2,
                unit="%",
                digits=2,
            ),
        ),
        {
            "strong": write_exactly(strong.setting.gradient_noise),
            "weak": write_exactly(weak.setting.gradient_noise),
            "decay": write_exactly(weak.setting.weight_decay),
            "steps": f"{weak.setting.epochs:,}",
            "share": write(float(weak["adamw_said"][0]), 4),
        },
    )
