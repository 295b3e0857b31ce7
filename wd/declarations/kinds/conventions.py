"""What to pass for λ to other optimisers and libraries, each really run."""

from wd.declarations.forms import Hyperparameter, Kind
from wd.declarations.shared import TRAINING_SET

CONVENTIONS = (
    "sgd_half_mse",
    "sgd_mse",
    "sgd_mse_unconverted",
    "adam_l2",
    "adamw",
    "ridge",
    "ridge_unconverted",
    "linear_regression",
)

DECLARATION = Kind(
    reads=(*TRAINING_SET, "lr", "weight_decay"),
    numbers=(
        "passed",
        "amounts_to",
        "distance",
        "own_distance",
        "undecayed_distance",
        "box_distance",
        "first_step_from_adam",
    ),
    own=(
        Hyperparameter(
            "convention",
            str,
            "sgd_half_mse",
            "which optimiser or solver is given λ, and how",
            choices=CONVENTIONS,
        ),
    ),
)
