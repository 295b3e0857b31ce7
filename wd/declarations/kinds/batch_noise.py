"""AdamW on mini-batches of features of unlike scales: to which ridge the noise makes it go."""

from typing import Any

from wd.declarations.forms import Hyperparameter, Kind, Series


def refuse(setting: Any) -> str | None:
    """Refuse batches of all examples: their gradients have no noise."""
    if setting.batch_size < setting.n_train:
        return None
    return (
        "Gradients have no noise where a batch holds all examples. "
        f"Take a batch_size below n_train = {setting.n_train}."
    )


DECLARATION = Kind(
    reads=(
        "n_train",
        "n_features",
        "noise_std",
        "true_w",
        "weight_decay",
        "lr",
        "batch_size",
        "epochs",
    ),
    numbers=(
        *(
            f"{name}_{point}"
            for name in ("adamw", "adam", "sgd")
            for point in ("own", "asked", "bare")
        ),
        "adamw_nearest",
        "nearest_decay",
        "least_strength",
        "most_strength",
    ),
    series={
        "scaled_weights": Series(
            {"coordinate": int}, ("scale", "averaged", "own_ridge", "asked_ridge", "bare_fit")
        )
    },
    own=(
        Hyperparameter(
            "spread",
            float,
            100.0,
            "the largest scale of a feature over the smallest",
            least=1,
            most=1e6,
        ),
    ),
    refuse=refuse,
)
