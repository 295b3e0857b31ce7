"""The minimiser of the loss under the hard constraint, exactly."""

from wd.declarations.forms import Implementation
from wd.declarations.shared import DATA

DECLARATION = Implementation(reads=(*DATA, "theta"), trained=False, tile=32, extra=("multiplier",))
