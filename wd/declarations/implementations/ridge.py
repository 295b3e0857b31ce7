"""The minimiser of the penalised loss, in closed form."""

from wd.declarations.forms import Implementation
from wd.declarations.shared import DATA

DECLARATION = Implementation(
    reads=(*DATA, "weight_decay"), trained=False, tile=32, extra=("effective_dof",)
)
