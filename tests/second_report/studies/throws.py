"""Throws needles on a floor whose lines are a gap apart."""

import numpy as np

from wd.lab.outcomes import Outcomes


def measure(settings, seeds):
    """Throw all needles of each seed; measure the share of them that cross a line."""
    return [(setting, Outcomes(seeds, measures=_throw(setting, seeds))) for setting in settings]


def _throw(setting, seeds):
    crossing = []
    for seed in seeds:
        chance = np.random.default_rng(seed)
        middle, angle = chance.random((2, setting.needles))  # from the next line; of a half turn
        reach = setting.length / 2 * np.sin(np.pi * angle)
        crossing.append(np.mean(np.minimum(middle, 1 - middle) <= reach))
    return {"crossing": np.array(crossing)}
