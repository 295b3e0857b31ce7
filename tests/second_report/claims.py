"""What the throws say of Buffon's formula."""

import numpy as np

from wd.report.read.claims import Finding, claim
from wd.report.read.numbers import write_exactly
from wd.report.read.parts import median
from wd.report.read.series import line_up


@claim("needles-find-pi")
def needles_find_pi(readings):
    """The share that crosses, against 2/π times the length, for the most needles."""
    most = line_up(readings, "floor", "needles")[-1]
    ratio = most["crossing"] / (2 / np.pi * most.setting.length)
    return Finding(
        (median("ratio", ratio, above=0.99, below=1.01),),
        {"needles": write_exactly(most.setting.needles)},
    )
