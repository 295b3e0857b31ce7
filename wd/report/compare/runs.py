"""The numbers of a cell's runs, a block of seeds at a time: no more is in memory at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wd.declarations import KINDS, MATRIX
from wd.evidence.schema import RUN_COLUMNS
from wd.evidence.store import Evidence

BLOCK = 1000
"""So many seeds are read at once."""


@dataclass(frozen=True)
class Runs:
    """All that was measured of some seeds of a cell.

    Attributes:
        seeds: (seeds,), rising.
        diverged: Which of them diverged, (seeds,).
        numbers: What was measured of each run, by name, (seeds,); NaN where a run has none.
        series: Its series by table: what counts the points, as tuples, and the numbers at each,
            (points, columns), the points of one seed after those of another.
    """

    seeds: np.ndarray
    diverged: np.ndarray
    numbers: dict[str, np.ndarray]
    series: dict[str, tuple[list[tuple], np.ndarray]]


def list_seeds(evidence: Evidence, cell: int) -> np.ndarray:
    """List the seeds of a cell, rising."""
    query = "SELECT seed FROM results WHERE cell = ? ORDER BY seed"
    return np.array([seed for (seed,) in evidence.rows(query, [cell])], dtype=int)


def read_blocks(
    evidence: Evidence, cell: int, kind: str, seeds: np.ndarray, tables: Sequence[str]
) -> Iterator[Runs]:
    """Read the runs of a cell with these seeds, and these of its series, block after block."""
    for start in range(0, len(seeds), BLOCK):
        yield _read(evidence, cell, kind, seeds[start : start + BLOCK], tables)


def _read(
    evidence: Evidence, cell: int, kind: str, seeds: np.ndarray, tables: Sequence[str]
) -> Runs:
    chosen = "FROM results {} WHERE cell = ? AND seed BETWEEN ? AND ? ORDER BY seed"
    found = (cell, int(seeds[0]), int(seeds[-1]))
    wanted = set(seeds.tolist())

    def ask(columns: str, join: str = "", order: Sequence[str] = ()) -> list[tuple]:
        query = ", ".join([f"SELECT seed, {columns} {chosen.format(join)}", *order])
        return [row for row in evidence.rows(query, found) if row[0] in wanted]

    rows = ask(", ".join(["status", *RUN_COLUMNS]))
    _, status, *columns = zip(*rows, strict=True)
    numbers = {}
    if kind == MATRIX:
        ends = zip(RUN_COLUMNS, columns, strict=True)
        numbers = {name: np.array(values, dtype=float) for name, values in ends}
    for seed, name, value in ask("name, value", "JOIN measures USING (run)"):
        if name not in numbers:
            numbers[name] = np.full(len(seeds), np.nan)
        numbers[name][np.searchsorted(seeds, seed)] = np.nan if value is None else value
    series = {}
    for table in tables:
        declared = KINDS[kind].series[table]
        index = tuple(declared.index)
        names = ", ".join(f"{table}.{name}" for name in (*index, *declared.columns))
        if points := ask(names, f"JOIN {table} USING (run)", index):
            place = 1 + len(index)
            values = np.array([row[place:] for row in points], dtype=float)
            series[table] = [row[:place] for row in points], values
    return Runs(seeds, np.array(status) == "diverged", numbers, series)
