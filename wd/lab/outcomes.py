"""What a chunk of runs of one setting ended with, as arrays.

They pass quickly from one process to another, and become single runs only where somebody reads
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from wd.evidence.store import Outcome


@dataclass(frozen=True)
class Outcomes:
    """An iterable of one `Outcome` per seed.

    Attributes:
        seeds: One per run.
        values: Measured numbers in the order of `evidence.RUN_COLUMNS`, (runs, 4).
        good: Whether a run did not diverge, bool, (runs,).
        epochs: When a point of the curves was recorded.
        curves: Those points in the order of `evidence.CURVE_COLUMNS`, (runs, points, 3).
        measures: Further named numbers, each (runs,).
    """

    seeds: Sequence[int]
    values: np.ndarray
    good: np.ndarray
    epochs: Sequence[int] = ()
    curves: np.ndarray | None = None
    measures: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.seeds)

    def __iter__(self) -> Iterator[Outcome]:
        names = tuple(self.measures)
        measures = np.stack([self.measures[name] for name in names], axis=1) if names else ()
        values, good = self.values.tolist(), self.good.tolist()
        curves = () if self.curves is None else self.curves.tolist()
        rows = measures.tolist() if names else ()
        for run, seed in enumerate(self.seeds):
            yield Outcome(
                seed,
                values[run] if good[run] else None,
                [(epoch, *point) for epoch, point in zip(self.epochs, curves[run], strict=True)]
                if curves
                else (),
                dict(zip(names, rows[run], strict=True)) if names and good[run] else None,
            )
