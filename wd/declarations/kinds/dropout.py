"""Dropout on the inputs of linear regression, beside the ridge that it is on average."""

from wd.declarations.forms import Hyperparameter, Kind

DECLARATION = Kind(
    reads=("n_train", "n_features", "noise_std", "true_w"),
    numbers=(
        "dropout_distance",
        "plain_distance",
        "bare_distance",
        "least_strength",
        "most_strength",
    ),
    own=(
        Hyperparameter(
            "dropped",
            float,
            0.5,
            "p, the share of the inputs that a step drops",
            least=0,
            most=0.9,
            also=("dropout", "p"),
        ),
    ),
)
