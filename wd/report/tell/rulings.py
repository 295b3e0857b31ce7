"""Every claim judged once on this build's evidence, in words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wd.errors import SiteError
from wd.project import PROJECT
from wd.report.read.claims import CLAIMS, Finding
from wd.report.read.labels import Labels
from wd.report.read.parts import Basis, Part, State
from wd.report.read.readings import Missing, Readings
from wd.report.read.statistics import CONFIDENCE
from wd.report.tell.absences import expecting_numbers, explain
from wd.report.tell.strips import draw_strip

STATES = ("holds", "proved", "refuted", "unsure", "unasked")
"""What a ruling can be; "proved" holds and is a theorem, "unasked" lacks what it is about."""


@dataclass(frozen=True)
class PartRuling:
    """A part of a claim as the reader sees it, all in words.

    Attributes:
        state: "holds", "refuted" or "unsure".
        what: What is compared.
        found: What was found, with its unit.
        bound: What it had to be.
        basis: What the verdict rests on.
        mark: The state in words.
        strip: The same as a picture, in SVG.
    """

    state: str
    what: str
    found: str
    bound: str
    basis: str
    mark: str
    strip: str


@dataclass(frozen=True)
class Ruling:
    """A claim as the reader sees it.

    Attributes:
        state: One of `STATES`.
        mark: The state in words.
        statement: What is claimed.
        evidence: The numbers that show it, or why it isn't asked here.
        seeds: On how many seeds, in words; empty where it isn't asked.
        parts: What it compares.
        intervals: How many confidence intervals it rests on.
        bases: The bases of its parts, by name.
        margin: The least margin of its parts; None where none has one.
        studies: The studies that it was judged on.
    """

    state: str
    mark: str
    statement: str
    evidence: str
    seeds: str = ""
    parts: tuple[PartRuling, ...] = ()
    intervals: int = 0
    bases: tuple[str, ...] = ()
    margin: float | None = None
    studies: tuple[str, ...] = ()


class Rulings:
    """The claims of the report, each judged when it is first asked for."""

    def __init__(
        self, readings: Readings, labels: Labels, content: str, first: Rulings | None = None
    ) -> None:
        """Prepare to judge.

        Args:
            readings: The evidence.
            labels: The language's words.
            content: The package with the report's claims.
            first: Those of another language on the same evidence, which found the same.
        """
        self._found: dict[str, Finding | Missing] = first._found if first else {}
        self._asked: dict[str, tuple[str, ...]] = first._asked if first else {}
        self._readings = readings
        self._labels = labels
        self._claims = CLAIMS.load(content)
        self._rulings: dict[str, Ruling] = {}

    def __call__(self, name: str) -> Ruling:
        """Judge a claim.

        Raises:
            SiteError: If there is no such claim, or its words are missing.
        """
        if name not in self._claims:
            raise SiteError(f"there is no claim {name!r}")
        if name not in self._rulings:
            self._rulings[name] = self._judge(name)
        return self._rulings[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all claims."""
        return tuple(self._claims)

    def holds(self, name: str) -> bool:
        """Whether a claim holds here, so that a sentence may rest on it; errors as for its box."""
        return self(name).state in ("holds", "proved")

    def judge_all(self) -> None:
        """Judge every claim now; errors as for one."""
        for name in self._claims:
            self(name)

    def count(self, docket: Sequence[Mapping[str, object]]) -> dict[str, str]:
        """Count verdicts by state, the intervals they rest on, and how many of those may miss."""
        rulings = [self(str(entry["name"])) for entry in docket]
        intervals = sum(ruling.intervals for ruling in rulings)
        return {
            **{state: f"{sum(ruling.state == state for ruling in rulings)}" for state in STATES},
            "parts": f"{sum(len(ruling.parts) for ruling in rulings)}",
            "intervals": f"{intervals}",
            "misses": f"{round(intervals * float(1 - CONFIDENCE))}",
        }

    def check(self, placed: Mapping[str, Sequence[str]]) -> None:
        """Make sure that every claim stands on a page.

        Args:
            placed: The pages that place each claim.

        Raises:
            SiteError: If one doesn't.
        """
        if unplaced := sorted(set(self._claims) - set(placed)):
            raise SiteError(f"no page places the claims {', '.join(unplaced)}")

    def list_refuted(self, placed: Mapping[str, Sequence[str]]) -> list[str]:
        """List the claims that the evidence refutes, each with its page, in a line for a log."""
        return [
            f"{name} ({placed[name][0]}.md): {self(name).evidence}"
            for name in placed
            if self(name).state == State.REFUTED.value
        ]

    def _judge(self, name: str) -> Ruling:
        labels, finding = self._labels, self.find(name)
        if isinstance(finding, Missing):
            return Ruling(
                "unasked",
                labels("word", "claim_unasked"),
                self._state_generally(name),
                explain(finding, labels, "claim"),
            )
        words = {key: str(value) for key, value in finding.words.items()}
        state = finding.state.value
        if finding.proved and finding.state is State.HOLDS:
            state = "proved"
        evidence = labels("claim", name, "evidence", **finding.words)
        if finding.state is State.UNSURE:
            parts = self._doubt(name, finding)
            evidence = labels("word", "unsure", evidence=evidence, parts=parts)
        return Ruling(
            state,
            labels("word", f"claim_{state}"),
            labels("claim", name, "statement", **finding.words),
            evidence,
            self._count(finding, state),
            tuple(self._tell(name, part, words[part.name]) for part in finding.parts),
            sum(len(part.found) for part in finding.parts if part.basis is Basis.INTERVAL),
            tuple(dict.fromkeys(part.basis.value for part in finding.parts)),
            min((each.margin for each in finding.parts if each.margin is not None), default=None),
            self._asked[name],
        )

    def find_judge(self, name: str) -> str:
        """Find the code that judges a claim: its file in the repository, with the line."""
        judge = self._claims[name]
        path = Path(str(inspect.getsourcefile(judge)))
        shown = path.relative_to(PROJECT if path.is_relative_to(PROJECT) else path.parent)
        return f"{shown.as_posix()}#L{judge.__code__.co_firstlineno}"

    def find_all(self) -> dict[str, Finding | Missing]:
        """Find out what the evidence says of every claim, without a word; as for one."""
        return {name: self.find(name) for name in self._claims}

    def find(self, name: str) -> Finding | Missing:
        """Find out what the evidence says of a claim, or why it isn't asked."""
        if name not in self._found:
            self._found[name] = self._ask(name)
        return self._found[name]

    def _ask(self, name: str) -> Finding | Missing:
        """Ask the evidence; what comes out is the same in every language."""
        try:
            self._readings.asked.clear()
            with expecting_numbers():
                finding = self._claims[name](self._readings)
                self._asked[name] = tuple(self._readings.asked)
                for value in finding.words.values():
                    str(value)  # or Missing
        except Missing as missing:
            return missing
        return finding

    def _state_generally(self, name: str) -> str:
        """The statement of a claim that isn't asked, so that its numbers aren't known."""
        return re.sub(r"\{[^{}]*\}", "…", self._labels.table("claim", name)["statement"])

    def _count(self, finding: Finding, state: str) -> str:
        several = finding.seeds > 1
        if state == "proved":
            word = "claim_seen" if several else "claim_seen_once"
        else:
            word = "seeds" if several else "seed"
        return self._labels("word", word, seeds=f"{finding.seeds:,}")

    def _tell(self, name: str, part: Part, found: str) -> PartRuling:
        labels, state = self._labels, part.state.value
        basis = part.basis.value if part.seeds > 1 else f"{part.basis.value}_once"
        told = {
            "what": labels("claim", name, "part", part.name),
            "found": self._measure(found, part),
            "bound": self._bound(part),
        }
        return PartRuling(
            state,
            **told,
            basis=labels("basis", basis, seeds=f"{part.seeds:,}"),
            mark=labels("word", f"claim_{state}"),
            strip=draw_strip(part, labels("word", "strip", **told)),
        )

    def _bound(self, part: Part) -> str:
        """Write what a part had to be: "more than 95 %"."""
        if part.above is not None and part.above == part.below:
            kind = "exactly"
        elif part.above is not None and part.below is not None:
            kind = "between"
        else:
            kind = "below" if part.above is None else "above"
        if part.allowed and kind != "exactly":
            kind += "_allowed"
        ends = {"least": part.above, "most": part.below}
        known = {
            key: self._measure(getattr(part, key), part)
            for key, bound in ends.items()
            if bound is not None
        }
        return self._labels("bound", kind, **known)

    def _measure(self, number: str, part: Part) -> str:
        unit = part.unit
        return self._labels("word", "measured", number=number, unit=unit) if unit else number

    def _doubt(self, name: str, finding: Finding) -> str:
        """List the parts that can't be told, and how many seeds would do."""
        labels, told_parts = self._labels, []
        for part in finding.parts:
            if part.state is State.UNSURE:
                told = self._tell(name, part, str(part))
                text = labels(
                    "word", "unsure_part", part=told.what, found=told.found, bound=told.bound
                )
                if part.needed:
                    text += labels("word", "unsure_needed", seeds=_round_up(part.needed))
                told_parts.append(text)
        return labels("word", "list_separator").join(told_parts)


def _round_up(count: int) -> str:
    """Write about how many, with two digits."""
    unit = 10 ** max(len(str(count)) - 2, 0)
    return f"{-(-count // unit) * unit:,}"
