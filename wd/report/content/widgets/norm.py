"""The distributions in which a reader's own norm is placed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wd.report.content.claims.my_norm import DECAYS, PROGRAMS, read_causes
from wd.report.read.estimates import find_settled
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.widgets import widget

_DIGITS = 5  # of the smallest norm: a number typed with no more is placed exactly
_TRANSFORMED = ("half_square",)  # the script computes these from the distribution as it is
_FIRST = ("scratch", 3)


@widget("norm")
def gather_norms(readings: Readings, labels: Labels) -> dict[str, Any]:
    """Gather the sorted norms of each program and λ: as it is, and with each of the usual slips.

    Returns:
        first (program, λ and the first seed's norm), choices per hyperparameter, causes (names, by
        their keys), and norms: by "program λ", by cause, what `pack` makes of them.

    Raises:
        Missing: If a study isn't in this build.
    """
    names = [name for name in labels.table("cause") if name not in ("none", *_TRANSFORMED)]
    norms = {}
    for program in PROGRAMS:
        for decay in DECAYS:
            causes = read_causes(readings, program, decay)
            norms[f"{program} {decay}"] = {
                name: pack(causes[name]) for name in ("none", *names) if name in causes
            }
    program, decay = _FIRST
    printed = find_settled(readings, "chapter", implementation=program, weight_decay=decay)
    return {
        "first": [program, str(decay), write(printed["w_norm"][0], 4)],
        "choices": [
            [(name, labels("implementation", name)) for name in PROGRAMS],
            [(write_exactly(each),) * 2 for each in DECAYS],
        ],
        "causes": labels.table("cause"),
        "norms": norms,
    }


def pack(values: np.ndarray) -> list[int]:
    """Write positive numbers as [power, smallest, step, step, …], whole multiples of 10^power.

    They are rounded down: a number that is a multiple of the unit itself then has as many below
    it as before.

    Args:
        values: Positive, (n,).

    Returns:
        The power of the unit that leaves the smallest number `_DIGITS` digits, then n integers.
    """
    power = math.floor(math.log10(values.min())) - _DIGITS + 1
    whole = np.floor(np.sort(values) * 10.0**-power).astype(int)
    return [power, *np.diff(whole, prepend=0).tolist()]
