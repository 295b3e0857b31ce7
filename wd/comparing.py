"""Two evidence files compared, and the whole report repeated on fresh seeds."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from wd import config as configs
from wd import pipeline
from wd.config import Config
from wd.config.seeds import SEED, list_refreshed, refresh
from wd.config.writing import write_toml
from wd.console import print_table, progress
from wd.declarations import list_allowed
from wd.errors import ConfigError, DifferenceError
from wd.evidence.seals import note_of
from wd.holding import holding
from wd.output import EVIDENCE, prepare, record, recording
from wd.report.compare.cells import Answer
from wd.report.compare.comparison import ALLOWED, Comparison
from wd.report.compare.comparison import compare as compare_sides
from wd.report.compare.replication import CONFIG, REPLICATION
from wd.report.compare.sides import Side, open_side
from wd.report.compare.telling import Section, tell, write_page
from wd.report.publish import CONTENT
from wd.report.read.labels import Labels
from wd.report.site.languages import FIRST

PAGE = "compare.md"
_ASKED = f"{CONFIG}.new"


def compare(first: str, second: str, output: Path, allow: str) -> None:
    """Compare two sides, print what was found, and write it as a page.

    Raises:
        DifferenceError: If cells differ by more than is allowed, or the second side refutes
            claims that the first doesn't.
    """
    allowed = {answer.value: answer for answer in ALLOWED}
    if allow not in allowed:
        raise ConfigError(f"--allow {allow} isn't allowed.\n{list_allowed(allow, list(allowed))}")
    prepare(output)
    with open_side(first) as one, open_side(second) as other:
        _compare(one, other, output, allowed[allow])


def replicate(config: Path, output: Path, device: str, first: str, *, large: bool = False) -> None:
    """Repeat a report on fresh seeds, in evidence of its own, and compare it with the evidence.

    Raises:
        DifferenceError: If the fresh seeds refute claims that the evidence doesn't.
    """
    folder = output / REPLICATION
    known = configs.load(config)
    document = tomllib.loads(known.text)
    fresh = refresh(document, _read_first(first))
    _refuse_known(known, configs.parse(fresh), list_refreshed(document))
    if not (output / EVIDENCE).is_file():
        raise ConfigError(f"{output / EVIDENCE}: there is no evidence yet.\nRun: invoke run")
    prepare(folder)
    note = note_of(folder / EVIDENCE).name  # beside whatever evidence is opened
    made = (CONFIG, PAGE, EVIDENCE, note)
    with holding(folder), recording(output, note), recording(folder, *made):
        # The configuration of the last replication stays until all runs of this one are there.
        asked = folder / _ASKED
        asked.write_text(write_toml(fresh), encoding="utf-8")
        try:
            pipeline.run(asked, folder, device, None, programs=False, large=large)
            asked.replace(folder / CONFIG)
        finally:
            asked.unlink(missing_ok=True)
        with (
            open_side(str(output), known) as one,
            open_side(str(folder), configs.load(folder / CONFIG)) as other,
        ):
            _compare(one, other, folder, None)


def _read_first(first: str) -> int:
    """The first seed; without one, that of this week: 1,000 times its year and number."""
    if not first:
        year, week, _ = datetime.now(UTC).isocalendar()
        return 1000 * (100 * year + week)
    if not (first.isascii() and first.isdecimal() and len(first) <= len(str(SEED.most))):
        raise ConfigError(
            f"--first {first[:20]} isn't allowed.\nAllowed: a whole number from 0 to {SEED.most}."
        )
    return int(first)


def _refuse_known(known: Config, fresh: Config, refreshed: set[str]) -> None:
    """Refuse a replication in which nothing is fresh, or a study has seeds that it had."""
    if not refreshed:
        raise ConfigError(
            "every study lists its seeds one by one, so that none can be fresh.\n"
            "Give a number of seeds, such as seeds = 100."
        )
    for one, other in zip(known.studies, fresh.studies, strict=True):
        if one.name in refreshed and set(one.seeds) & set(other.seeds):
            free = max(max(each.seeds) for each in known.studies if each.name in refreshed) + 1
            raise ConfigError(
                f"--first {other.seeds[0]}: the study {one.name!r} has some of these seeds already."
                f"\nGive another first seed, such as {free}."
            )


def _compare(one: Side, other: Side, output: Path, allowed: Answer | None) -> None:
    labels = Labels(FIRST.folder / "labels")
    with progress() as advance:
        found = compare_sides(one, other, labels, CONTENT, advance)
    sections = tell(found, labels)
    output.mkdir(parents=True, exist_ok=True)
    page = output / PAGE
    page.write_text(write_page(sections, labels("compare", "title")), encoding="utf-8")
    record(output, PAGE)
    for section in sections:
        _print(section, labels, page)
    _judge(found, allowed, labels, page)


def _print(section: Section, labels: Labels, page: Path) -> None:
    print(f"\n{section.title}")  # noqa: T201
    shown = section.rows if section.most is None else section.rows[: section.most]
    if shown:
        print_table(section.header, shown, section.numeric)
    else:
        print(section.sentences[-1])  # noqa: T201
    if len(shown) < len(section.rows):
        count = f"{len(section.rows) - len(shown):,}"
        print(labels("compare", "more", count=count, path=page))  # noqa: T201


def _judge(found: Comparison, allowed: Answer | None, labels: Labels, page: Path) -> None:
    """Refuse what differs by more than is allowed; without that, refuted claims alone."""
    beyond = found.list_beyond(allowed) if allowed else []
    refuted = [each.name for each in found.claims if each.newly_refuted]
    told = []
    if beyond and allowed:
        count, total = f"{len(beyond):,}", f"{len(found.pairs):,}"
        word = labels("compare", "answer", allowed.value)
        told.append(labels("compare", "beyond", cells=count, all=total, allowed=word))
    if refuted:
        names = labels("word", "list_separator").join(refuted)
        told.append(labels("compare", "refuted", claims=names))
    if told:
        raise DifferenceError("\n".join([*told, str(page)]))
    print(f"\n{page}")  # noqa: T201
