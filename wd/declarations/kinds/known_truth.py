"""Ridge on normal inputs without a preferred direction, over the number of examples."""

from wd.declarations.forms import Kind, Series

DECLARATION = Kind(
    reads=("n_train", "n_features", "noise_std"),
    numbers=("risk_said",),
    series={"risk_path": Series({"share_of_best": float}, ("risk",))},
)
