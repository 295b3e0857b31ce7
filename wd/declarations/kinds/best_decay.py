"""The λ that is best for single training sets, beside the formula σ²d/(n‖w°‖²)."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Kind
from wd.declarations.shared import LARGEST


def refuse(setting: Any) -> str | None:
    """Refuse data without a signal, for which the best λ is infinite."""
    if abs(setting.true_w) >= 1 / LARGEST:
        return None
    return (
        f"true_w = {setting.true_w:g} is no signal, so that no λ is the best.\n"
        f"Allowed: at least {1 / LARGEST:g}, or at most -{1 / LARGEST:g}."
    )


DECLARATION = Kind(
    reads=("n_train", "n_features", "noise_std", "true_w"),
    numbers=("formula", "best", "lowest", "regret", "noise_floor"),
    together=("noise_std",),
    refuse=refuse,
)
