"""Numbers that don't depend on their company: one data set at a time, products of constant width.

A product of another width may round differently, a batch of one data set differently from one of
many, and of many one differently from the next, by where in memory it begins. So each data set is
computed alone wherever that is fast enough, and what shares a product has always the same width;
what pads it is dropped before anything is handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.outcomes import Outcomes

Item = TypeVar("Item")
Numbers = Mapping[str, Tensor]
"""By name, a number for each run and setting, padding included: (runs, settings)."""


def pad(items: Sequence[Item], width: int) -> list[Item]:
    """Repeat the last item until there are at least `width`."""
    return [*items, *[items[-1]] * (width - len(items))]


def cut(settings: Sequence[Setting], width: int) -> Iterator[Sequence[Setting]]:
    """Cut settings into tiles of at most `width`."""
    for first in range(0, len(settings), width):
        yield settings[first : first + width]


def measure_in_tiles(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    width: int,
    measure: Callable[[Sequence[Setting], int], Numbers],
) -> list[tuple[Setting, Outcomes]]:
    """Measure seed by seed, so many settings at a time.

    Args:
        settings: They differ along what the kind computes together alone.
        seeds: One data set each.
        width: Settings that share a product, padding included.
        measure: Of so many settings and a seed, the numbers of each setting, (1, settings).

    Returns:
        Each setting with the outcomes of the seeds.
    """
    with one_thread():
        return [
            pair
            for tile in cut(settings, width)
            for pair in list_outcomes(
                tile, seeds, take_one_by_one(seeds, partial(measure, pad(tile, width)))
            )
        ]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread within the block, and as many as before after it.

    Sharing short calls among cores costs more than it saves, and the last bits of the numbers
    would depend on the number of cores.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def take_one_by_one(seeds: Sequence[int], measure: Callable[[int], Numbers]) -> Numbers:
    """Measure seed by seed, (1, settings) each, and stack what comes: (runs, settings)."""
    runs = [measure(seed) for seed in seeds]
    return {name: torch.cat([run[name] for run in runs]) for name in runs[0]}


def list_outcomes(
    settings: Sequence[Setting], seeds: Sequence[int], numbers: Numbers
) -> list[tuple[Setting, Outcomes]]:
    """Hand over the numbers of some settings, without what pads them.

    Args:
        settings: One per column of the numbers, the first ones.
        seeds: One per row, the first ones.
        numbers: By name; what isn't finite doesn't apply and is left out.

    Returns:
        Each setting with the outcomes of the seeds.
    """
    runs = slice(len(seeds))
    return [
        (
            setting,
            Outcomes(
                list(seeds),
                measures={
                    name: number[runs, column].double().numpy() + 0.0  # no −0
                    for name, number in numbers.items()
                },
            ),
        )
        for column, setting in enumerate(settings)
    ]
