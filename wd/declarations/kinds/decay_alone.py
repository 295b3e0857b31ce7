"""What ηλ does to a weight that no data push: torch.optim.SGD against (1 − ηλ)^t."""

from wd.declarations.forms import Kind, Series

DECLARATION = Kind(
    reads=("lr", "weight_decay"),
    numbers=("factor", "formula_error"),
    series={"decay_path": Series({"step": int}, ("weight",))},
)
