"""Optimisers with weight decay: their points of rest, and what each leaves of the start."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wd.report.content.book import CHAPTER, DECAY, require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, list_settled, pair, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, proved, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up
from wd.report.read.statistics import median_interval

_EXACT = 1e-10  # of a point of rest, relative: rounding and no more
_CLOSE = 0.1  # per cent: how near an annealed run comes to a point that it can only approach
_RESTING = ("resting_sgd", "resting_nesterov")


def list_resting(readings: Readings, form: str) -> list[Reading]:
    """List what SGD and Nesterov's variant did with a decay of this form.

    Raises:
        Missing: If there is none, or nothing was to be decayed.
    """
    cells = [cell for study in _RESTING for cell in list_settled(readings, study, decay_form=form)]
    require_decay(cells)
    return cells


def require_decay(cells: Sequence[Reading]) -> None:
    """Make sure that there is a decay to speak of.

    Raises:
        Missing: If a λ is 0.
    """
    for cell in cells:
        if not cell.setting.weight_decay:
            raise Missing("premise", study=cell.study, premise="some_decay")


def require_chapters_steps(cells: Sequence[Reading]) -> None:
    """Make sure that runs have the chapter's data and rate, and take as many steps, full batch.

    Raises:
        Missing: If they haven't.
    """
    require_chapter(*cells, besides=("epochs",))
    steps = CHAPTER["epochs"] * math.ceil(CHAPTER["n_train"] / CHAPTER["batch_size"])
    for cell in cells:
        if cell.setting.epochs != steps:
            raise Missing("premise", study=cell.study, premise="chapter_settings")


def list_leftovers(readings: Readings, form: str) -> list[Reading]:
    """List what Adam left of the start over rising λ, on the chapter's data."""
    cells = line_up(readings, "leftover_adam", "weight_decay", decay_form=form)
    require_decay(cells)
    require_chapters_steps(cells)
    return cells


def write_resting_decay(cell: Reading) -> str:
    """Write the λ whose optimum theory says is the point of rest."""
    return write_exactly(float(f"{cell['resting_decay'][0]:.3g}"))


def _gather(cells: Sequence[Reading], name: str) -> np.ndarray:
    return np.concatenate([cell[name] for cell in cells])


def _count(cells: Sequence[Reading]) -> int:
    return min(len(cell.seeds) for cell in cells)


def _list_decays(cells: Sequence[Reading]) -> str:
    return ", ".join(write_exactly(cell.setting.weight_decay) for cell in cells)


@claim("added-decay-has-one-point-of-rest")
def added_decay_has_one_point_of_rest(readings: Readings) -> Finding:
    """Whatever the optimiser makes of g + λw, it rests at the penalised optimum."""
    cells = [*list_resting(readings, "l2"), find_settled(readings, "resting_adam", decay_form="l2")]
    require_decay(cells)
    seeds = _count(cells)
    return Finding(
        (
            worst("each", _gather(cells, "rest_distance"), seeds=seeds, below=_EXACT, digits=1),
            worst(
                "bare",
                100 * _gather(cells, "undecayed_distance"),
                seeds=seeds,
                above=10,
                unit="%",
            ),
        ),
        {"count": str(len(cells)), "decay": write_exactly(cells[0].setting.weight_decay)},
    )


@claim("momentum-weakens-decoupled-decay")
def momentum_weakens_decoupled_decay(readings: Readings) -> Finding:
    """Apart from the gradient, the decay meets a memory that is 1/(1 − μ) gradients long."""
    cells = [cell for cell in list_resting(readings, "decoupled") if cell.setting.momentum]
    if not cells:
        raise Missing("setting", study=_RESTING[0], setting="momentum > 0")
    seeds = _count(cells)
    return Finding(
        (
            worst("own", _gather(cells, "rest_distance"), seeds=seeds, below=_EXACT, digits=1),
            worst("asked", 100 * _gather(cells, "asked_distance"), seeds=seeds, above=5, unit="%"),
        ),
        {
            "cases": ", ".join(
                f"{write_exactly(cell.setting.momentum)} → {write_resting_decay(cell)}"
                for cell in cells
            ),
            "decay": write_exactly(cells[0].setting.weight_decay),
        },
    )


@claim("independent-decay-meets-the-rate")
def independent_decay_meets_the_rate(readings: Readings) -> Finding:
    """With a decay that η has no part in, the point of rest depends on η."""
    cells = line_up(readings, "resting_independent", "lr", decay_form="independent")
    require_decay(cells)
    slow, fast = pair(cells[0], cells[-1], "end_norm")
    return Finding(
        (
            worst(
                "own",
                _gather(cells, "rest_distance"),
                seeds=_count(cells),
                below=_EXACT,
                digits=1,
            ),
            worst("longer", fast / slow, above=1.05),
        ),
        {
            "share": write_exactly(cells[0].setting.weight_decay),
            "cases": ", ".join(
                f"{write_exactly(cell.setting.lr)} → {write_resting_decay(cell)}" for cell in cells
            ),
        },
    )


