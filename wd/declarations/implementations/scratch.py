"""The chapter's program from scratch: manual steps on the summed loss, half the mean of squares."""

from wd.declarations.forms import Implementation, Theory
from wd.declarations.shared import DATA, TRAINING

DECLARATION = Implementation(
    reads=(*DATA, *TRAINING, "weight_decay", "bias_decay"),
    trained=True,
    tile=24,
    theory=Theory(loss_scale=1.0, short_batch_scaled=True),
    supposes={"bias_decay": 0},
)
