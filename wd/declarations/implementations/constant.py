"""The best constant, the training targets' mean: what a model must beat."""

from wd.declarations.forms import Implementation
from wd.declarations.shared import DATA

DECLARATION = Implementation(reads=DATA, trained=False, tile=32)
