"""The update rule: one step by three ways, whole runs by two, and the decay on its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wd.report.content.claims.divergence import require_own_limits
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_share, write_interval
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.series import line_up, stack
from wd.report.read.statistics import median_interval

WAYS = ("formula_autograd", "formula_optim", "autograd_optim")
"""The pairs of ways to take one step, as the study `one_step` names them."""

_STEP_ULPS = 4  # a step is a handful of rounded operations per parameter
_RUN_BOUNDS = {"float32": 2e-6, "float64": 1e-13}
_CHAPTER_DECAYS = (0.0, 3.0)
_DECAY_BOUND = 1e-14  # relative, float64, over as many steps as the check takes


@dataclass(frozen=True)
class Decay:
    """A weight that no data push.

    Attributes:
        product: ηλ.
        path: The weight before and after each step, (steps + 1,).
        error: Its largest relative distance from (1 − ηλ)^t.
    """

    product: float
    path: np.ndarray
    error: float


def list_steps(readings: Readings) -> list[Reading]:
    """List the cases of the study `one_step` by number format, λ rising in each."""
    return [
        cell
        for dtype in sorted({cell.setting.dtype for cell in readings.cells("one_step")})
        for cell in line_up(readings, "one_step", "weight_decay", dtype=dtype)
    ]


def list_decays(readings: Readings) -> list[Decay]:
    """List the paths of the study `decay_alone`, their products ηλ rising."""
    decays = [
        Decay(
            cell.setting.lr * cell.setting.weight_decay,
            cell.series("decay_path")["weight"][0],
            float(cell["formula_error"][0]),
        )
        for cell in readings.cells("decay_alone")
    ]
    return sorted(decays, key=lambda decay: decay.product)


@claim("one-step-by-three-ways")
def one_step_by_three_ways(readings: Readings) -> Verdict:
    """Formula, autograd and torch.optim take the same step but for rounding."""
    gaps = np.array([[cell[way] for way in WAYS] for cell in list_steps(readings)])
    worst = gaps.max(axis=(0, 1))
    return Verdict(
        bool(worst.max() <= _STEP_ULPS),
        {
            "largest": write(worst.max(), 2),
            "median": write_interval(median_interval(worst), digits=2),
            "cases": str(gaps.shape[0]),
        },
        len(worst),
    )


@claim("whole-runs-agree-with-torch")
def whole_runs_agree_with_torch(readings: Readings) -> Verdict:
    """Under matched conventions both programs end at the same parameters, in both formats.

    At the chapter's λ: where much more decay leaves small parameters, the same rounding is a larger
    share of them.
    """
    numbers, holds = {}, True
    for dtype, bound in _RUN_BOUNDS.items():
        cells = [
            readings.cell("one_step", dtype=dtype, weight_decay=decay) for decay in _CHAPTER_DECAYS
        ]
        worst = stack(cells, "scratch_concise").max(axis=0)
        holds = holds and bool(worst.max() <= bound)
        numbers[dtype] = write_interval(median_interval(worst), digits=2)
        numbers[f"{dtype}_largest"] = write(worst.max(), 2)
    return Verdict(holds, numbers, len(worst))


@claim("decay-alone-is-a-power")
def decay_alone_is_a_power(readings: Readings) -> Verdict:
    """A weight without data is (1 − ηλ)^t: it shrinks for ηλ below 2 and grows beyond."""
    decays = list_decays(readings)
    error = max(decay.error for decay in decays)
    ends = {decay.product: float(decay.path[-1]) for decay in decays}
    shrinks = all(abs(end) < 1 for product, end in ends.items() if 0 < product < 2)
    grows = [end for product, end in ends.items() if product > 2]
    chapter = min(ends)
    return Verdict(
        error <= _DECAY_BOUND and shrinks and bool(grows) and all(abs(e) > 1 for e in grows),
        {
            "error": write(error, 2),
            "steps": str(len(decays[0].path) - 1),
            "chapter": write_exactly(chapter),
            "chapter_end": write(ends[chapter]),
            "beyond": write_exactly(max(ends)),
            "beyond_end": write(ends[max(ends)]),
        },
        1,
    )


@claim("ill-chosen-rate-destroys-the-run")
def ill_chosen_rate_destroys_the_run(readings: Readings) -> Verdict:
    """The chapter's λ, its batches, and a learning rate of 0.1: every run is lost."""
    undecayed = readings.cell("stable_rates", weight_decay=0)
    for study, limit in (("stability", "safe_limit"), ("stability_full", "limit")):
        require_own_limits(undecayed, study, readings.cells(study), limit)
    batches = [readings.cell("stability", lr=0.1, weight_decay=decay).diverged for decay in (0, 3)]
    full = readings.cell("stability_full", lr=0.1, weight_decay=0).diverged
    safe, exact = undecayed["safe_limit"], undecayed["limit"]
    return Verdict(
        all(each.all() for each in batches) and not full.any(),
        {
            "lost": write_interval(estimate_share(np.logical_and(*batches)), 100),
            "full": write_interval(estimate_share(full), 100, 2),
            "safe": write_interval(median_interval(safe)),
            "exact": write_interval(median_interval(exact)),
        },
        len(full),
    )
