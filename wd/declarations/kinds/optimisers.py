"""Optimisers with weight decay, full batch: where each rests, and what is left of the start.

An epoch is one step.
"""

from wd.declarations.forms import Hyperparameter, Kind, Series
from wd.declarations.shared import TRAINING_SET

OWN = (
    Hyperparameter(
        "optimiser",
        str,
        "sgd",
        "which of PyTorch's optimisers takes the steps",
        choices=("sgd", "nesterov", "adam"),
        also=("optimizer",),
    ),
    Hyperparameter(
        "decay_form",
        str,
        "l2",
        "how the decay enters: added to the gradient, or apart from it",
        choices=("l2", "decoupled", "independent", "cautious"),
    ),
    Hyperparameter(
        "beta2",
        float,
        0.999,
        "how much adam's mean of squared gradients keeps",
        least=0,
        most=0.9999,
    ),
)

DECLARATION = Kind(
    reads=(
        *TRAINING_SET,
        "init_std",
        "lr",
        "epochs",
        "weight_decay",
        "momentum",
        "schedule",
    ),
    numbers=(
        "resting_decay",
        "rest_distance",
        "asked_distance",
        "undecayed_distance",
        "leftover",
        "predicted_leftover",
        "leftover_error",
        "end_norm",
    ),
    series={
        "leftover_path": Series({"step": int}, ("leftover_then",)),
        "resting_weights": Series({"coordinate": int}, ("ended", "predicted_rest")),
    },
    own=OWN,
)
