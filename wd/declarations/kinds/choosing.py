"""Ways of choosing λ, and what the choice of each costs on data whose truth is known."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Kind, Series

METHODS = ("leave_one_out", "gcv", "ten_fold", "five_fold", "hold_out", "fresh")


def refuse(setting: Any) -> str | None:
    """Refuse a single example, of which nothing can be left out."""
    if setting.n_train > 1:
        return None
    return "n_train = 1 leaves nothing to fit where one is left out.\nAllowed: at least 2."


DECLARATION = Kind(
    reads=("n_train", "n_features", "noise_std", "true_w"),
    numbers=(
        *(f"{method}_{name}" for method in METHODS for name in ("chosen", "regret")),
        "least_risk",
        "constant_risk",
        "formula",
    ),
    series={"choosing_path": Series({"tried": float}, ("risk", *METHODS))},
    together=("noise_std",),
    refuse=refuse,
)
