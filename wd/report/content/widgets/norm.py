"""The distributions in which a reader's own norm is placed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wd.report.content.claims.my_norm import PROGRAMS
from wd.report.content.explanations import (
    CHAPTER,
    EDITIONS,
    find_norms,
    list_explanations,
    name_edition,
)
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Readings
from wd.report.read.widgets import widget

SHARES = (0, 0.005, *np.linspace(0.025, 0.975, 39).round(3).tolist(), 0.995, 1)
"""The shares of the runs whose quantiles stand for a distribution: the page has to be light."""
_DIGITS = 5  # of the smallest norm
_FIRST: tuple[Any, ...] = (CHAPTER, "scratch", 3)


@widget("norm")
def gather_norms(readings: Readings, labels: Labels) -> dict[str, Any]:
    """Gather what the runs of every explanation print, as quantiles.

    Returns:
        first (edition, program, λ and the first seed's norm), choices per select, shares, causes
        (words), runs (their count, then what `pack` makes of their quantiles), and explanations:
        index of the cause, edition, program, λ, index of the runs, and 1 where ½‖w‖² is printed.

    Raises:
        Missing: If the chapter's runs aren't in this build.
    """
    listed = [
        each
        for each in list_explanations(readings, labels)
        if not each.cell.diverged.any() and find_norms(each.cell).min() > 0
    ]
    cells = {id(each.cell): each.cell for each in listed}
    norms = [find_norms(cell) for cell in cells.values()]
    causes = dict.fromkeys(each.words for each in listed)
    start = next(
        (each for each in listed if (each.edition, each.program, each.weight_decay) == _FIRST), None
    )
    if start is None:
        readings.cell(CHAPTER, implementation=_FIRST[1], weight_decay=_FIRST[2])
        raise Missing("diverged", study=CHAPTER)
    return {
        "first": [*map(write_exactly, _FIRST), write(start.printed[0], 4)],
        "choices": [
            [
                [edition, name_edition(readings, labels, edition)]
                for edition in EDITIONS
                if edition in {each.edition for each in listed}
            ],
            [[name, labels("implementation", name)] for name in PROGRAMS],
            [
                [write_exactly(decay)] * 2
                for decay in sorted({each.weight_decay for each in listed if each.cause == "none"})
            ],
        ],
        "shares": SHARES,
        "causes": list(causes),
        "runs": [[len(each), *pack(find_quantiles(each))] for each in norms],
        "explanations": [
            [
                list(causes).index(each.words),
                each.edition,
                each.program,
                write_exactly(each.weight_decay),
                list(cells).index(id(each.cell)),
                int(each.squared),
            ]
            for each in listed
        ],
    }


def find_quantiles(values: np.ndarray) -> np.ndarray:
    """Find the numbers below which `SHARES` of the values lie, rising."""
    return np.quantile(values, SHARES)


def pack(values: np.ndarray) -> list[int]:
    """Write rising positive numbers as [power, first, step, step, …], multiples of 10^power.

    Args:
        values: Rising, positive, (n,).

    Returns:
        The power of the unit that leaves the smallest number `_DIGITS` digits, then n integers.
    """
    power = math.floor(math.log10(values[0])) - _DIGITS + 1
    whole = np.rint(values * 10.0**-power).astype(int)
    return [power, *np.diff(whole, prepend=0).tolist()]
