"""A small network on real digits, by Adam with L2 or by AdamW, over the learning rate and λ."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Hyperparameter, Kind

SPARE = 800
"""How many of the digits may be fitted; all others judge."""


def refuse(setting: Any) -> str | None:
    """Refuse more examples than there are."""
    if setting.n_train <= SPARE:
        return None
    return (
        f"n_train = {setting.n_train} leaves too few of the digits to judge.\n"
        f"Allowed: at most {SPARE}."
    )


DECLARATION = Kind(
    reads=("algorithm", "n_train", "lr", "batch_size", "epochs", "weight_decay"),
    numbers=("cross_entropy", "mistaken"),
    own=(
        Hyperparameter(
            "algorithm",
            str,
            "adamw",
            "what trains the network: adam, which has the decay in the gradient, or adamw",
            choices=("adam", "adamw"),
        ),
    ),
    together=("weight_decay",),
    seeds_at_once=5,
    refuse=refuse,
)
