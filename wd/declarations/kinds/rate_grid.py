"""A small network on real digits, by Adam with L2 or by AdamW, over the learning rate and λ."""

from __future__ import annotations

from functools import partial

from wd.declarations.forms import Hyperparameter, Kind
from wd.declarations.shared import refuse_more_than

SPARE = 800
"""How many of the digits may be fitted; all others judge."""


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
    refuse=partial(refuse_more_than, SPARE),
)