@claim("adamw-rests-in-its-box")
def adamw_rests_in_its_box(readings: Readings) -> Finding:
    """AdamW goes to the least squares in the box |w| ≤ 1/λ, not to the optimum of λ."""
    cells = line_up(readings, "resting_adamw", "weight_decay", decay_form="decoupled")
    require_decay(cells)
    loose, *tight = cells
    if any((cell["undecayed_distance"] == cell["rest_distance"]).any() for cell in tight):
        raise Missing("premise", study=loose.study, premise="box_active")
    seeds = _count(cells)
    distances = [100 * cell["rest_distance"] for cell in cells]
    return Finding(
        (
            median("typical", distances, below=_CLOSE, unit="%", digits=2),
            worst("box", np.concatenate(distances), seeds=seeds, below=2, unit="%", digits=2),
            worst("loose", 100 * loose["undecayed_distance"], below=_CLOSE, unit="%", digits=2),
            worst("asked", 100 * _gather(cells, "asked_distance"), seeds=seeds, above=5, unit="%"),
        ),
        {"decays": _list_decays(cells), "loose_decay": _list_decays([loose])},
    )


@claim("cautious-decay-leaves-the-optimum-alone")
def cautious_decay_leaves_the_optimum_alone(readings: Readings) -> Finding:
    """Decay only where it agrees with the update: the end is that without decay."""
    cell = find_settled(readings, "resting_cautious", decay_form="cautious")
    require_decay([cell])
    return Finding(
        (
            worst("bare", 100 * cell["rest_distance"], below=_CLOSE, unit="%", digits=2),
            worst("asked", 100 * cell["asked_distance"], above=10, unit="%"),
        ),
        {"decay": _list_decays([cell])},
    )


@claim("leftover-of-each-step-is-known")
def leftover_of_each_step_is_known(readings: Readings) -> Finding:
    """Schedules and momentum: what is left of the start, against the closed forms."""
    plain = [
        find_settled(readings, "leftover_sgd", schedule=name) for name in ("constant", "cosine")
    ]
    momentum = {
        form: line_up(readings, "leftover_momentum", "momentum", decay_form=form)
        for form in ("l2", "decoupled")
    }
    cells = [*list_settled(readings, "leftover_sgd"), *momentum["l2"], *momentum["decoupled"]]
    require_decay(cells)
    require_chapters_steps(cells)
    constant, cosine = pair(plain[0], plain[1], "leftover")
    apart = [np.divide(*pair(cell, plain[0], "leftover")) for cell in momentum["decoupled"]]
    added = momentum["l2"][-1]
    return Finding(
        (
            proved(
                "error", _gather(cells, "leftover_error"), seeds=_count(cells), below=1e-6, digits=1
            ),
            proved("faded", cosine / constant, above=5),
            proved("added", added["leftover"], below=1e-8),
            proved("apart", np.abs(np.array(apart) - 1), below=1e-9, digits=1),
        ),
        {
            "momentum": write_exactly(added.setting.momentum),
            "constant": write(float(np.median(constant))),
            "cosine": write(float(np.median(cosine))),
        },
    )


@claim("adams-pace-knows-no-decay")
def adams_pace_knows_no_decay(readings: Readings) -> Finding:
    """Adam with L2 divides λ out where the data are weak; AdamW doesn't."""
    added, apart = (list_leftovers(readings, form) for form in ("l2", "decoupled"))
    less, more = added[-2:]
    weaker, chapters = _take_up_to(apart, DECAY)
    return Finding(
        (
            worst("same", 100 * (_over(more, less) - 1), above=-5, below=5, unit="%"),
            worst(
                "alone",
                100 * (more["leftover"] / more["predicted_leftover"] - 1),
                above=-1,
                below=1,
                unit="%",
                digits=2,
            ),
            worst("adamw", _over(weaker, chapters), above=10),
        ),
        {
            "decays": _list_decays([less, more]),
            "leftover": write_interval(median_interval(more["leftover"])),
            "leftover_runs": write_range(more["leftover"]),
            "adamw_decays": _list_decays([weaker, chapters]),
        },
    )


def _take_up_to(cells: Sequence[Reading], weight_decay: float) -> Sequence[Reading]:
    """Return the cell of a λ and the one before it.

    Raises:
        Missing: If there are no such two.
    """
    found = [cell for cell in cells if cell.setting.weight_decay <= weight_decay][-2:]
    if len(found) < 2 or found[-1].setting.weight_decay != weight_decay:
        raise Missing("setting", study=cells[0].study, setting=f"weight_decay = {weight_decay:g}")
    return found


def _over(one: Reading, other: Reading) -> np.ndarray:
    return np.divide(*pair(one, other, "leftover"))
