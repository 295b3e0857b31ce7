"""Choosing λ on one real data set by many splits: how much the choice depends on the split."""

from wd.declarations.forms import Hyperparameter, Kind

JUDGED = ("none", "leave_one_out", "five_fold", "hold_out")

DECLARATION = Kind(
    reads=(),
    numbers=(
        "leave_one_out_all",
        "five_fold_all",
        "winning_score",
        "runner_up_gap",
        *(f"{method}_loss_ratio" for method in JUDGED),
    ),
    own=(
        Hyperparameter(
            "features",
            str,
            "linear",
            "which features of the diabetes data: as they are, or with all their products",
            choices=("linear", "quadratic"),
        ),
    ),
)
