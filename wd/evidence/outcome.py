"""The form in which a run's numbers are handed over to the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Outcome:
    """What one run of a cell ended with.

    Attributes:
        seed: The run's seed.
        values: Of the matrix, measured numbers in the order of `RUN_COLUMNS`; of another kind
            none, (); None where the run diverged.
        series: By table, rows of index and numbers, such as (epoch, train_loss, …) for curves.
        measures: Further named numbers of this run.
    """

    seed: int
    values: Sequence[float] | None
    series: Mapping[str, Sequence[tuple[float, ...]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    measures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
