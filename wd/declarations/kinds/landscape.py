"""A problem with two features as a surface, and the path of its optima over λ."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Kind, Series
from wd.declarations.shared import TRAINING_SET


def refuse(setting: Any) -> str | None:
    """Refuse what can't be drawn as a surface over two weights."""
    if setting.n_features == 2:
        return None
    return f"n_features = {setting.n_features} can't be drawn as a landscape.\nAllowed: 2."


DECLARATION = Kind(
    reads=(*TRAINING_SET, "weight_decay"),
    numbers=("optimum1", "optimum2", "bias", "pull1", "pull2", "decay1", "decay2", "loss"),
    series={"surface": Series({"w1": float, "w2": float}, ("loss",))},
    together=("weight_decay",),
    refuse=refuse,
)
