"""The chapter's own settings: what sentences about the book mean, whatever the reader's run is."""

from __future__ import annotations

from collections.abc import Sequence

from wd.report.read.estimates import find_settled
from wd.report.read.numbers import number, write_exactly
from wd.report.read.readings import Missing, Reading, Readings

CHAPTER = {
    "n_train": 20,
    "n_test": 100,
    "n_features": 200,
    "noise_std": 0.01,
    "true_w": 0.01,
    "true_b": 0.05,
    "init_std": 1.0,
    "lr": 0.003,
    "batch_size": 5,
    "epochs": 100,
}
"""The experiment of the Chinese edition, as this report's hyperparameters.

References:
    Zhang, Lipton, Li and Smola, Dive into Deep Learning (Chinese edition), section 4.5.
"""
DECAY = 3.0
"""The λ that the chapter compares with none."""
RATE_OF_READERS = 0.1
"""The learning rate at which readers of the chapter meet `nan`: discuss.d2l.ai/t/98."""


def require_chapter(*cells: Reading, besides: Sequence[str] = ()) -> None:
    """Make sure that runs have the chapter's settings, as sentences about the book suppose.

    Args:
        *cells: The runs.
        besides: Settings in which they may be others.

    Raises:
        Missing: If some haven't; settings that a cell doesn't read don't count.
    """
    for cell in cells:
        for name, value in CHAPTER.items():
            if name not in besides and getattr(cell.setting, name) not in (None, value):
                raise Missing("premise", study=cell.study, premise="chapter_settings")


def find_chapter(readings: Readings, implementation: str, weight_decay: float) -> Reading:
    """Select the chapter's own runs of one of its programs.

    Args:
        readings: The evidence.
        implementation: "scratch" or "concise"; the latter draws its bias like its weights.
        weight_decay: λ, such as 0 or `DECAY`.

    Raises:
        Missing: If there are none, if some diverged, or if their settings aren't the chapter's.
    """
    bias_init_std = CHAPTER["init_std"] if implementation == "concise" else 0.0
    cell = find_settled(
        readings,
        "chapter",
        implementation=implementation,
        weight_decay=weight_decay,
        bias_init_std=bias_init_std,
        bias_decay=0.0,
    )
    require_chapter(cell)
    return cell


@number("book")
def write_book(_: Readings, of: str) -> str:
    """Write one of the chapter's settings, such as n_train, or its weight_decay."""
    return write_exactly(float((CHAPTER | {"weight_decay": DECAY})[of]))
