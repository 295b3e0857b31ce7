"""Tables about studies: all of them in one, and of each its settings and its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wd.config import Study
from wd.config.settings import list_read
from wd.declarations import HYPERPARAMETERS, KINDS, MATRIX
from wd.report.content.rounding import find_rounding
from wd.report.content.tables.norms import write_spread
from wd.report.content.varying import list_values, list_varied, write_value
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.tables import describe, markdown, table

_FEW = 4
"""So many values are listed in the table of all studies; of more, the ends."""
_MOST_ROWS = 500
"""What a page shows of a study that is larger; all runs are in its download."""


@table("studies")
def studies(readings: Readings, labels: Labels) -> str:
    """Tabulate every study: what it asks, what varies, its λ and its size, with its page."""
    asked, rows = labels.table("study"), []
    for study in readings.config.studies:
        cells = readings.cells(study.name)
        purpose = asked.get(study.name, {}).get("purpose")
        purpose = purpose or labels("studies", "own", kind=labels("kind", study.kind))
        varied = [labels("column", name) for name in list_varied(cells)]
        rows.append(
            [
                f"[`{study.name}`](study-{study.name}.md) {purpose}",
                labels.enumerate(varied) or labels("studies", "nothing"),
                _shorten(cells, "weight_decay", labels),
                f"{len(cells):,} × {len(study.seeds):,}",
            ]
        )
    names = ("study", "varies", "weight_decay", "study_size")
    return markdown([labels("column", name) for name in names], rows, numeric=1)


@table("study_varied")
def study_varied(readings: Readings, labels: Labels, study: str) -> str:
    """Tabulate the hyperparameters that vary in a study with all their values, if any does."""
    cells = readings.cells(study)
    if not (varied := list_varied(cells)):
        return labels("studies", "constant")
    return _tabulate_settings(
        [(name, labels.enumerate(_write_values(cells, name))) for name in varied], labels
    )


@table("study_fixed")
def study_fixed(readings: Readings, labels: Labels, study: str) -> str:
    """Tabulate what doesn't vary in a study, its seeds, and what it records."""
    cells = readings.cells(study)
    (wanted,) = (each for each in readings.config.studies if each.name == study)
    varied = list_varied(cells)
    rows = [
        (name, _write_fixed(cells, name, labels))
        for name in HYPERPARAMETERS
        if name not in varied and list_values(cells, name)
    ]
    rows.append(("seeds", _write_seeds(wanted, labels)))
    if wanted.kind == MATRIX:
        every, no = wanted.curves_every, labels("word", "not_used")
        rows.append(("curves_every", no if every is None else write_exactly(every)))
        apart = any(wanted.decomposes(cell.setting) for cell in cells)
        rows.append(("decompose", "`true`" if apart else "`false`"))
    return _tabulate_settings(rows, labels)


@table("study_norms")
def study_norms(readings: Readings, labels: Labels, study: str) -> str:
    """Tabulate norm and losses of every cell of a study over what varies in its grid."""
    cells = readings.cells(study)
    varied = ["implementation"] + [name for name in list_varied(cells) if name != "implementation"]
    some = any(cell.diverged.any() for cell in cells)
    rows = []
    for cell in cells[:_MOST_ROWS]:
        rows.append(
            [
                *(_write_one(cell, name, labels) for name in varied),
                *write_spread(cell, "w_norm", labels),
                _write_train_loss(cell, labels),
                *write_spread(cell, "test_loss", labels),
                *[f"{int(cell.diverged.sum()):,}"] * some,
            ]
        )
    header = [
        *varied,
        "median_w_norm",
        "percentiles_w_norm",
        "median_train_loss",
        "median_test_loss",
        "percentiles_test_loss",
        *["diverged"] * some,
    ]
    words = [labels("column", name) for name in header]
    return _cut(markdown(words, rows, len(words) - 1), len(rows), len(cells), labels)


