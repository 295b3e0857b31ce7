"""What the throws say of π."""

from wd.report.read.numbers import number, write
from wd.report.read.readings import spread
from wd.report.read.series import line_up


@number("pi")
def pi(readings):
    """Write the estimate of π by the most needles: twice the length over the typical share."""
    most = line_up(readings, "floor", "needles")[-1]
    return write(2 * most.setting.length / spread(most["crossing"])[0])
