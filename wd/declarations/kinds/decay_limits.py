"""The two ends of the path of optima: the closed form towards λ = 0 and λ = ∞."""

from wd.declarations.forms import Kind
from wd.declarations.shared import TRAINING_SET

DECLARATION = Kind(
    reads=(*TRAINING_SET, "weight_decay"),
    numbers=("optimum_norm", "interpolator_distance", "norm_deviation"),
    together=("weight_decay",),
)
