"""Small networks with batch norm that learn digits: what decay does where length says nothing."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Hyperparameter, Kind, Series

SPARE = 1000
"""How many digits may be fitted; all others judge."""


def refuse(setting: Any) -> str | None:
    """Refuse more examples than there are."""
    if setting.n_train <= SPARE:
        return None
    return f"n_train = {setting.n_train} leaves too few digits to judge.\nAllowed: at most {SPARE}."


DECLARATION = Kind(
    reads=(
        "n_train",
        "batch_size",
        "epochs",
        "lr",
        "momentum",
        "schedule",
        "weight_decay",
        "decayed",
        "start_scale",
    ),
    numbers=(
        "errors",
        "cross_entropy",
        "fitted_cross_entropy",
        "scaled_change",
        "identity_error",
        "cosine",
        "start_norm",
        "end_norm",
        "norm",
        "predicted_norm",
        "angle",
        "predicted_angle",
        "start_share",
        "first_norm",
        "first_predicted_norm",
        "first_angle",
    ),
    series={"net_path": Series({"epoch": int}, ("matrix_norm", "step_angle"))},
    own=(
        Hyperparameter(
            "decayed",
            str,
            "hidden",
            "which parameters decay: the two hidden matrices, or all",
            choices=("hidden", "all"),
        ),
        Hyperparameter(
            "start_scale",
            float,
            1.0,
            "what multiplies the hidden matrices at the start",
            above=0,
            most=1e6,
        ),
    ),
    together=("weight_decay",),
    refuse=refuse,
)
