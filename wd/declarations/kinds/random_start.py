"""Projected descent from random weights where the constraint is inactive: another end each time."""

from wd.declarations.forms import Kind
from wd.declarations.kinds.same_thing import refuse
from wd.declarations.shared import TRAINING_SET

DECLARATION = Kind(
    reads=TRAINING_SET,
    numbers=("theta_bound", "projected_closed", "loss_excess", "projected_squared_norm"),
    seeds_at_once=2,
    refuse=refuse,
)
