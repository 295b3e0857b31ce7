"""The parts of a claim: each compares something measured with a bound, and says on what basis.

There are three bases. An *interval* is an estimate over seeds with its confidence interval: it can
be too wide to tell. The *worst run* is the one of all runs that comes closest to refuting the
part. What is *proved* is judged by the worst run as well, but runs can only show mistakes there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np

from wd.report.read.estimates import Interval, write_interval
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing
from wd.report.read.statistics import median_interval, share_interval

ENOUGH = 6
"""From so many seeds on the interval of a median has its confidence: 1 − 2/2⁶ > 95 %."""

_DOTS = 20
"""So many seeds stand for all of them in a picture."""


class Basis(Enum):
    """What the verdict on a part rests on; the words stand in the labels under `[basis]`."""

    INTERVAL = "interval"
    WORST = "worst"
    PROVED = "proved"


class State(Enum):
    """What the evidence says of a part, or of a whole claim."""

    HOLDS = "holds"
    REFUTED = "refuted"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Part:
    """One comparison of a claim.

    Attributes:
        name: What is compared; its words are in the labels of the claim, under `part`.
        basis: What the verdict rests on.
        found: (value, low, high) of each case, the same number three times where the basis is no
            interval. Several cases, such as several λ, must all keep the bounds.
        seeds: How many seeds each of them was found on.
        above: The lower bound, or None.
        below: The upper bound, or None.
        allowed: Whether the bounds themselves are allowed.
        unit: "%" or nothing.
        digits: Significant digits of what is found.
        share: Whether it is the share of seeds for which something is so, in per cent.
        dots: How single seeds lie, evenly chosen by rank; none where it is a share.
    """

    name: str
    basis: Basis
    found: tuple[Interval, ...]
    seeds: int
    above: float | None = None
    below: float | None = None
    allowed: bool = False
    unit: str = ""
    digits: int = 3
    share: bool = False
    dots: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not np.isfinite(self.found).all():
            raise Missing("infinite")

    @property
    def state(self) -> State:
        """What the evidence says of it: of its cases the worst."""
        states = [self._judge(case) for case in self.found]
        return combine(states)

    @property
    def critical(self) -> Interval:
        """The case that comes closest to a bound, or is furthest beyond one."""
        # margins to a bound far away can be equal in floating point: the value decides
        sign = 1 if self.below is None else -1
        return min(self.found, key=lambda case: (self._margin(case), sign * case[0]))

    @property
    def margin(self) -> float | None:
        """How far the critical case keeps from the nearest bound, as a part of the larger of both.

        It is negative beyond a bound; None for a theorem, and on a bound that is allowed, where
        nothing is near to failing.
        """
        _, low, high = self.critical
        gaps = []
        if self.above is not None:
            gaps.append((low - self.above, max(abs(low), abs(self.above))))
        if self.below is not None:
            gaps.append((self.below - high, max(abs(high), abs(self.below))))
        nearest = min(gap / size if size else 0.0 for gap, size in gaps)
        met = self.allowed and nearest == 0
        return None if self.basis is Basis.PROVED or met else nearest

    @property
    def needed(self) -> int | None:
        """About how many seeds would decide it; None where no number of seeds can be named.

        The interval of a median shrinks with the root of the number of seeds; that of a share is
        computed for more seeds with the same share.
        """
        if self.state is not State.UNSURE:
            return None
        case = next(each for each in self.found if self._judge(each) is State.UNSURE)
        value, low, high = case
        bound = min(self._bounds(), key=lambda each: abs(value - each))
        if self.share:
            return self._seeds_of_share(value / 100, bound / 100)
        reach = value - low if value > bound else high - value
        if value == bound:
            return None
        more = (reach / (value - bound)) ** 2
        return max(ENOUGH, math.ceil(self.seeds * max(more, 1))) if math.isfinite(more) else None

    def __str__(self) -> str:
        """What was found, as pages write it: "0.997 [0.993, 1.001]", or the worst run."""
        if self.basis is Basis.INTERVAL:
            return write_interval(self.critical, digits=self.digits)
        if None in (self.above, self.below) or self.above == self.below:
            return write(self.critical[0], self.digits)
        ends = (write(pick(self.found)[0], self.digits) for pick in (min, max))
        return " – ".join(dict.fromkeys(ends))

    @property
    def bound(self) -> str:
        """Its only bound as pages write it, without a sign or a unit: "less than {part.bound} %".

        Raises:
            ValueError: If it has two that differ in more than the sign.
        """
        sizes = {abs(each) for each in self._bounds()}
        if len(sizes) > 1:
            raise ValueError(f"the part {self.name!r} has two bounds")
        return _write_bound(sizes.pop())

    @property
    def least(self) -> str:
        """The lower bound as pages write it."""
        assert self.above is not None  # it has no lower bound
        return _write_bound(self.above)

    @property
    def most(self) -> str:
        """The upper bound as pages write it."""
        assert self.below is not None  # it has no upper bound
        return _write_bound(self.below)

    def _bounds(self) -> list[float]:
        return [bound for bound in (self.above, self.below) if bound is not None]

    def _keeps(self, value: float, *, surely: bool = True) -> bool:
        """Whether a value keeps the bounds; where not `surely`, on the bounds it does as well."""
        if self.allowed or not surely:
            return (self.above is None or value >= self.above) and (
                self.below is None or value <= self.below
            )
        return (self.above is None or value > self.above) and (
            self.below is None or value < self.below
        )

    def _judge(self, case: Interval) -> State:
        value, low, high = case
        if self.basis is not Basis.INTERVAL:
            return State.HOLDS if self._keeps(value) else State.REFUTED
        if self.seeds < ENOUGH and not self.share:
            return State.UNSURE
        if self._keeps(low) and self._keeps(high):
            return State.HOLDS
        beyond = (self.above is not None and high < self.above) or (
            self.below is not None and low > self.below
        )
        return State.REFUTED if beyond else State.UNSURE

    def _margin(self, case: Interval) -> float:
        _, low, high = case
        return min(
            math.inf if self.above is None else low - self.above,
            math.inf if self.below is None else self.below - high,
        )

    def _seeds_of_share(self, share: float, bound: float) -> int | None:
        count = self.seeds
        while count < 10**7:
            count = math.ceil(1.1 * count)
            _, low, high = share_interval(round(share * count), count)
            if low > bound or high < bound:
                return count
        return None


def combine(states: Iterable[State]) -> State:
    """Say what follows for the whole: refuted by one part, undecided by one, else it holds."""
    found = set(states)
    return next((state for state in (State.REFUTED, State.UNSURE) if state in found), State.HOLDS)


Cases = np.ndarray | Sequence[np.ndarray]
"""Numbers per seed, (seeds,), or several such arrays: cases that must all keep the bounds."""


def median(name: str, values: Cases, **bounds: Any) -> Part:
    """Compare the median over seeds, by its confidence interval.

    Args:
        name: What is compared.
        values: Finite numbers.
        **bounds: `above`, `below`, `allowed`, `unit` and `digits`, as of a `Part`.
    """
    cases = _list_cases(values)
    found = tuple(median_interval(case) for case in cases)
    part = Part(name, Basis.INTERVAL, found, min(map(len, cases)), **bounds)
    return replace(part, dots=_choose(cases[found.index(part.critical)], 0.05))


def share(name: str, flags: Cases, **bounds: Any) -> Part:
    """Compare the share of seeds for which something is so, in per cent, by Wilson's interval.

    Args:
        name: What is compared.
        flags: Booleans.
        **bounds: As of `median`; in per cent.
    """
    cases = _list_cases(flags)
    shares = (share_interval(int(case.sum()), len(case)) for case in cases)
    found = tuple((100 * value, 100 * low, 100 * high) for value, low, high in shares)
    seeds = min(map(len, cases))
    return Part(name, Basis.INTERVAL, found, seeds, unit="%", share=True, **bounds)


def worst(
    name: str, values: np.ndarray | float, *, seeds: int | None = None, **bounds: Any
) -> Part:
    """Compare every single number: the part holds if all of them keep the bounds.

    Args:
        name: What is compared.
        values: Finite numbers, the seeds along the last axis, or a count.
        seeds: On how many seeds a count was made.
        **bounds: As of `median`.
    """
    return _compare_all(name, Basis.WORST, values, seeds, bounds)


def proved(
    name: str, values: np.ndarray | float, *, seeds: int | None = None, **bounds: Any
) -> Part:
    """Compare every single number with what a theorem says of it; as `worst`.

    Runs can't prove it: they can only show that the programs obey it.
    """
    return _compare_all(name, Basis.PROVED, values, seeds, bounds)


def _compare_all(
    name: str, basis: Basis, values: np.ndarray | float, seeds: int | None, bounds: dict
) -> Part:
    numbers = np.asarray(values, dtype=float)
    found = tuple((each, each, each) for each in (float(numbers.min()), float(numbers.max())))
    return Part(name, basis, found, seeds or numbers.shape[-1], dots=_choose(numbers), **bounds)


def _choose(values: np.ndarray, beyond: float = 0.0) -> tuple[float, ...]:
    """Choose some of the values, evenly by rank, those at both ends left out as asked."""
    flat = np.asarray(values, dtype=float).ravel()
    if flat.size < 2:
        return ()
    ranks = np.linspace(beyond, 1 - beyond, min(_DOTS, flat.size))
    return tuple(float(each) for each in np.quantile(flat, ranks, method="nearest"))


def _list_cases(values: Cases) -> list[np.ndarray]:
    return [values] if isinstance(values, np.ndarray) and values.ndim == 1 else list(values)


def _write_bound(value: float) -> str:
    """Write a bound as its author did, very small ones as powers of ten, computed ones short."""
    if float(f"{value:.4g}") != value:
        return write(value, 2)
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        return write_exactly(float(value)).replace("-", "−")
    return next(
        write(value, digits) for digits in range(1, 18) if float(f"{value:.{digits - 1}e}") == value
    )
