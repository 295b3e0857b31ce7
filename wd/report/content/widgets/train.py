"""Train it here: the settings that a reader can choose, and where this build's own runs ended."""

from __future__ import annotations

from typing import Any

import numpy as np

from wd.report.content.book import CHAPTER, DECAY
from wd.report.content.widgets.norm import SHARES, find_quantiles
from wd.report.read.estimates import list_settled
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Readings
from wd.report.read.widgets import shorten, widget

_OFFERED: dict[str, list[float]] = {
    "weight_decay": [0, 0.01, 0.05, 0.1, 0.3, 0.5, 1, 1.5, 2, 3, 6, 9, 16, 25, 40, 60, 100],
    "lr": [0.0003, 0.001, 0.003, 0.006, 0.01, 0.02, 0.03, 0.05, 0.1],
    "batch_size": [1, 2, 5, 10, 20],
    "epochs": [1, 5, 10, 30, 100, 300],
    "n_train": [5, 10, 20, 40, 80, 160],
    "n_features": [2, 10, 20, 50, 100, 200, 400],
    "noise_std": [0, 0.01, 0.03, 0.1, 0.3, 1],
    "init_std": [0, 0.01, 0.1, 1],
}
"""What the sliders offer: what trains in a blink in a browser, the chapter's settings among it."""
_BINS = 36


@widget("train")
def gather_train(readings: Readings, labels: Labels) -> dict[str, Any]:
    """Gather the sliders, and histograms of the norms that this build's runs printed.

    Returns:
        sliders: by hyperparameter its name, its choices, as numbers and as they are written, and
        the place of the chapter's; setting: the chapter's; programs with their names; known: by
        "program λ" the histogram of the norm over all runs of the study `chapter` with these
        settings: the logarithms of the first and the last edge, how many runs are in each bin, and
        the quantiles at `shares`; fresh: the first seed that none of these runs has.

    Raises:
        Missing: If the study isn't there or all its runs diverged.
    """
    chapter = CHAPTER | {"weight_decay": DECAY}
    known, fresh = {}, 0
    for cell in list_settled(readings, "chapter"):
        setting = cell.setting
        if setting.weight_decay is None or any(
            getattr(setting, name) != value for name, value in CHAPTER.items()
        ):
            continue
        fresh = max(fresh, int(cell.seeds.max()) + 1)
        counts, edges = np.histogram(np.log10(cell["w_norm"]), bins=_BINS)
        known[f"{setting.implementation} {write_exactly(float(setting.weight_decay))}"] = {
            "edges": shorten(edges[[0, -1]], 4),
            "counts": counts.tolist(),
            "quantiles": shorten(find_quantiles(cell["w_norm"])),
        }
    return {
        "sliders": {
            name: {
                "choices": [float(value) for value in values],
                "written": [write_exactly(float(value)) for value in values],
                "first": values.index(chapter[name]),
                "name": labels("widget", "train", "slider", name),
            }
            for name, values in _OFFERED.items()
        },
        "setting": chapter,
        "programs": [(name, labels("implementation", name)) for name in ("scratch", "concise")],
        "known": known,
        "shares": SHARES,
        "fresh": fresh,
    }
