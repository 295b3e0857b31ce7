"""What a throw depends on."""

from wd.declarations.forms import Hyperparameter

SHARED = (
    Hyperparameter("needles", int, 100, "how many needles are thrown", least=1, most=10**6),
    Hyperparameter("length", float, 0.5, "a needle's length", "gaps", above=0, most=1),
)
DATA, USUAL = (), None
