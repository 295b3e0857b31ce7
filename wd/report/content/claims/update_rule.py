"""The update rule: one step by three ways, whole runs by two, and the decay on its own."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.divergence import require_own_limits
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_share, write_interval
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.statistics import median_interval

WAYS = ("formula_autograd", "formula_optim", "autograd_optim")
"""The pairs of ways to take one step, as the check `one_step` names them."""

_STEP_ULPS = 4  # a step is a handful of rounded operations per parameter
_RUN_BOUNDS = {"float32": 2e-6, "float64": 1e-13}
_DECAY_BOUND = 1e-14  # relative, float64, over as many steps as the check takes


def step_scopes(readings: Readings) -> list[tuple[str, str]]:
    """List the cases of one step as pairs of number format and λ, λ rising."""
    pairs = [
        tuple(scope.split("_"))
        for scope in readings.scopes("one_step")
        if not scope.startswith("run_")
    ]
    return sorted(pairs, key=lambda pair: (pair[0], float(pair[1])))


def decay_products(readings: Readings) -> list[str]:
    """List the products ηλ of the check `decay_alone`, rising."""
    return sorted(readings.scopes("decay_alone"), key=float)


def read_decay(readings: Readings, product: str) -> np.ndarray:
    """Read the path of a weight without data, (steps + 1,)."""
    path = []
    while True:
        try:
            path.append(readings.fact("decay_alone", product, f"step_{len(path):02}")[0])
        except LookupError:
            if not path:
                raise
            return np.array(path)


@claim("one-step-by-three-ways")
def one_step_by_three_ways(readings: Readings) -> Verdict:
    """Formula, autograd and torch.optim take the same step but for rounding."""
    gaps = np.array(
        [
            [readings.fact("one_step", f"{dtype}_{decay}", way) for way in WAYS]
            for dtype, decay in step_scopes(readings)
        ]
    )
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
    """Under matched conventions both programs end at the same parameters, in both formats."""
    numbers, holds = {}, True
    for dtype, bound in _RUN_BOUNDS.items():
        scopes = [name for name in readings.scopes("one_step") if name.startswith(f"run_{dtype}")]
        gaps = np.array([readings.fact("one_step", scope, "scratch_concise") for scope in scopes])
        worst = gaps.max(axis=0)
        holds = holds and bool(worst.max() <= bound)
        numbers[dtype] = write_interval(median_interval(worst), digits=2)
        numbers[f"{dtype}_largest"] = write(worst.max(), 2)
    return Verdict(holds, numbers, len(worst))


@claim("decay-alone-is-a-power")
def decay_alone_is_a_power(readings: Readings) -> Verdict:
    """A weight without data is (1 − ηλ)^t: it shrinks for ηλ below 2 and grows beyond."""
    products = decay_products(readings)
    errors = [readings.fact("decay_alone", each, "formula_error")[0] for each in products]
    ends = {float(each): read_decay(readings, each)[-1] for each in products}
    shrinks = all(abs(end) < 1 for product, end in ends.items() if 0 < product < 2)
    grows = [end for product, end in ends.items() if product > 2]
    chapter = min(ends)
    return Verdict(
        max(errors) <= _DECAY_BOUND and shrinks and bool(grows) and all(abs(e) > 1 for e in grows),
        {
            "error": write(max(errors), 2),
            "steps": str(len(read_decay(readings, products[0])) - 1),
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
    require_own_limits(readings, "stability", "safe_limit")
    require_own_limits(readings, "stability_full", "limit")
    batches = [readings.cell("stability", lr=0.1, weight_decay=decay).diverged for decay in (0, 3)]
    full = readings.cell("stability_full", lr=0.1, weight_decay=0).diverged
    safe = readings.fact("stability", "0", "safe_limit")
    exact = readings.fact("stability", "0", "limit")
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
