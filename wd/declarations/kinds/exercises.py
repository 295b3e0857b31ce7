"""What the chapter's exercises ask and exact computation answers, on one data set each."""

from wd.declarations.forms import Kind
from wd.declarations.shared import TRAINING_SET

DECLARATION = Kind(
    reads=(*TRAINING_SET, "lr", "weight_decay"),
    numbers=(
        "trace_distance",
        "shrunk_distance",
        "augmented_distance",
        "root_distance",
        "root_own_distance",
        "prior_std",
        "map_distance",
        "covered",
        "penalty_distance",
        "shrink_distance",
        "apart_distance",
    ),
    together=("weight_decay",),
)
