"""Ridge with and without decay on data that come with scikit-learn, over examples or features."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Hyperparameter, Kind, Series
from wd.declarations.shared import refuse_more_than

SPARE = {"diabetes": 242, "digits": 1000}
"""How many examples of each data set may be fitted; all others judge."""


def refuse(setting: Any) -> str | None:
    """Refuse more examples than there are."""
    return refuse_more_than(SPARE[setting.dataset], setting, setting.dataset)


DECLARATION = Kind(
    reads=("dataset", "n_train"),
    numbers=("constant_loss", "rank", "least_eigenvalue"),
    series={"real_path": Series({"tried": float}, ("loss_on_others",))},
    own=(
        Hyperparameter(
            "dataset",
            str,
            "diabetes",
            "which data: the diabetes data with all products of their features, or the digits",
            choices=tuple(SPARE),
        ),
        Hyperparameter(
            "random_features",
            int,
            0,
            "how many random features take the place of the data's own; 0 for these",
            least=0,
            most=100_000,
        ),
    ),
    refuse=refuse,
)
