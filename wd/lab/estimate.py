"""What a list of chunks will take, from a short measurement on this machine: time, memory, disk.

Time is in proportion to what a chunk goes through: its runs, their steps, their examples times
their features. A small version of one chunk of each implementation and kind says how long that
takes here. Expect the right order of magnitude.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt

from wd.config import Setting
from wd.declarations import IMPLEMENTATIONS, MATRIX
from wd.lab.chunks import Chunk
from wd.lab.outcomes import Outcomes

PROBED = 200_000
"""Examples times features times seeds that a measurement goes through, at most."""
BATCHES = 4
WORTHWHILE = 20
"""What is less than this many times its measurement isn't measured."""
EPOCHS = 5
"""Of a measured training; one of a single epoch shows what a chunk takes only once."""
BYTES_A_NUMBER = 32
"""Of memory per number of a chunk's data: it is drawn in float64, cast, joined and shuffled."""
BYTES_A_PROCESS = 400e6
BYTES_A_RUN, BYTES_A_MEASURE, BYTES_A_POINT = 62, 34, 42
"""On disk, with their keys."""


@dataclass(frozen=True)
class Estimate:
    """What is to be expected of making some chunks.

    Attributes:
        seconds: Of the clock.
        memory: Bytes, of all processes together.
        disk: Bytes that the evidence grows by.
    """

    seconds: float
    memory: float
    disk: float


def estimate(
    chunks: Sequence[Chunk],
    processes: int,
    measure: Callable[[Chunk], tuple[float, float]] | None = None,
) -> Estimate:
    """Measure a small version of the largest chunk of each implementation and kind.

    Args:
        chunks: What is to be made; at least one.
        processes: How many are made at a time.
        measure: Where to measure a chunk, as `measure_pace` does; None for here.
    """
    groups: dict[tuple[str, str | None], list[Chunk]] = {}
    for chunk in chunks:
        groups.setdefault((chunk.kind, chunk.settings[0].implementation), []).append(chunk)
    seconds = disk = 0.0
    for group in groups.values():
        largest, whole = max(group, key=_weigh), sum(map(_weigh, group))
        pace, run_bytes = 0.0, float(BYTES_A_RUN)
        if _weigh(_shrink(largest)) < whole / WORTHWHILE:  # else it takes as long as the work
            pace, run_bytes = (measure or measure_pace)(largest)
        seconds += pace * whole
        disk += sum((run_bytes + _count_curve_bytes(each)) * _count_runs(each) for each in group)
    side_by_side = min(processes, len(chunks))
    memory = side_by_side * (BYTES_A_PROCESS + max(map(_count_bytes, chunks)))
    return Estimate(seconds / side_by_side, memory, disk)


def _count_runs(chunk: Chunk) -> int:
    return len(chunk.settings) * len(chunk.seeds)


def _weigh(chunk: Chunk) -> float:
    """What a chunk goes through: epochs of training, or the steps of a solution."""
    setting = chunk.settings[0]
    n, d, _ = _read_sizes(setting)
    passes = setting.epochs if _has_epochs(chunk) else min(n, d)
    return _count_tiles(chunk) * len(chunk.seeds) * passes * n * d


def _read_sizes(setting: Setting) -> tuple[int, int, int]:
    """Training examples, features and test examples; 1, 1 and 0 where a setting has none."""
    values = dict(setting.values)
    return values.get("n_train", 1), values.get("n_features", 1), values.get("n_test", 0)


def _count_tiles(chunk: Chunk) -> int:
    implementation = chunk.settings[0].implementation
    tile = IMPLEMENTATIONS[implementation].tile if implementation else 1
    return ceil(len(chunk.settings) / tile)


def _count_bytes(chunk: Chunk) -> float:
    """The memory of a chunk's data, orders and weights."""
    setting = chunk.settings[0]
    n, columns, n_test = _read_sizes(setting)
    numbers = (n + n_test) * columns
    if chunk.trained:
        numbers += (setting.epochs * setting.n_train) // 2
        numbers += IMPLEMENTATIONS[setting.implementation].tile * columns
    return BYTES_A_NUMBER * len(chunk.seeds) * numbers


def _count_curve_bytes(chunk: Chunk) -> float:
    if not chunk.trained or not chunk.curves_every:
        return 0.0
    return BYTES_A_POINT * (1 + chunk.settings[0].epochs // chunk.curves_every)


def measure_pace(chunk: Chunk) -> tuple[float, float]:
    """The seconds of a unit of `_weigh`, and the bytes of a run without its curves."""
    small = _shrink(chunk)
    if not _has_epochs(chunk):
        made, _ = _time(small)  # imports what it needs
        _, seconds = _time(small)
        return seconds / _weigh(small), _count_run_bytes(made[0][1])
    short, long = _with(small, epochs=1), small
    made, _ = _time(short)
    (_, first), (_, second) = _time(short), _time(long)
    if _epochs(long) == _epochs(short):
        return second / _weigh(long), _count_run_bytes(made[0][1])
    pace = max(second - first, 0.0) / (_weigh(long) - _weigh(short))
    once = first / _weigh(short) - pace  # in a chunk of many epochs it is shared among them
    return pace + max(once, 0.0) / _epochs(chunk), _count_run_bytes(made[0][1])


def _has_epochs(chunk: Chunk) -> bool:
    return "epochs" in dict(chunk.settings[0].values)


def _epochs(chunk: Chunk) -> int:
    return chunk.settings[0].epochs


def _time(chunk: Chunk) -> tuple[list[tuple[Setting, Outcomes]], float]:
    start = time.perf_counter()
    made = chunk.compute()
    return made, time.perf_counter() - start


def _shrink(chunk: Chunk) -> Chunk:
    """A chunk with fewer examples, seeds and, where even one seed is too much, features."""
    setting = chunk.settings[0]
    n, d, n_test = _read_sizes(setting)
    if chunk.trained:
        n = min(n, BATCHES * setting.batch_size)
    seeds = chunk.seeds[: max(1, PROBED // (n * d)) if chunk.kind == MATRIX else 1]
    share = min(1.0, sqrt(PROBED / (n * d)))
    n, d = max(1, int(n * share)), max(1, int(d * share))
    changed = {"n_train": n, "n_features": d, "n_test": min(n_test or 1, n)}
    if batch_size := dict(setting.values).get("batch_size"):
        changed["batch_size"] = min(batch_size, n)
    if _has_epochs(chunk):
        changed["epochs"] = min(setting.epochs, EPOCHS)
    return _with(replace(chunk, seeds=seeds, curves_every=None), **changed)


def _with(chunk: Chunk, **changed: int) -> Chunk:
    """A chunk whose settings are changed in what they read."""
    return replace(
        chunk,
        settings=tuple(
            setting.change(**{k: v for k, v in changed.items() if k in dict(setting.values)})
            for setting in chunk.settings
        ),
    )


def _count_run_bytes(outcomes: Outcomes) -> float:
    points = sum(array.shape[1] for array in outcomes.series.values())
    return BYTES_A_RUN + BYTES_A_MEASURE * len(outcomes.measures) + BYTES_A_POINT * points
