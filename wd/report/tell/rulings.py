"""Every claim judged once on this build's evidence, in words, and what follows if it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wd.errors import ClaimError, SiteError
from wd.report.read.claims import CLAIMS
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.tell.absences import expecting_numbers, explain


@dataclass(frozen=True)
class Ruling:
    """A claim as the reader sees it.

    Attributes:
        state: "holds", "fails" or "untested".
        mark: The state in words.
        statement: What is claimed.
        evidence: The numbers that show it, or why it isn't tested.
        seeds: On how many seeds, in words; empty where untested.
    """

    state: str
    mark: str
    statement: str
    evidence: str
    seeds: str


class Rulings:
    """The claims of the report, each judged when it is first asked for."""

    def __init__(self, readings: Readings, labels: Labels, content: str) -> None:
        """Prepare to judge; `content` is the package with the report's claims."""
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

    def judge_all(self) -> None:
        """Judge every claim now; errors as for one."""
        for name in self._claims:
            self(name)

    def _judge(self, name: str) -> Ruling:
        labels = self._labels
        try:
            with expecting_numbers():
                verdict = self._claims[name](self._readings)
        except Missing as missing:
            return Ruling(
                "untested",
                labels("word", "claim_untested"),
                labels("claim", name, "statement"),
                explain(missing, labels, "claim"),
                "",
            )
        state = "holds" if verdict.holds else "fails"
        return Ruling(
            state,
            labels("word", f"claim_{state}"),
            labels("claim", name, "statement"),
            labels("claim", name, "evidence", **verdict.numbers),
            labels("word", "seeds" if verdict.seeds > 1 else "seed", seeds=f"{verdict.seeds:,}"),
        )

    def check(self, placed: Mapping[str, Sequence[str]], *, fail: bool) -> None:
        """Refuse claims that no page places and, where asked to, those that don't hold.

        Args:
            placed: The pages that place each claim.
            fail: Whether a claim that doesn't hold fails the build.

        Raises:
            SiteError: If a claim stands on no page.
            ClaimError: If claims don't hold: each with its page, what is claimed and what is found.
        """
        if unplaced := sorted(set(self._claims) - set(placed)):
            raise SiteError(f"no page places the claims {', '.join(unplaced)}")
        failing = [name for name in placed if self(name).state == "fails"]
        if failing and fail:
            raise ClaimError(
                f"{len(failing)} of {len(placed)} claims don't hold:\n"
                + "\n".join(
                    f"- {name} ({', '.join(placed[name])}.md)\n"
                    f"  expected: {self(name).statement}\n  found: {self(name).evidence}"
                    for name in failing
                )
            )
