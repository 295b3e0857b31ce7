"""Answers of the evidence as arrays."""

from __future__ import annotations

from itertools import islice

import numpy as np

from wd.evidence.store import Evidence

_BLOCK = 10_000  # rows


def read_numbers(evidence: Evidence, query: str, *parameters: object) -> np.ndarray:
    """Read the answer to a query of numbers, NaN for NULL.

    It is read in blocks: as numbers of Python's it takes five times the memory.

    Returns:
        (rows, columns); of no rows nothing is known but a first column.

    Raises:
        EvidenceError: If SQLite refuses the query.
    """
    rows, blocks = evidence.stream(query, parameters), [np.empty((0, 1))]
    while block := list(islice(rows, _BLOCK)):
        blocks.append(np.array(block, dtype=float))
    return np.concatenate(blocks[1:] or blocks)


def take_seeds(rows: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Take the rows whose first column is one of these seeds: mostly all, which is seen at once."""
    if np.array_equal(rows[:, 0], seeds):
        return rows
    return rows[np.isin(rows[:, 0], seeds)]