@table("study_numbers")
def study_numbers(readings: Readings, labels: Labels, study: str) -> str:
    """Tabulate every number of a study of another kind than the matrix, setting by setting."""
    cells = readings.cells(study)
    (kind,) = (each.kind for each in readings.config.studies if each.name == study)
    varied, rows = list_varied(cells), []
    for name in KINDS[kind].numbers:
        for cell in cells:
            try:
                measured = write_spread(cell, name, labels)
            except Missing:  # not defined for this setting
                measured = labels("word", "not_used"), ""
            values = [_write_one(cell, each, labels) for each in varied]
            rows.append([f"`{name}`", *values, *measured])
    header = ["number", *varied, "median_number", "percentiles"]
    words = [labels("column", name) for name in header]
    text = markdown(words, rows[:_MOST_ROWS], 2)
    return _cut(text, min(_MOST_ROWS, len(rows)), len(rows), labels)


@table("study_meanings")
def study_meanings(readings: Readings, labels: Labels, study: str) -> str:
    """Tabulate what the numbers of a study of another kind mean."""
    (kind,) = (each.kind for each in readings.config.studies if each.name == study)
    rows = [[f"`{name}`", *describe(labels, "schema", kind, name)] for name in KINDS[kind].numbers]
    return markdown([labels("column", name) for name in ("number", "unit", "meaning")], rows, 0)


def _tabulate_settings(rows: Sequence[tuple[str, str]], labels: Labels) -> str:
    """Tabulate values by name in a configuration and by symbol."""
    header = [labels("column", name) for name in ("setting", "sign", "value")]
    return markdown(
        header, [[f"`{name}`", labels("column", name), value] for name, value in rows], numeric=0
    )


def _write_one(cell: Reading, name: str, labels: Labels) -> str:
    """Write a cell's value, a program by its name in the language."""
    value = write_value(cell.setting, name, labels)
    named = name == "implementation" or getattr(cell.setting, name) is None
    return value if named else _quote(name, value)


def _write_values(cells: Sequence[Reading], name: str) -> list[str]:
    """Write the values as a configuration has them."""
    return [_quote(name, write_exactly(value)) for value in list_values(cells, name)]


def _quote(name: str, value: str) -> str:
    """Mark as code what is a word of the configuration's, the same in every language."""
    return f"`{value}`" if HYPERPARAMETERS[name].type is str else value


def _write_fixed(cells: Sequence[Reading], name: str, labels: Labels) -> str:
    """Write the one value, or those of several programs with who has which.

    A program that doesn't read it isn't named.
    """
    programs: dict[str, list[str]] = {}
    for cell in cells:
        for value in _write_values([cell], name):
            users = programs.setdefault(value, [])
            program = cell.setting.implementation
            if program and (user := labels("implementation", program)) not in users:
                users.append(user)
    if len(programs) == 1 and _all_read(cells, name):
        return next(iter(programs))
    return labels("word", "list_separator").join(
        labels("studies", "used_by", value=value, programs=tuple(users))
        for value, users in programs.items()
    )


def _all_read(cells: Sequence[Reading], name: str) -> bool:
    programs = {cell.setting.implementation for cell in cells} - {None}
    return all(name in list_read(MATRIX, each) for each in programs)


def _write_seeds(study: Study, labels: Labels) -> str:
    first, last = study.seeds[0], study.seeds[-1]
    if len(study.seeds) > 1 and study.seeds == tuple(range(first, last + 1)):
        return labels("studies", "seeds", count=f"{len(study.seeds):,}", first=first, last=last)
    return labels.enumerate(study.seeds)


def _shorten(cells: Sequence[Reading], name: str, labels: Labels) -> str:
    values = list_values(cells, name)
    if not values:
        return labels("word", "not_used")
    if len(values) <= _FEW:
        return labels.enumerate(map(write_exactly, values))
    return f"{write_exactly(min(values))} – {write_exactly(max(values))}"


def _write_train_loss(cell: Reading, labels: Labels) -> str:
    """The median training loss, or a word where that is rounding and no measurement."""
    if not cell.diverged.all() and np.mean(find_rounding(cell, "train_loss")) > 0.5:
        return labels("word", "rounding")
    return write_spread(cell, "train_loss", labels)[0]


def _cut(text: str, shown: int, count: int, labels: Labels) -> str:
    """Say below a table if it doesn't hold all rows."""
    if shown == count:
        return text
    return f"{text}\n\n{labels('studies', 'cut', shown=f'{shown:,}', count=f'{count:,}')}"
