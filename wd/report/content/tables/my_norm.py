"""Printed norms: the published ones with their percentiles, and what the usual slips print."""

from __future__ import annotations

from wd.report.content.claims.my_norm import DECAYS, PROGRAMS, read_causes
from wd.report.content.published import find_percentile, read_distribution, read_norms
from wd.report.read.estimates import write_interval
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.tables import markdown, table

_CAUSES = ("none", "half_decay", "bias_decayed", "batch_one", "small_start", "half_square")


@table("published_norms")
def published_norms(readings: Readings, labels: Labels) -> str:
    """Tabulate each published norm with its percentile in the distribution of its settings."""
    rows = []
    for norm in read_norms():
        percentile = find_percentile(read_distribution(readings, norm), norm.value)
        rows.append(
            [
                labels("implementation", norm.program),
                write_exactly(float(norm.weight_decay)),
                norm.source if not norm.note else f"{norm.source} ({norm.note})",
                str(norm.value),
                write_interval(percentile, 100),
            ]
        )
    header = ("implementation", "weight_decay", "source", "published", "percentile")
    return markdown([labels("column", name) for name in header], rows, numeric=2)


@table("norm_causes")
def norm_causes(readings: Readings, labels: Labels) -> str:
    """Tabulate median and 5–95 % of what is printed, as it should be and with each slip."""
    causes = {
        (program, decay): read_causes(readings, program, decay)
        for program in PROGRAMS
        for decay in DECAYS
    }
    rows = []
    for name in _CAUSES:
        row = [labels("cause", name)]
        for decay in DECAYS:
            for program in PROGRAMS:
                row.append(_write(causes[program, decay].get(name), labels))
        rows.append(row)
    header = [
        labels("column", "cause"),
        *(
            f"{labels('implementation', program)}, λ = {decay}"
            for decay in DECAYS
            for program in PROGRAMS
        ),
    ]
    return markdown(header, rows, numeric=4)


def _write(norms: object, labels: Labels) -> str:
    if norms is None:
        return labels("word", "not_used")
    middle, low, high = spread(norms)
    return f"{write(middle)} ({write(low)} – {write(high)})"
