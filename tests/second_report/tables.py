"""The throws in numbers."""

from wd.report.read.estimates import write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import spread
from wd.report.read.series import line_up
from wd.report.read.tables import markdown, table


@table("throws")
def throws(readings, labels):
    """Tabulate the share that crosses, its median and nine seeds of ten."""
    rows = [
        [write_exactly(needles), write(spread(found)[0]), write_range(found)]
        for cell in line_up(readings, "floor", "needles")
        for needles, found in [(cell.setting.needles, cell["crossing"])]
    ]
    header = [labels("column", name) for name in ("needles", "median_crossing", "range")]
    return markdown(header, rows, numeric=3)
