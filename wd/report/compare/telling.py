"""A comparison in words: the same tables for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wd.config import Setting
from wd.report.compare.cells import UNITS, Answer, Pair, Test
from wd.report.compare.comparison import LEVEL, Comparison, Verdicts
from wd.report.compare.sides import Side
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing
from wd.report.read.tables import markdown

SHOWN = 10
"""So many rows of what differs are printed; the page has all."""


@dataclass(frozen=True)
class Section:
    """A part of what is told: a title, sentences, and a table.

    Attributes:
        title: What it is about.
        sentences: What stands before the table.
        header: The table's columns; nothing where there is none.
        rows: The table's cells.
        numeric: How many of the last columns hold numbers.
        most: How many rows are printed in a terminal; None for all.
    """

    title: str
    sentences: tuple[str, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: int = 0
    most: int | None = None


def tell(comparison: Comparison, labels: Labels) -> list[Section]:
    """Tell a comparison: the sides, the studies, what differs, and the claims."""
    return [
        _tell_sides(comparison, labels),
        _tell_studies(comparison, labels),
        _tell_cells(comparison, labels),
        _tell_claims(comparison, labels),
    ]


def write_page(sections: Iterable[Section], title: str) -> str:
    """Write what is told as Markdown."""
    parts = [f"# {title}"]
    for section in sections:
        parts += [f"## {section.title}", *section.sentences]
        if section.rows:
            parts.append(markdown(section.header, section.rows, section.numeric))
    return "\n\n".join(parts) + "\n"


def _tell_sides(comparison: Comparison, labels: Labels) -> Section:
    first, second = comparison.sides
    rows: list[tuple[str, ...]] = [(labels("compare", "given"), first.name, second.name)]
    made = [side.read_provenance() for side in comparison.sides]
    separator = labels("word", "list_separator")
    for name in labels.table("provenance"):
        values = [separator.join(each.get(name, ())) for each in made]
        if any(values):
            rows.append((labels("provenance", name), *values))
    same = first.config.text == second.config.text
    config = labels("compare", "same_config" if same else "other_config")
    rows.append((labels("compare", "config"), "", config))
    seeds = [_write_seeds(side, labels) for side in comparison.sides]
    rows.append((labels("compare", "seeds"), *seeds))
    header = ("", labels("compare", "first"), labels("compare", "second"))
    return Section(labels("compare", "sides"), (), header, tuple(rows))


def _write_seeds(side: Side, labels: Labels) -> str:
    """The seeds of all studies, as ranges: "0 – 999, 100,000 – 100,999"."""
    seeds = sorted({seed for study in side.config.studies for seed in study.seeds})
    ranges: list[list[int]] = []
    for seed in seeds:
        if ranges and seed == ranges[-1][1] + 1:
            ranges[-1][1] = seed
        else:
            ranges.append([seed, seed])
    return labels.enumerate(f"{a:,} – {b:,}" if a < b else f"{a:,}" for a, b in ranges)


def _tell_studies(comparison: Comparison, labels: Labels) -> Section:
    shown = list(Answer)
    keys = ["study", "shared", "only_first", "only_second"]
    header = [
        *(labels("compare", key) for key in keys),
        *(labels("compare", "answer", answer.value) for answer in shown),
        *(labels("compare", key) for key in ("seconds_first", "seconds_second", "speed")),
    ]
    speeds = [side.measure_speed() for side in comparison.sides]
    studies = dict.fromkeys(study for side in comparison.sides for study, _, _ in side.cells)
    counted = {study: [0] * (3 + len(shown)) for study in studies}
    for pair, answer in comparison.pairs:
        counted[pair.study][0] += 1
        counted[pair.study][3 + shown.index(answer)] += 1
    for place, keys_of in enumerate(comparison.only, 1):
        for study, _, _ in keys_of:
            counted[study][place] += 1
    rows = [
        _write_study(study, counted[study], [each.get(study, (0, 0.0)) for each in speeds])
        for study in studies
    ]
    both = [study for study in studies if all(study in each for each in speeds)]
    sums = [
        (sum(each[study][0] for study in both), sum(each[study][1] for study in both))
        for each in speeds
    ]
    total = [sum(column) for column in zip(*counted.values(), strict=True)]
    rows.append(_write_study(labels("compare", "together"), total, sums))
    told = labels("compare", "told", units=UNITS)
    if comparison.tests:
        level = write(100 * LEVEL)
        tested = labels("compare", "tested", tests=f"{comparison.tests:,}", level=level)
    else:
        tested = labels("compare", "untested")
    sentences = (told, tested, labels("compare", "speed_told"))
    return Section(
        labels("compare", "studies"), sentences, tuple(header), tuple(rows), len(header) - 1
    )


def _write_study(
    name: str, counts: Sequence[int], speeds: Sequence[tuple[int, float]]
) -> tuple[str, ...]:
    (runs, seconds), (other_runs, other_seconds) = speeds
    ratio = ""
    if seconds and other_seconds and runs and other_runs:
        ratio = write((other_runs / other_seconds) / (runs / seconds))
    spent = (f"{each:,.1f}" if each else "" for each in (seconds, other_seconds))
    return (name, *(f"{count:,}" if count else "" for count in counts), *spent, ratio)


def _tell_cells(comparison: Comparison, labels: Labels) -> Section:
    keys = ("study", "setting", "number", "median", "difference", "chance")
    rows = []
    for place, (pair, answer) in enumerate(comparison.pairs):
        if answer is Answer.DIFFERENT or (answer is Answer.UNSURE and pair.paired):
            tests = comparison.found.get(place) or pair.tests
            rows += [_write_test(pair, test, comparison, labels) for test in tests]
    if not rows:
        return Section(labels("compare", "cells"), (labels("compare", "alike"),))
    header = tuple(labels("compare", key) for key in keys)
    return Section(labels("compare", "cells"), (), header, tuple(rows), 3, SHOWN)


def _write_test(pair: Pair, test: Test, comparison: Comparison, labels: Labels) -> tuple[str, ...]:
    value, low, high = map(_write, test.difference)
    return (
        pair.study,
        _write_setting(pair.setting, comparison.sides[0].varying[pair.study], labels),
        test.name,
        _write(test.size),
        f"{value} [{low}, {high}]",
        _write(test.probability),
    )


def _write(value: float) -> str:
    """Write a number; one of runs that diverged is infinite here."""
    try:
        return write(value)
    except Missing:
        return "−∞" if value < 0 else "∞"


def _write_setting(setting: Setting, varying: Sequence[str], labels: Labels) -> str:
    return labels.enumerate(f"{name} = {write_exactly(getattr(setting, name))}" for name in varying)


def _tell_claims(comparison: Comparison, labels: Labels) -> Section:
    """Every claim, those first whose verdict changed; a terminal shows these alone."""
    changed = [each for each in comparison.claims if each.changed]
    others = [each for each in comparison.claims if not each.changed]
    keys = ("claim", "verdict_first", "verdict_second", "found_first", "found_second")
    told = labels("compare", "changed", count=len(changed), all=len(comparison.claims))
    return Section(
        labels("compare", "claims"),
        (labels("compare", "judged"), told if changed else labels("compare", "unchanged")),
        tuple(labels("compare", key) for key in keys),
        tuple(map(_write_claim, [*changed, *others])),
        most=len(changed),
    )


def _write_claim(verdicts: Verdicts) -> tuple[str, ...]:
    both = (verdicts.first, verdicts.second)
    found = ("; ".join(f"{part.what}: {part.found}" for part in each.parts) for each in both)
    return (verdicts.name, *(each.mark for each in both), *found)
