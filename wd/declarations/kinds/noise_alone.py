"""AdamW, and Adam with L2, where gradients are nothing but noise. An epoch is one step."""

from wd.declarations.forms import Hyperparameter, Kind
from wd.declarations.shared import LARGEST, SMALLEST

DECLARATION = Kind(
    reads=("lr", "epochs", "weight_decay"),
    numbers=("adamw_mean", "adam_mean", "adamw_said", "adam_said", "adam_followed"),
    own=(
        Hyperparameter(
            "gradient_noise",
            float,
            1.0,
            "standard deviation of gradients that are nothing but noise",
            above=SMALLEST,
            most=LARGEST,
        ),
    ),
    seeds_at_once=20,
)
