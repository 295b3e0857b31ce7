"""How many alarms to expect on fresh seeds by chance alone, though every claim is true."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

from wd.report.read.parts import Basis, Part
from wd.report.read.statistics import CONFIDENCE

_NORMAL = NormalDist()
_REACH = _NORMAL.inv_cdf(float(1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Alarms:
    """What chance alone does to the parts of claims on other seeds.

    Attributes:
        bounds: How many bounds are compared with an interval, case by case.
        most: How many of these at most are refuted on average, where the truth keeps them.
        refuted: How many are refuted on average if the first seeds' estimates are as good.
        unsure: How many are then neither kept nor refuted.
        worst: How many parts are compared run by run: of these nothing follows.
    """

    bounds: int
    most: float
    refuted: float
    unsure: float
    worst: int


def expect_alarms(parts: Iterable[Part]) -> Alarms:
    """Expect alarms from what the first seeds have found.

    An interval misses the truth on a given side with a probability of 2.5 % at most. So whatever
    the truth within a bound is, the interval of other seeds lies beyond it no more often.

    From the first seeds more follows. An estimate x with an interval that reaches h towards the
    bound has the standard error h/1.96, that of as many other seeds has the same, and their
    difference the √2-fold. So the other interval lies beyond a bound at the distance m from x
    where the difference exceeds m + h, and holds the bound where it exceeds m − h but not that.
    """
    bounds, worst, refuted, unsure = 0, 0, 0.0, 0.0
    for part in parts:
        worst += part.basis is Basis.WORST
        for value, low, high in part.found if part.basis is Basis.INTERVAL else ():
            for bound, margin, reach in (
                (part.above, value - (part.above or 0), value - low),
                (part.below, (part.below or 0) - value, high - value),
            ):
                if bound is not None:
                    bounds += 1
                    beyond = _exceed(margin + reach, reach)
                    refuted += beyond
                    unsure += _exceed(margin - reach, reach) - beyond
    return Alarms(bounds, bounds * float(1 - CONFIDENCE) / 2, refuted, unsure, worst)


def _exceed(distance: float, reach: float) -> float:
    """How likely two estimates with such intervals differ by more in one direction."""
    error = math.sqrt(2) * reach / _REACH
    return _NORMAL.cdf(-distance / error) if error else float(distance < 0)
