"""Noise in the gradients: the weights that AdamW goes to, beside three fits."""

from __future__ import annotations

from typing import Any

import numpy as np

from wd.report.content.claims.gradient_noise import list_scales
from wd.report.read.curves import legend_below
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings
from wd.report.read.style import Style

_LOOKS = {
    "bare_fit": ("data", "solid"),
    "own_ridge": ("exact", "dashdot"),
    "asked_ridge": ("bound", (0, (5, 2))),
}


@figure("batch_noise_weights")
def batch_noise_weights(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw weights times scales over the scales: AdamW's, two ridges' and the least squares'."""
    _, cell = list_scales(readings)
    found = cell.series("scaled_weights")
    scales = found["scale"][0]
    drawn = style.figure(310)
    (axes,) = drawn.axes
    rows, words = [], []
    for name in (*_LOOKS, "averaged"):
        weights, label = np.median(found[name], axis=0), labels("fit", name)
        if name in _LOOKS:
            role, dashes = _LOOKS[name]
            axes.plot(scales, weights, color=style.colours[role], linestyle=dashes, label=label)
        else:
            mark: dict[str, Any] = {"color": style.ink, "markersize": 8, "markeredgewidth": 1.6}
            axes.plot(scales, weights, "x", label=label, **mark)
        rows += [(name, *each) for each in zip(scales, weights, strict=True)]
        first, last = (write(float(weights[place]), 2) for place in (0, -1))
        words.append(
            labels("figure", "batch_noise_weights", "each", fit=label, first=first, last=last)
        )
    axes.set(xscale="log", xlabel=labels("axis", "scale"), ylabel=labels("axis", "scaled_weight"))
    legend_below(drawn, style)
    numbers = {
        "seeds": str(len(cell.seeds)),
        "weight_decay": write_exactly(cell.setting.weight_decay),
        "fits": labels("word", "list_separator").join(words),
    }
    return Drawing(drawn, ("fit", "scale", "scaled_weight"), rows, numbers)
