"""The words that what there is to tell wants of a language, so that all it lacks are told at once.

Each look-up refuses a text that isn't there, too, but ends the build with the first. What is asked
for where a table or a drawing is made, such as the head of a column, is told there alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, KINDS, MATRIX, list_read
from wd.errors import SiteError
from wd.evidence.schema import view_of
from wd.report.read.claims import Finding
from wd.report.read.guesses import GUESSES
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.read.tables import find_home
from wd.report.tell.studies import TEMPLATE, list_shown

_LOOK_UP = re.compile(r"""(?<![\w-])(\w+)[(=]["']([\w-]+)["']""")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)

Findings = Mapping[str, Finding | Missing]
Wanted = Iterator[tuple[tuple[str, ...], str]]
"""Texts by their keys, each with what it is for."""


def check_words(
    languages: Sequence[tuple[Labels, Labels | None]],
    readings: Readings,
    claims: Findings,
    content: str,
) -> None:
    """Make sure that languages have the words for what their pages show.

    Args:
        languages: The words that people write, each with those of the language from which it is
            translated; None for the first language, whose pages place every claim.
        readings: The evidence.
        claims: What it says of each claim, which has the names of the claim's parts.
        content: The package with the report's guesses and figures.

    Raises:
        SiteError: If there are texts missing; with a line for each table in which some are.
    """
    told = []
    for labels, above in languages:
        lacking = list_lacking(labels, readings, claims, content, above)
        if lacking:
            told += [f"{labels.path}: missing texts: {len(lacking)}. Write:"]
            told += _tell(lacking, labels)
    if told:
        raise SiteError("\n".join(told))


def list_lacking(
    labels: Labels, readings: Readings, claims: Findings, content: str, above: Labels | None = None
) -> dict[tuple[str, ...], str]:
    """List the texts that a language lacks, by their keys, with what each is for.

    A translation needs the claims and widgets that its templates look up, and of a widget all words
    of the language `above` it; the first language, above which is none, all claims. Other arguments
    as for `check_words`.
    """
    wanted = dict(_want(labels, readings, claims, content, above))
    lacking = {keys: purpose for keys, purpose in wanted.items() if not labels.has(*keys)}
    if any(keys[0] == "figure" for keys in lacking):
        from wd.report.read.figures import FIGURES  # imports matplotlib, which is only needed here

        figures = FIGURES.load(content)  # what isn't among them is misspelt, and told with its line
        lacking = {
            keys: lacking[keys] for keys in lacking if keys[0] != "figure" or keys[1] in figures
        }
    return lacking


def _want(
    labels: Labels, readings: Readings, claims: Findings, content: str, above: Labels | None
) -> Wanted:
    """Name what a language's pages look up."""
    named, details = _read(labels.path.parent)
    studies = {name.partition("-")[0]: "pages of studies" for name in list_shown(readings, labels)}
    for name, page in {**studies, **named["fallback"], **named["figure"]}.items():
        yield from ((("figure", name, key), page) for key in ("caption", "alt"))
    placed = dict.fromkeys(() if above else claims, "")
    for name, page in {**placed, **named["holds"], **named["claim"]}.items():
        if name in claims:
            yield from _want_claim(name, claims[name], page)
    guesses = GUESSES.load(content)
    for name, page in named["guess"].items():
        if name in guesses:
            yield ("guess", name, "question"), page
            for choice in labels.names("guess", name, "choices") or ("a", "b"):
                yield from ((("guess", name, key, choice), page) for key in ("choices", "why"))
    if above:
        for name, page in named["widget"].items():
            yield from ((keys, page) for keys in _list_texts(above, "widget", name))
    if details or labels.has("implementation"):
        for implementation in IMPLEMENTATIONS:
            yield ("implementation", implementation), "a program or exact solution"
    if details:
        yield from _want_declared(labels)


def _read(folder: Path) -> tuple[Mapping[str, dict[str, str]], bool]:
    """Read what templates look up, and whether they tell of all studies or of their kinds.

    Returns:
        By the kind of the look-up each name, with the first template that looks it up; and whether.
    """
    named: dict[str, dict[str, str]] = defaultdict(dict)
    details = False
    for path in sorted(folder.glob("*.md.j2")):
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        details |= path.name.startswith(f"{TEMPLATE}.") or " in kinds " in text
        for kind, name in _LOOK_UP.findall(text):
            named[kind].setdefault(name, path.name)
    return named, details


def _want_claim(name: str, found: Finding | Missing, page: str) -> Wanted:
    yield ("claim", name, "statement"), page
    yield ("claim", name, "evidence"), page
    for part in () if isinstance(found, Missing) else found.parts:
        yield ("claim", name, "part", part.name), page


def _list_texts(labels: Labels, *keys: str) -> Iterator[tuple[str, ...]]:
    """List the texts in a table and in the tables in it, by their keys."""
    names = labels.names(*keys)
    if not names and labels.has(*keys):
        yield keys
    for name in names:
        yield from _list_texts(labels, *keys, name)


def _want_declared(labels: Labels) -> Wanted:
    """Name what is declared: the pages of studies and of their kinds tell all of it."""
    for each in HYPERPARAMETERS.values():
        yield ("column", each.name), f"a hyperparameter: {each.meaning}"
    for name, kind in KINDS.items():
        yield ("kind", name), "a kind of study"
        if not labels.has("schema"):
            continue  # a report that doesn't describe its evidence
        tables = {view_of(name): (*list_read(name), *kind.numbers)}
        tables |= {table: (*each.index, *each.columns) for table, each in kind.series.items()}
        for table, columns in tables.items():
            for column in columns:
                own = name != MATRIX and column in kind.numbers
                home = table if own else find_home(labels, table, column)
                for key in ("meaning", "unit"):
                    yield ("schema", home, column, key), f"a column of the evidence's {table}"


def _tell(lacking: Mapping[tuple[str, ...], str], labels: Labels) -> list[str]:
    """Write a line for each table of texts and what they are for."""
    lines: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for keys, purpose in lacking.items():
        depth = 2 if len(keys) > 2 else 1
        lines.setdefault((keys[:depth], purpose), []).append(f'{".".join(keys[depth:])} = "…"')
    return [
        f"[{'.'.join(table)}] in {labels.home(*table)}: {', '.join(texts)}"
        + (f" ({purpose})" if purpose else "")
        for (table, purpose), texts in lines.items()
    ]
