"""The recorded norms of a run, split into the predicted leftover of its start and the rest."""

from __future__ import annotations

import numpy as np

from wd.report.read.readings import Reading


def split_norm(cell: Reading) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split the recorded norms into the predicted leftover and the rest.

    The leftover shrinks by the same factor in every epoch, and what it has come to by the last one
    is predicted in the evidence. The parts are perpendicular, so the rest is by Pythagoras.

    Args:
        cell: Runs with curves, whose leftover has been predicted.

    Returns:
        The starts ‖w⊥(0)‖ (seeds,), the leftovers (seeds, points), and the norms of the row-space
        part (seeds, points).

    Raises:
        Missing: If the study has no such curves or measures.
    """
    epochs, norms = cell.curves("w_norm")
    start, end = cell.measure("null_start"), cell.measure("null_predicted")
    share = (end / np.where(start > 0, start, 1))[:, None]
    leftover = start[:, None] * share ** (epochs / cell.setting.epochs)
    return start, leftover, np.sqrt(np.maximum(norms**2 - leftover**2, 0))
