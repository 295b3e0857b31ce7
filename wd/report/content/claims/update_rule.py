"""The update rule: one step by three ways, whole runs by two, and the decay on its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wd.report.content.book import CHAPTER, RATE_OF_READERS, require_chapter
from wd.report.content.claims.divergence import require_own_limits
from wd.report.content.claims.two_programs import DECAYS, require_equal_batches
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import write_interval
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, stack
from wd.report.read.statistics import median_interval

WAYS = ("formula_autograd", "formula_optim", "autograd_optim")
"""The pairs of ways to take one step, as the study `one_step` names them."""

_STEP_ULPS = 4  # a step is a handful of rounded operations per parameter
_RUN_BOUNDS = {"float32": 2e-6, "float64": 1e-13}
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
def one_step_by_three_ways(readings: Readings) -> Finding:
    """Formula, autograd and torch.optim take the same step but for rounding."""
    gaps = np.array([[cell[way] for way in WAYS] for cell in list_steps(readings)])
    largest = gaps.max(axis=(0, 1))
    return Finding(
        (worst("largest", largest, below=_STEP_ULPS, allowed=True, digits=2),),
        {
            "median": write_interval(median_interval(largest), digits=2),
            "cases": str(gaps.shape[0]),
        },
    )


@claim("whole-runs-agree-with-torch")
def whole_runs_agree_with_torch(readings: Readings) -> Finding:
    """Under matched conventions both programs end at the same parameters, in both formats.

    At the chapter's λ: where much more decay leaves small parameters, the same rounding is a larger
    share of them.
    """
    parts, numbers = [], {}
    for dtype, bound in _RUN_BOUNDS.items():
        cells = [readings.cell("one_step", dtype=dtype, weight_decay=decay) for decay in DECAYS]
        require_chapter(*cells)  # rounding grows with the steps
        require_equal_batches(*cells)
        distance = stack(cells, "scratch_concise").max(axis=0)
        parts.append(worst(dtype, distance, below=bound, digits=2))
        numbers[f"{dtype}_usually"] = write_interval(median_interval(distance), digits=2)
    return Finding(tuple(parts), numbers)


@claim("decay-alone-is-a-power")
def decay_alone_is_a_power(readings: Readings) -> Finding:
    """A weight without data is (1 − ηλ)^t: it shrinks for ηλ below 2 and grows beyond."""
    decays = list_decays(readings)
    ends = {decay.product: abs(float(decay.path[-1])) for decay in decays}
    shrunk = [end for product, end in ends.items() if 0 < product < 2]
    grown = [end for product, end in ends.items() if product > 2]
    if not shrunk or not grown:
        raise Missing("premise", study="decay_alone", premise="products_around_two")
    least = min(product for product in ends if product > 0)
    return Finding(
        (
            worst("error", np.array([each.error for each in decays]), seeds=1, below=_DECAY_BOUND),
            worst("shrunk", np.array(shrunk), seeds=1, below=1),
            worst("grown", np.array(grown), seeds=1, above=1),
        ),
        {
            "steps": str(len(decays[0].path) - 1),
            "least": write_exactly(least),
            "least_end": write(ends[least]),
            "beyond": write_exactly(max(ends)),
            "beyond_end": write(ends[max(ends)]),
        },
    )


@claim("ill-chosen-rate-destroys-the-run")
def ill_chosen_rate_destroys_the_run(readings: Readings) -> Finding:
    """The chapter's λ, its batches, and a learning rate of 0.1: every run is lost."""
    undecayed = readings.cell("stable_rates", weight_decay=0)
    for study, limit in (("stability", "safe_limit"), ("stability_full", "limit")):
        require_own_limits(undecayed, study, readings.cells(study), limit)
    batches = [
        readings.cell("stability", lr=RATE_OF_READERS, weight_decay=decay) for decay in DECAYS
    ]
    full = readings.cell("stability_full", lr=RATE_OF_READERS, weight_decay=0)
    _require_chapter_but(("lr",), *batches)
    _require_chapter_but(("lr", "batch_size", "epochs"), full)
    survived = sum(int((~cell.diverged).sum()) for cell in batches)
    seeds = len(batches[0].seeds)
    return Finding(
        (
            worst("survived", survived, seeds=seeds, below=0, allowed=True),
            worst("lost", int(full.diverged.sum()), seeds=len(full.seeds), below=0, allowed=True),
        ),
        {
            "rate": write_exactly(RATE_OF_READERS),
            "runs": str(sum(len(cell.seeds) for cell in batches)),
            "full_runs": str(len(full.seeds)),
            "safe": write_interval(median_interval(undecayed["safe_limit"])),
            "exact": write_interval(median_interval(undecayed["limit"])),
        },
    )


def _require_chapter_but(names: tuple[str, ...], *cells: Reading) -> None:
    """Make sure that runs have the chapter's settings apart from some."""
    same = {name: CHAPTER[name] for name in names}
    require_chapter(*(replace(cell, setting=cell.setting.change(**same)) for cell in cells))
