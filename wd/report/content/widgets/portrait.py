"""The problem with two features that a reader turns λ on, or θ."""

from __future__ import annotations

from typing import Any

import numpy as np

from wd.declarations.shared import TRAINING_SET
from wd.errors import SiteError
from wd.report.content.landscape import read_landscape
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import line_up, match_settings, stack
from wd.report.read.widgets import shorten, widget

_FIRST = 0.5  # where the slider stands at first: the nearest λ there is
_EXACT = 1e-8  # how far the coefficients may be from the evidence, relative to its largest number
_TERMS = 5  # of the test loss along the path


@widget("portrait")
def gather_portrait(readings: Readings, _: Labels) -> dict[str, Any]:
    """Gather the loss's coefficients and, at the λ that were solved, losses and optima.

    Between the solved λ the script moves on smoothly: with v_j and s_j the loss's axes and
    curvatures, the optimum's coordinates are s_j/(s_j + λ) times those of the undecayed one. So
    the coefficients are fitted to the recorded surface and path, and must give them back.

    Returns:
        axes (2, 2, a row per weight), curvature (2,) and best (2,) in those axes, floor, test (5,:
        of 1, p₁, p₂, p₁², p₂²), first, and solved: weight_decay, theta, train and test, each (k,).

    Raises:
        Missing: If the portrait isn't in this build, or of too few λ to follow the test loss.
        SiteError: If the coefficients don't give the evidence back.
    """
    drawn = read_landscape(readings)
    decays, path, train = drawn.weight_decay, drawn.path, drawn.optimum_loss
    cells = line_up(readings, "portrait", "weight_decay")
    if len(decays) < _TERMS:
        raise Missing("premise", study="portrait", premise="five_decays")
    if [cell.setting.weight_decay for cell in cells] != decays.tolist():
        raise Missing("premise", study="portrait", premise="same_decays")
    surface = readings.cells("landscape")[0]
    match_settings(cells[0], surface.setting, "[study.landscape]", TRAINING_SET)
    if not np.array_equal(cells[0].seeds, surface.seeds):
        raise Missing("seeds", study="portrait", other="[study.landscape]")
    test = stack(cells, "test_loss")[:, 0]

    floor, best, hessian = fit_parabola(drawn.w1, drawn.w2, drawn.loss)
    curvature, axes = np.linalg.eigh(hessian)
    best = axes.T @ best
    shrunk = best * curvature / (curvature + decays[:, None])
    terms = np.column_stack([np.ones_like(test), shrunk, shrunk**2])
    # On the path, a hyperbola, p₁p₂ is a combination of the others.
    of_test = np.linalg.lstsq(terms, test, rcond=None)[0]
    excess = (curvature * (shrunk - best) ** 2).sum(1) / 2
    for name, given, recorded in (
        ("optimum", shrunk @ axes.T, path),
        ("train_loss", floor + excess, train),
        ("test_loss", terms @ of_test, test),
    ):
        if np.abs(given - recorded).max() > _EXACT * np.abs(recorded).max():
            raise SiteError(f"the portrait's {name} isn't that of a parabola")
    return {
        "axes": [shorten(row, 12) for row in axes],
        "curvature": shorten(curvature, 12),
        "best": shorten(best, 12),
        "floor": float(floor),
        "test": shorten(of_test, 12),
        "first": int(np.abs(decays - _FIRST).argmin()),
        "solved": {
            "weight_decay": decays.tolist(),
            "theta": shorten((path**2).sum(1), 8),
            "train": shorten(train),
            "test": shorten(test),
        },
    }


def fit_parabola(
    w1: np.ndarray, w2: np.ndarray, loss: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Read a parabola's coefficients off its values on a grid.

    Args:
        w1: Grid of the first weight, (columns,).
        w2: Grid of the second weight, (rows,).
        loss: L = floor + ½·(w − best)ᵀ·hessian·(w − best), (rows, columns).

    Returns:
        (floor, best (2,), hessian (2, 2)).
    """
    x, y = (each.ravel() for each in np.meshgrid(w1, w2))
    terms = np.column_stack([np.ones_like(x), x, y, x * x / 2, x * y, y * y / 2])
    level, *slope, xx, xy, yy = np.linalg.lstsq(terms, loss.ravel(), rcond=None)[0]
    hessian = np.array([[xx, xy], [xy, yy]])
    best = -np.linalg.solve(hessian, slope)
    return float(level + best @ slope / 2), best, hessian
