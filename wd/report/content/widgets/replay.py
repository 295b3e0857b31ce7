"""The chapter's run over its steps, to be played: losses, and the norm with its two parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from wd.report.content.split_norm import split_norm
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Missing, Reading, Readings, list_varying
from wd.report.read.widgets import shorten, widget

_BAND = (5, 95)


@widget("replay")
def gather_replay(readings: Readings, labels: Labels) -> dict[str, Any]:
    """Gather the recorded points of the first seed's runs, and where all seeds lie.

    Returns:
        seed; steps and epochs of the points; first, and choices of, implementation and λ; runs: by
        "implementation λ" the points of the curves, the leftover, and 5–95 % of all seeds.

    Raises:
        Missing: If the study isn't in this build, trains nothing, records no curves, varies more
            than implementation and λ, or has runs that diverged.
    """
    cells = [
        cell
        for cell in readings.cells("chapter")
        if None not in (cell.setting.lr, cell.setting.weight_decay)
    ]
    if not cells:
        raise Missing("setting", study="chapter", setting='implementation = "scratch"')
    names = ("implementation", "weight_decay")
    values = [[getattr(cell.setting, name) for cell in cells] for name in names]
    choices = [list(dict.fromkeys(each)) for each in values]
    if len(set(zip(*values, strict=True))) < len(cells):
        raise Missing("several", study="chapter", varying=list_varying(cells, besides=names))
    if any(cell.diverged.any() for cell in cells):
        raise Missing("diverged", study="chapter")
    epochs, _ = cells[0].curves("w_norm")
    setting = cells[0].setting
    per_epoch = -(-setting.n_train // setting.batch_size)
    runs = {_key(*pair): _gather_run(cell) for *pair, cell in zip(*values, cells, strict=True)}
    return {
        "seed": int(cells[0].seeds[0]),
        "steps": (epochs * per_epoch).astype(int).tolist(),
        "epochs": epochs.astype(int).tolist(),
        "first": [choices[0][0], write_exactly(choices[1][-1])],  # the decay at work
        "choices": [
            [(name, labels("implementation", name)) for name in choices[0]],
            [(write_exactly(decay),) * 2 for decay in choices[1]],
        ],
        "runs": runs,
    }


def _gather_run(cell: Reading) -> dict[str, Any]:
    start, leftover, row = split_norm(cell)
    curves = {name: cell.curves(f"{name}_loss")[1] for name in ("train", "test")}
    curves |= {"norm": cell.curves("w_norm")[1], "row": row}
    return {
        "start": shorten(start[:1])[0],
        "leftover": shorten(leftover[0]),
        "measured": shorten(cell.measure(name)[0] for name in ("null_norm", "row_norm")),
        "curves": {name: shorten(values[0]) for name, values in curves.items()},
        "bands": {
            name: [shorten(bound, 3) for bound in np.percentile(values, _BAND, axis=0)]
            for name, values in curves.items()
        },
    }


def _key(implementation: str, weight_decay: float) -> str:
    return f"{implementation} {write_exactly(float(weight_decay))}"
