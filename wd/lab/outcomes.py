"""What a chunk of runs of one setting ended with, as arrays.

They pass quickly from one process to another, and become single runs only where somebody reads
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from wd.evidence.outcome import Outcome


@dataclass(frozen=True)
class Outcomes:
    """An iterable of one `Outcome` per seed.

    Attributes:
        seeds: One per run.
        values: Of the matrix, measured numbers in the order of its declaration, (runs, numbers).
        good: Whether a run did not diverge, bool, (runs,); None where none can.
        series: Per table, points of index and numbers, (runs, points, columns).
        measures: Further named numbers, each (runs,); what isn't finite is left out.
    """

    seeds: Sequence[int]
    values: np.ndarray | None = None
    good: np.ndarray | None = None
    series: Mapping[str, np.ndarray] = field(default_factory=dict)
    measures: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.seeds)

    def __iter__(self) -> Iterator[Outcome]:
        values = [()] * len(self) if self.values is None else self.values.tolist()
        good = [True] * len(self) if self.good is None else self.good.tolist()
        series = {table: points.tolist() for table, points in self.series.items()}
        named = {name: np.asarray(numbers, dtype=float) for name, numbers in self.measures.items()}
        finite = {name: np.isfinite(numbers).tolist() for name, numbers in named.items()}
        measures = {name: numbers.tolist() for name, numbers in named.items()}
        for run, seed in enumerate(self.seeds):
            yield Outcome(
                seed,
                values[run] if good[run] else None,
                {
                    table: [tuple(point) for point in points[run]]
                    for table, points in series.items()
                },
                {name: each[run] for name, each in measures.items() if finite[name][run]}
                if good[run]
                else {},
            )
