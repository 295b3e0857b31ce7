"""The shortcuts of leaving examples out, against fits without these examples."""

from wd.declarations.forms import Kind
from wd.declarations.kinds import choosing

DECLARATION = Kind(
    reads=choosing.DECLARATION.reads,
    numbers=("leave_one_out_distance", "five_fold_distance", "textbook_distance"),
    seeds_at_once=10,
    refuse=choosing.refuse,
)
