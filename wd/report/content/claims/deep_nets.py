"""Networks with batch norm: what their weights' length says, what decay makes of it, and errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, list_settled, pair, write_interval
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, stack
from wd.report.read.statistics import median_interval

_FORGOTTEN = 0.1  # the start is, if so little of ‖w‖⁴ is left of it: a fortieth of the length
_THERE = 0.5  # it is still there, if so much is left


def find_product(cell: Reading) -> float:
    """Return ηλ, without the last digits of the multiplication."""
    return float(f"{cell.setting.lr * cell.setting.weight_decay:.9g}")


def is_at_rest(cell: Reading) -> bool:
    """Say whether the start was forgotten in each run before the second half of its steps."""
    return cell.setting.weight_decay > 0 and float(cell["start_share"].max()) < _FORGOTTEN


def list_resting(readings: Readings) -> list[list[Reading]]:
    """List the cells at rest by their ηλ, those with most cells first.

    Raises:
        Missing: If no two of them have the same.
    """
    groups: dict[float, list[Reading]] = {}
    for cell in list_settled(readings, "nets_turning"):
        if is_at_rest(cell):
            groups.setdefault(find_product(cell), []).append(cell)
    found = sorted(groups.values(), key=len, reverse=True)
    if not found or len(found[0]) < 2:
        raise Missing("premise", study="nets_turning", premise="rests_of_one_product")
    return found


def list_early(readings: Readings) -> list[Reading]:
    """List the cells with decay whose start is still there in each run.

    Raises:
        Missing: If there is none.
    """
    cells = [
        cell
        for cell in list_settled(readings, "nets_turning")
        if cell.setting.weight_decay and float(cell["start_share"].min()) > _THERE
    ]
    if not cells:
        raise Missing("premise", study="nets_turning", premise="start_still_there")
    return cells


def line_up_starts(readings: Readings) -> tuple[list[Reading], list[Reading]]:
    """Line up the starts without decay and with it, from a smaller to a larger one than usual.

    Raises:
        Missing: If there are no such three, or not one λ above 0.
    """
    decays = sorted({cell.setting.weight_decay for cell in list_settled(readings, "nets_start")})
    if len(decays) != 2 or decays[0]:
        raise Missing("premise", study="nets_start", premise="with_and_without_decay")
    bare, decayed = (
        line_up(readings, "nets_start", "start_scale", weight_decay=decay) for decay in decays
    )
    scales = [cell.setting.start_scale for cell in bare]
    if len(scales) < 3 or scales[0] >= 1 or 1 not in scales or scales[-1] <= 1:
        raise Missing("premise", study="nets_start", premise="small_usual_and_large_start")
    return bare, decayed


def compare_errors(
    readings: Readings, schedule: str, decayed: str, name: str = "errors"
) -> list[tuple[Reading, np.ndarray, np.ndarray]]:
    """Pair runs with decay and without, for each size of the batches, the smallest first.

    Returns:
        The cell with decay, and its numbers beside those without decay, (seeds,) each.
    """
    cells = line_up(readings, "nets_decayed", "batch_size", schedule=schedule, decayed=decayed)
    found = []
    for cell in cells:
        batch_size = cell.setting.batch_size
        bare = find_settled(readings, "nets_undecayed", schedule=schedule, batch_size=batch_size)
        found.append((cell, *pair(cell, bare, name)))
    return found


def find_costs(readings: Readings, schedule: str, decayed: str) -> list[np.ndarray]:
    """Return how many more points of errors there are with decay, for each size of the batches."""
    found = compare_errors(readings, schedule, decayed)
    return [to_points(one - other) for _, one, other in found]


def to_points(shares: np.ndarray) -> np.ndarray:
    """Turn shares into points of a hundred, without what rounding makes of equal ones."""
    return np.round(100 * shares, 9)


def _write_points(cases: Sequence[np.ndarray]) -> tuple[str, ...]:
    return tuple(write_interval(median_interval(case), digits=2) for case in cases)


def _list_bare_errors(readings: Readings, schedule: str) -> tuple[str, ...]:
    return tuple(
        write(100 * float(np.median(bare)))
        for _, _, bare in compare_errors(readings, schedule, "hidden")
    )


@claim("length-says-nothing")
def length_says_nothing(readings: Readings) -> Finding:
    """Outputs at ten times the weights, right angles, the length after a step, and its growth."""
    cells = [
        *list_settled(readings, "nets_turning"),
        *list_settled(readings, "nets_start"),
    ]
    bare = [cell for cell in cells if not cell.setting.weight_decay]
    if not bare:
        raise Missing("setting", study="nets_turning", setting="weight_decay = 0")
    return Finding(
        (
            worst("scaled", stack(cells, "scaled_change"), below=0.01),
            worst("cosine", stack(cells, "cosine"), below=0.01),
            worst("identity", stack(cells, "identity_error"), below=0.002),
            worst("grows", stack(bare, "end_norm") / stack(bare, "start_norm"), above=1, digits=6),
        ),
        {"runs": str(sum(len(cell.seeds) for cell in cells))},
    )


@claim("product-sets-the-angle")
def product_sets_the_angle(readings: Readings) -> Finding:
    """Where the start is forgotten: angles and lengths as predicted; where it is not: smaller."""
    groups = list_resting(readings)
    cells = [cell for group in groups for cell in group]
    early = list_early(readings)
    first = groups[0]
    said = stack(cells, "predicted_angle")
    turned = [stack(cells, name) / said for name in ("angle", "first_angle")]
    lengths = [
        stack(cells, f"{matrix}norm") / stack(cells, f"{matrix}predicted_norm")
        for matrix in ("", "first_")
    ]
    same = [stack(group, "angle") for group in groups if len(group) > 1]
    norms = stack(first, "norm")
    return Finding(
        (
            worst("angle", np.concatenate(turned), above=0.85, below=1.15),
            worst("length", np.concatenate(lengths), above=0.85, below=1.15),
            worst("equal", np.array([each.max(0) / each.min(0) for each in same]), below=1.15),
            median("apart", norms.max(0) / norms.min(0), above=3),
            median("early", [cell["angle"] / cell["predicted_angle"] for cell in early], below=0.9),
        ),
        {
            "count": str(len(cells)),
            "product": write_exactly(find_product(first[0])),
            "pairs": tuple(
                f"{write_exactly(cell.setting.lr)} · {write_exactly(cell.setting.weight_decay)}"
                for cell in first
            ),
            "said": write(float(first[0]["predicted_angle"][0])),
            "angles": tuple(write(float(np.median(cell["angle"]))) for cell in first),
            "norms": tuple(write(float(np.median(cell["norm"]))) for cell in first),
            "first_norms": tuple(write(float(np.median(cell["first_norm"]))) for cell in first),
        },
    )


@claim("decay-forgets-a-large-start")
def decay_forgets_a_large_start(readings: Readings) -> Finding:
    """Lengths and errors after a large start beside the usual one, without decay and with it."""
    bare, decayed = line_up_starts(readings)
    usual = [cell.setting.start_scale for cell in bare].index(1)

    def find_points(cells: Sequence[Reading]) -> np.ndarray:
        return to_points(cells[-1]["errors"] - cells[usual]["errors"])

    def find_ratio(cells: Sequence[Reading]) -> np.ndarray:
        return cells[-1]["end_norm"] / cells[usual]["end_norm"]

    costs = to_points(decayed[usual]["errors"] - bare[usual]["errors"])
    shares = [
        tuple(write(100 * float(np.median(cell["errors"]))) for cell in cells)
        for cells in (bare, decayed)
    ]
    return Finding(
        (
            median("kept", find_ratio(bare), above=5),
            worst("forgotten", find_ratio(decayed), above=0.8, below=1.25),
            median("harm", find_points(bare), above=1),
            median("healed", find_points(decayed), above=-1.5, below=1.5),
            median("costs", costs, above=0.5),
            median("small", bare[0]["end_norm"] / bare[0]["start_norm"], above=2),
        ),
        {
            "scale": write_exactly(bare[-1].setting.start_scale),
            "least": write_exactly(bare[0].setting.start_scale),
            "decay": write_exactly(decayed[0].setting.weight_decay),
            "lr": write_exactly(bare[0].setting.lr),
            "scales": tuple(write_exactly(cell.setting.start_scale) for cell in bare),
            "bare_errors": shares[0],
            "errors": shares[1],
        },
    )


@claim("an-annealed-rate-leaves-decay-little")
def an_annealed_rate_leaves_decay_little(readings: Readings) -> Finding:
    """Points of errors that decay of everything, or of the hidden matrices, saves at most."""
    everything = [-case for case in find_costs(readings, "cosine", "all")]
    hidden = find_costs(readings, "cosine", "hidden")
    compared = compare_errors(readings, "cosine", "all", "cross_entropy")
    return Finding(
        (
            median("everything", everything, above=0.1, below=1.5, digits=2),
            median("hidden", hidden, above=-1, below=1, digits=2),
            median("entropy", [one / other for _, one, other in compared], above=1.1),
        ),
        {
            "decay": write_exactly(compared[0][0].setting.weight_decay),
            "sizes": tuple(str(cell.setting.batch_size) for cell, *_ in compared),
            "bare": _list_bare_errors(readings, "cosine"),
            "all_points": _write_points(everything),
            "hidden_points": _write_points(hidden),
        },
    )


@claim("a-constant-rate-makes-decay-costly")
def a_constant_rate_makes_decay_costly(readings: Readings) -> Finding:
    """The same with a constant rate: what decay costs, and with smaller batches more."""
    hidden = find_costs(readings, "constant", "hidden")
    everything = find_costs(readings, "constant", "all")
    compared = compare_errors(readings, "constant", "hidden")
    return Finding(
        (
            median("hidden", hidden, above=0.4, digits=2),
            median(
                "less",
                [one - other for one, other in zip(hidden, everything, strict=True)],
                above=0.3,
                digits=2,
            ),
            median("batches", hidden[0] - hidden[-1], above=0.5, digits=2),
        ),
        {
            "decay": write_exactly(compared[0][0].setting.weight_decay),
            "sizes": tuple(str(cell.setting.batch_size) for cell, *_ in compared),
            "bare": _list_bare_errors(readings, "constant"),
            "hidden_points": _write_points(hidden),
            "all_points": _write_points(everything),
        },
    )
