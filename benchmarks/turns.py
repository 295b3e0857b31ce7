"""Taking turns: things are measured one after the other, again and again, and compared by turn.

Both sides of a ratio come from the same turn, seconds apart, so that what else the machine does
falls on both. The median over turns then drops those on which something else happened after all.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Rates = dict[str, list[float]]
"""Per thing its rate in each turn, in work per second."""


@dataclass(frozen=True)
class Contender:
    """A thing to be measured.

    Attributes:
        work: How much one call does, in a unit that all contenders share (runs, builds).
        call: Does it.
    """

    work: float
    call: Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        what: What was measured.
        against: What it was measured against.
        value: The ratio.
        turns: The ratio of every single turn.
        least: The bound from below, or None.
        most: The bound from above, or None.
    """

    what: str
    against: str
    value: float
    turns: Sequence[float] = ()
    least: float | None = None
    most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its bounds."""
        above = self.least is None or self.value >= self.least
        return above and (self.most is None or self.value <= self.most)


def take_turns(contenders: Mapping[str, Contender], turns: int) -> Rates:
    """Call every contender once per turn and take its time.

    Args:
        contenders: By name; each is called once before the first turn, without a clock.
        turns: How many turns, at least 1.

    Returns:
        Work per second of each contender and turn.
    """
    for contender in contenders.values():
        contender.call()
    rates: Rates = {name: [] for name in contenders}
    for _ in range(turns):
        for name, contender in contenders.items():
            start = time.perf_counter()
            contender.call()
            rates[name].append(contender.work / (time.perf_counter() - start))
    return rates


def compare(
    rates: Rates,
    ours: str,
    theirs: str,
    *,
    least: float | None = None,
    most: float | None = None,
) -> Figure:
    """Compare two contenders turn by turn: how many times the rate of `theirs` is that of `ours`.

    Returns:
        The median over the turns.
    """
    turns = [ours / theirs for ours, theirs in zip(rates[ours], rates[theirs], strict=True)]
    return Figure(ours, theirs, statistics.median(turns), turns=turns, least=least, most=most)
