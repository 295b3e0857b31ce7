"""Cures for overfitting on equal terms: the same data, and of each cure the best strength."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Hyperparameter, Kind

CURES = ("nothing", "ridge", "stopping", "dropout", "l1", "features", "doubled")


def refuse(setting: Any) -> str | None:
    """Refuse more true weights than there are."""
    if setting.relevant <= setting.n_features:
        return None
    return (
        f"relevant = {setting.relevant} of n_features = {setting.n_features} weights can't be.\n"
        f"Allowed: at most {setting.n_features}."
    )


DECLARATION = Kind(
    reads=("n_train", "n_features", "noise_std", "true_w"),
    numbers=(*(f"{cure}_risk" for cure in CURES), "constant_risk", "features_kept", "l1_kept"),
    own=(
        Hyperparameter(
            "relevant",
            int,
            1,
            "how many of the true weights are true_w; the others are 0",
            least=0,
            most=1_000_000,
        ),
    ),
    refuse=refuse,
)
