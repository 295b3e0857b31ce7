"""Two sides' runs of one cell: the same bits, the same within rounding, the same distribution?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from wd.config import Setting
from wd.declarations import IMPLEMENTATIONS, KINDS, MATRIX
from wd.report.compare.chance import (
    Interval,
    estimate_difference,
    find_least,
    judge_distributions,
    judge_signs,
    subtract,
)
from wd.report.compare.runs import Runs, read_blocks
from wd.report.compare.sides import Key, Side

UNITS = 64
"""Rounding alone moves a number by no more units than that: with other kernels of the same library
by 12 at most in the published report, but near the largest stable learning rate, where runs make
any difference grow, and by up to 1,450 there."""


class Answer(Enum):
    """How alike two sides' runs of a cell are, the most alike first."""

    BITS = "bits"
    ROUNDING = "rounding"
    DISTRIBUTION = "distribution"
    UNSURE = "unsure"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Test:
    """Whether one number of a cell differs by more than chance.

    Attributes:
        name: Of the number.
        probability: How likely so large a difference is by chance alone.
        least: The smallest probability that so few runs can give.
        difference: By how much the second side's is larger, with its interval.
        size: The median of the first side, to which the difference can be related.
    """

    name: str
    probability: float
    least: float
    difference: Interval
    size: float


@dataclass(frozen=True)
class Pair:
    """A cell that both sides have.

    Attributes:
        study: Its study.
        setting: Its setting.
        runs: How many runs of either side were compared.
        paired: Whether they have the same seeds.
        alike: BITS or ROUNDING where every number is, else None: then the tests decide.
        tests: One per number, where they decide.
    """

    study: str
    setting: Setting
    runs: tuple[int, int]
    paired: bool
    alike: Answer | None
    tests: tuple[Test, ...] = field(default=())


def compare_cell(first: Side, second: Side, key: Key) -> Pair:
    """Compare the runs of a cell that both sides have, seed by seed where they share seeds."""
    study, kind, setting = key
    (cell, own), (other, others) = first.cells[key], second.cells[key]
    common = np.intersect1d(own, others)
    if not common.size:
        samples = [
            _join([each.numbers for each in read_blocks(side.evidence, cell, kind, seeds, ())])
            for side, (cell, seeds) in ((first, first.cells[key]), (second, second.cells[key]))
        ]
        tests = _test(*samples, paired=False)
        return Pair(study, setting, (len(own), len(others)), False, None, tests)
    alike: Answer | None = Answer.BITS
    kept = []
    tables = tuple(KINDS[kind].series)
    for runs in zip(
        read_blocks(first.evidence, cell, kind, common, tables),
        read_blocks(second.evidence, other, kind, common, tables),
        strict=True,
    ):
        if alike is not None:
            alike = _compare(kind, setting, *runs, alike)
        kept.append([each.numbers for each in runs])
    tests = ()
    if alike is None:
        tests = _test(*map(_join, zip(*kept, strict=True)), paired=True)
    return Pair(study, setting, (len(common), len(common)), True, alike, tests)


def _compare(
    kind: str, setting: Setting, first: Runs, second: Runs, so_far: Answer
) -> Answer | None:
    """Compare runs of the same seeds number by number: BITS, ROUNDING, or neither."""
    if (first.diverged != second.diverged).any():
        return None
    for excess in _measure_excess(kind, setting, first, second):
        if (excess > UNITS).any():
            return None
        if excess.any():
            so_far = Answer.ROUNDING
    return so_far


def _measure_excess(kind: str, setting: Setting, first: Runs, second: Runs) -> Iterator[np.ndarray]:
    """Measure, of what both sides have, by how many units of rounding the numbers differ.

    A prediction is made of weights and bias, and rounded to units of their size. So is the root of
    a loss, which is the size of the residuals; any other number is rounded to units of itself and
    of these, or of 1 where there are no weights.
    """
    program = IMPLEMENTATIONS.get(setting.implementation)
    unit = np.finfo("float64" if program and not program.trained else setting.dtype or "float64")
    matrix = kind == MATRIX
    size = first.numbers["w_norm"] + np.abs(first.numbers["b"]) if matrix else 1.0
    for name in first.numbers.keys() & second.numbers.keys():
        numbers = first.numbers[name], second.numbers[name]
        yield _count_units(*numbers, size, unit.eps, matrix and name.endswith("loss"))
    for table in first.series.keys() & second.series.keys():
        (points, those), (other_points, others) = first.series[table], second.series[table]
        if points != other_points:
            continue  # recorded at other points
        columns = KINDS[kind].series[table].columns
        size = those[:, columns.index("w_norm")] if matrix else 1.0
        for place, name in enumerate(columns):
            numbers = those[:, place], others[:, place]
            yield _count_units(*numbers, size, unit.eps, matrix and name.endswith("loss"))


def _count_units(
    first: np.ndarray, second: np.ndarray, size: np.ndarray | float, unit: float, loss: bool
) -> np.ndarray:
    same = (first == second) | (np.isnan(first) & np.isnan(second))
    if loss:
        first, second = np.sqrt(2 * first), np.sqrt(2 * second)
    with np.errstate(invalid="ignore", divide="ignore"):
        units = np.abs(first - second) / (unit * (size + np.abs(first)))
    return np.where(same, 0.0, np.nan_to_num(units, nan=np.inf))


def _join(blocks: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Put the numbers of blocks of runs together; what one of them lacks is NaN there."""
    names = dict.fromkeys(name for block in blocks for name in block)
    sizes = [len(next(iter(block.values()))) if block else 0 for block in blocks]
    return {
        name: np.concatenate(
            [
                block.get(name, np.full(size, np.nan))
                for block, size in zip(blocks, sizes, strict=True)
            ]
        )
        for name in names
    }


def _test(
    first: dict[str, np.ndarray], second: dict[str, np.ndarray], *, paired: bool
) -> tuple[Test, ...]:
    """Test every number that both sides have; a run without one diverged and counts as infinite."""
    tests = []
    for name in first:
        if name in second:
            a, b = (np.nan_to_num(each[name], nan=np.inf) for each in (first, second))
            judge, least = (
                (judge_signs(subtract(b, a)), find_least(len(a)))
                if paired
                else (judge_distributions(a, b), find_least(len(a), len(b)))
            )
            found = estimate_difference(a, b, paired=paired)
            tests.append(Test(name, judge, least, found, float(np.median(a))))
    return tuple(tests)
