"""Small networks with batch norm that learn digits: what decay does where length says nothing."""

from __future__ import annotations

from functools import partial

from wd.declarations.forms import Hyperparameter, Kind, Series
from wd.declarations.shared import refuse_more_than

SPARE = 1000
"""How many digits may be fitted; all others judge."""


DECLARATION = Kind(
    reads=(
        "n_train",
        "batch_size",
        "epochs",
        "lr",
        "momentum",
        "schedule",
        "weight_decay",
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
    refuse=partial(refuse_more_than, SPARE),
)
