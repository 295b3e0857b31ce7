"""A report repeated on fresh seeds: each claim's verdict there, beside the build's own."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path

from wd import config as configs
from wd.project import list_sources
from wd.report.compare.alarms import expect_alarms
from wd.report.compare.sides import Side, open_side
from wd.report.read.cache_key import digest, keep, read_kept
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Missing, Readings
from wd.report.read.tables import markdown
from wd.report.tell.rulings import PartRuling, Ruling, Rulings

REPLICATION = "replication"
"""The folder of it in an output folder."""
EVIDENCE = "evidence.sqlite"
CONFIG = "report.toml"
JUDGED = f"cache/{REPLICATION}.json"
"""Where in the output folder is what the claims were judged on."""
_MADE = ("started", "commit", "processor")
_HASH = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28}\b")
"""A commit's, of which the first twelve digits do, and fit on a phone."""


class Replication:
    """What a page tells of a replication; all attributes are texts.

    Attributes:
        first: The first of the fresh seeds.
        made: A table of when, by what and on which seeds both were made.
        verdicts: How many claims have fresh seeds, how many of them the same verdict, how many
            are refuted, by name.
        alarms: What chance alone would do, by name.
        changed: A table of the parts whose verdict is another one, empty where none is.
        claims: A table of all claims.
    """

    def __init__(self, fresh: dict, readings: Readings, rulings: Rulings, labels: Labels) -> None:
        """Put what was found on fresh seeds beside what this build has found.

        Args:
            fresh: As `read_replication` gives it.
            readings: The build's evidence.
            rulings: The build's verdicts.
            labels: The language's words.
        """
        self._labels = labels
        again = {name: _restore(told) for name, told in fresh["rulings"].items()}
        known = {study.name: list(study.seeds) for study in readings.config.studies}
        asked = [
            name
            for name in rulings.names
            if any(known.get(study) != fresh["seeds"].get(study) for study in again[name].studies)
        ]
        same = [name for name in asked if rulings(name).state == again[name].state]
        self.verdicts = {
            "asked": f"{len(asked)}",
            "all": f"{len(rulings.names)}",
            "same": f"{len(same)}",
            "refuted": f"{sum(again[name].state == 'refuted' for name in asked)}",
        }
        fresh_seeds = (
            min(seeds) for study, seeds in fresh["seeds"].items() if seeds != known.get(study)
        )
        self.first = f"{min(fresh_seeds, default=0):,}"
        findings = (rulings.find(name) for name in asked)
        told = (finding.parts for finding in findings if not isinstance(finding, Missing))
        alarms = expect_alarms(part for parts in told for part in parts)
        self.alarms = {
            "bounds": f"{alarms.bounds:,}",
            "most": write(alarms.most, 2),
            "refuted": write(alarms.refuted, 1),
            "unsure": write(alarms.unsure, 2),
            "worst": f"{alarms.worst:,}",
        }
        self.made = self._tell_made(fresh, readings)
        others = [name for name in asked if name not in same]
        self.changed = self._tell_changed(rulings, again, others) if others else ""
        self.claims = self._tell_claims(rulings, again, asked)

    def _tell_made(self, fresh: dict, readings: Readings) -> str:
        separator = self._labels("word", "list_separator")
        rows = [
            [
                self._labels("provenance", name),
                *(
                    _HASH.sub(r"\1", separator.join(told.get(name, ())))
                    for told in (readings.provenance, fresh["provenance"])
                ),
            ]
            for name in _MADE
        ]
        return markdown(self._head("what", "published", "fresh"), rows, numeric=0)

    def _tell_changed(self, rulings: Rulings, again: dict[str, Ruling], names: list[str]) -> str:
        rows = []
        for name in names:
            one, other = rulings(name), again[name]
            if len(one.parts) != len(other.parts):
                rows.append([_link(name), "", "", one.mark, other.mark])
            for was, now in zip(one.parts, other.parts, strict=False):
                if was.state != now.state:
                    pair = (f"{each.found}: {each.mark}" for each in (was, now))
                    rows.append([_link(name), was.what, was.bound, *pair])
        return markdown(self._head("claim", "part", "bound", "published", "fresh"), rows, 0)

    def _tell_claims(self, rulings: Rulings, again: dict[str, Ruling], asked: list[str]) -> str:
        """All claims, each with its part that came nearest to failing in this build."""
        rows = []
        for name in rulings.names:
            one, other = rulings(name), again[name]
            place = _find_nearest(rulings, name)
            parts = [each.parts[place] if each.parts else None for each in (one, other)]
            shown = parts[0] or parts[1]
            told = [shown.what, shown.bound] if shown else ["", ""]
            found = [part.found if part else "" for part in parts]
            mark = other.mark if name in asked else self._labels("replicated", "same_data")
            rows.append([_link(name), one.mark, mark, *told, *found])
        keys = ("claim", "published", "fresh", "part", "bound", "found", "found_again")
        return markdown(self._head(*keys), rows, numeric=2)

    def _head(self, *keys: str) -> list[str]:
        return [self._labels("replicated", key) for key in keys]


def read_replication(output: Path, labels: Labels, content: str) -> dict | None:
    """Judge the claims on the fresh seeds of an output folder; None where there are none.

    What was judged is kept until the evidence, the code or the words change.

    Raises:
        EvidenceError: If that evidence can't be read.
    """
    folder, cache = output / REPLICATION, output / JUDGED
    if not all((folder / name).is_file() for name in (EVIDENCE, CONFIG)):
        return None
    key = digest([folder / EVIDENCE, folder / CONFIG, *labels.files, *list_sources()])
    kept = read_kept(cache) or {}
    if kept.get("key") != key:
        with open_side(str(folder), configs.load(folder / CONFIG)) as side:
            kept = {"key": key} | _judge(side, labels, content)
        keep(cache, kept)
    return kept


def _judge(side: Side, labels: Labels, content: str) -> dict:
    rulings = Rulings(side.read(), labels, content)
    return {
        "rulings": {name: asdict(rulings(name)) for name in rulings.names},
        "seeds": {study.name: list(study.seeds) for study in side.config.studies},
        "provenance": side.read_provenance(),
    }


def _restore(told: dict) -> Ruling:
    parts = tuple(PartRuling(**part) for part in told["parts"])
    return replace(Ruling(**told), parts=parts, studies=tuple(told["studies"]))


def _find_nearest(rulings: Rulings, name: str) -> int:
    """Which part of a claim came nearest to failing; theorems only where there is nothing else."""
    finding = rulings.find(name)
    if isinstance(finding, Missing):
        return 0
    margins = [float("inf") if each.margin is None else each.margin for each in finding.parts]
    return margins.index(min(margins))


def _link(name: str) -> str:
    return f"[{name}](claims.md#docket-{name})"
