"""The largest stable learning rate, and full-batch descent just below and just above it."""

from wd.declarations.forms import Kind
from wd.declarations.shared import TRAINING_SET

DECLARATION = Kind(
    reads=(*TRAINING_SET, "batch_order", "batch_size", "epochs", "init_std", "weight_decay"),
    numbers=(
        "limit",
        "safe_limit",
        "onset",
        "below_growth",
        "above_growth",
        "below_factor",
        "above_factor",
    ),
    together=("weight_decay",),
    seeds_at_once=5,
)
