"""Printed norms: the published ones with their percentiles, and what the usual slips print."""

from __future__ import annotations

import numpy as np

from wd.report.content.claims.my_norm import DECAYS, PROGRAMS
from wd.report.content.explanations import CHAPTER, list_explanations
from wd.report.content.published import Norm, find_percentile, read_distribution, read_norms
from wd.report.read.estimates import write_interval
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.tables import markdown, table


@table("published_norms")
def published_norms(readings: Readings, labels: Labels) -> str:
    """Tabulate each published norm with its percentile in the distribution of its settings."""
    placed = [(norm, read_distribution(readings, norm)) for norm in read_norms()]
    return _tabulate(placed, labels, "published")


@table("published_half_squares")
def published_half_squares(readings: Readings, labels: Labels) -> str:
    """Tabulate each published ½‖w‖² in the same way."""
    placed = [
        (norm, read_distribution(readings, norm) ** 2 / 2)
        for norm in read_norms(printed="half_square")
    ]
    return _tabulate(placed, labels, "published_half_square")


def _tabulate(placed: list[tuple[Norm, np.ndarray]], labels: Labels, column: str) -> str:
    rows = [
        [
            labels("implementation", norm.program),
            write_exactly(float(norm.weight_decay)),
            _name_source(norm, labels),
            str(norm.value),
            write_interval(find_percentile(printed, norm.value), 100),
        ]
        for norm, printed in placed
    ]
    header = ("implementation", "weight_decay", "source", column, "percentile")
    return markdown([labels("column", name) for name in header], rows, numeric=2)


def _name_source(norm: Norm, labels: Labels) -> str:
    source = labels("published", norm.source)
    if not norm.note:
        return source
    return labels("published", "noted", source=source, note=labels("published", norm.note))


@table("norm_causes")
def norm_causes(readings: Readings, labels: Labels) -> str:
    """Tabulate median and 5–95 % of what is printed, as it should be and with each slip."""
    columns = [(program, decay) for decay in DECAYS for program in PROGRAMS]
    rows: dict[str, dict[tuple[str, float], str]] = {}
    for each in list_explanations(readings, labels):
        if each.edition == CHAPTER:
            cells = rows.setdefault(each.words, {})
            cells[each.program, each.weight_decay] = _write(each.printed, labels)
    header = [
        labels("column", "cause"),
        *(
            labels(
                "word",
                "cell_name",
                implementation=labels("implementation", program),
                weight_decay=write_exactly(decay),
            )
            for program, decay in columns
        ),
    ]
    unused = labels("word", "not_used")
    table = [[words, *(cells.get(key, unused) for key in columns)] for words, cells in rows.items()]
    return markdown(header, table, numeric=len(columns))


def _write(printed: np.ndarray, labels: Labels) -> str:
    if not np.isfinite(printed).all():
        return labels("word", "diverged")
    middle, low, high = spread(printed)
    return f"{write(middle)} ({write(low)} – {write(high)})"
