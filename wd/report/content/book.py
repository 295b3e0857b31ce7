"""The chapter's own settings: what sentences about the book mean, whatever the reader's run is."""

from __future__ import annotations

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


def require_chapter(*cells: Reading) -> None:
    """Make sure that runs have the chapter's settings, as sentences about the book suppose.

    Raises:
        Missing: If some haven't; settings that a cell doesn't read don't count.
    """
    for cell in cells:
        for name, value in CHAPTER.items():
            if getattr(cell.setting, name) not in (None, value):
                raise Missing("premise", study=cell.study, premise="chapter_settings")


@number("book")
def write_book(_: Readings, of: str) -> str:
    """Write one of the chapter's settings, such as n_train, or its weight_decay."""
    return write_exactly(float((CHAPTER | {"weight_decay": DECAY})[of]))
