"""The same thing twice: hard constraint, penalty and closed form, each solved in its own way."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Hyperparameter, Kind
from wd.declarations.shared import LARGEST, TRAINING_SET

WAYS = ("projected", "penalty", "closed")
RESIDUALS = ("stationarity", "feasibility", "slackness")


def refuse(setting: Any) -> str | None:
    """Refuse nearly square data, on which descent would take too long."""
    small, large = sorted((setting.n_train, setting.n_features))
    if 2 * small <= large:
        return None
    return (
        f"n_train = {setting.n_train} and n_features = {setting.n_features} are too close for "
        "descent to end.\nAllowed: one at least twice the other."
    )


DECLARATION = Kind(
    reads=TRAINING_SET,
    numbers=(
        "theta_bound",
        "theta_max",
        "decay_of_theta",
        "multiplier",
        "multiplier_error",
        "projected_closed",
        "penalty_closed",
        "projected_penalty",
        "loss_excess",
        *(f"{way}_{name}" for way in WAYS for name in ("end_loss", "squared_norm", *RESIDUALS)),
    ),
    own=(
        Hyperparameter(
            "theta_share",
            float,
            0.5,
            "θ as a share of θ_max, from which on the constraint is inactive",
            least=1 / LARGEST,
            most=LARGEST,
        ),
    ),
    together=("theta_share",),
    seeds_at_once=2,
    refuse=refuse,
)
