"""L1 on sparse data by three programs: which of them make weights exactly zero."""

from wd.declarations.forms import Hyperparameter, Kind, Series

PROGRAMS = ("coordinate", "proximal", "subgradient")

DECLARATION = Kind(
    reads=("n_train", "n_features", "noise_std", "true_w"),
    numbers=(
        *(f"{program}_nonzero" for program in PROGRAMS),
        "proximal_distance",
        "subgradient_excess",
        "ridge_nonzero",
    ),
    series={"lasso_sizes": Series({"rank": int}, (*PROGRAMS, "ridge"))},
    own=(
        Hyperparameter(
            "l1_share",
            float,
            0.2,
            "the factor of ‖w‖₁, as a share of the smallest that makes all weights zero",
            least=0.01,
            most=1e6,
        ),
    ),
)
