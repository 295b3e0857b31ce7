"""The chapter's two programs with a slip that they have no hyperparameter for."""

from wd.declarations.forms import Hyperparameter, Kind
from wd.declarations.shared import TRAINING_SET

MOMENTUM = 0.9
"""μ of the slip of that name: what most people take."""
PROGRAMS = {"momentum": "concise", "l1": "scratch"}
"""The slips, and which program has each."""

DECLARATION = Kind(
    reads=(*TRAINING_SET, "init_std", "lr", "batch_size", "epochs", "weight_decay"),
    numbers=("slip_norm",),
    own=(
        Hyperparameter(
            "slip",
            str,
            "momentum",
            "momentum in the concise program's SGD, or the scratch program's penalty λ‖w‖₁",
            choices=tuple(PROGRAMS),
        ),
    ),
)
