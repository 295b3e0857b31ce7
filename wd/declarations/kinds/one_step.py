"""The update rule by three ways, one step and whole runs: formula, autograd and torch.optim."""

from wd.declarations.forms import Kind
from wd.declarations.shared import TRAINING, TRAINING_SET

DECLARATION = Kind(
    reads=(*TRAINING_SET, *TRAINING, "weight_decay"),
    numbers=(
        "formula_autograd",
        "formula_optim",
        "autograd_optim",
        "scratch_concise",
        "null_error",
    ),
    together=("weight_decay",),
)
