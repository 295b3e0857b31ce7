"""The scratch program under the hard constraint: each step ends with a projection on the ball."""

from wd.declarations.forms import Implementation
from wd.declarations.shared import DATA, TRAINING

DECLARATION = Implementation(reads=(*DATA, *TRAINING, "theta"), trained=True, tile=16)
