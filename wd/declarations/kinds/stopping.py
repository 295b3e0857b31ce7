"""Stopping gradient descent early, beside ridge: their paths, their best, and a random start."""

from wd.declarations.forms import Kind, Series

DECLARATION = Kind(
    reads=("n_train", "n_features", "noise_std", "true_w", "true_b", "init_std"),
    numbers=(
        "path_ratio",
        "best_ratio",
        "best_time",
        "best_decay",
        "stopped_risk",
        "ridge_risk",
        "never_risk",
        "started_floor",
        "started_best",
        "started_never",
    ),
    series={"stopping_path": Series({"step": int}, ("stopped", "matched_ridge"))},
    together=("noise_std",),
)
