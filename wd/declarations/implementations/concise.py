"""The chapter's concise program: torch.optim.SGD on the mean of squares, without the half."""

from wd.declarations.forms import Implementation, Theory
from wd.declarations.shared import DATA, TRAINING

DECLARATION = Implementation(
    reads=(*DATA, *TRAINING, "init", "weight_decay", "bias_decay"),
    trained=True,
    tile=12,
    follows={"bias_init_std": "init_std"},  # it draws all parameters alike, the bias too
    theory=Theory(loss_scale=2.0, short_batch_scaled=False),
    supposes={"bias_decay": 0, "init": "normal"},
)
