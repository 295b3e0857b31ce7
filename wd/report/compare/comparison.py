"""Two sides compared: every cell that both have, every claim, and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wd.errors import EvidenceError
from wd.report.compare.cells import Answer, Pair, Test, compare_cell
from wd.report.compare.chance import list_unlikely
from wd.report.compare.sides import Key, Side
from wd.report.read.labels import Labels
from wd.report.read.parts import State
from wd.report.read.statistics import CONFIDENCE
from wd.report.tell.rulings import Ruling, Rulings

ALLOWED = (Answer.BITS, Answer.ROUNDING, Answer.DISTRIBUTION)
"""What may be allowed to differ at most."""

LEVEL = float(1 - CONFIDENCE)
"""How likely all tests together may find a difference where there is none."""


@dataclass(frozen=True)
class Verdicts:
    """What both sides say of a claim.

    Attributes:
        name: The claim's.
        first: What the first side says.
        second: What the second side says.
        fresh: Whether any of the studies that it rests on has other seeds there.
    """

    name: str
    first: Ruling
    second: Ruling
    fresh: bool

    @property
    def changed(self) -> bool:
        """Whether the verdict is another one."""
        return self.first.state != self.second.state

    @property
    def newly_refuted(self) -> bool:
        """Whether only the second side refutes it."""
        return self.changed and self.second.state == State.REFUTED.value


@dataclass(frozen=True)
class Comparison:
    """What two sides have in common, and what not.

    Attributes:
        sides: Both of them.
        pairs: The cells that both have, each with how alike they are.
        only: The cells that only the first, and only the second has.
        tests: How many tests were made, all of them for the one question whether any differs.
        found: Of the pairs by their place, the tests that find a difference although there are
            so many of them.
        claims: What both say of every claim.
    """

    sides: tuple[Side, Side]
    pairs: tuple[tuple[Pair, Answer], ...]
    only: tuple[tuple[Key, ...], tuple[Key, ...]]
    tests: int
    found: dict[int, tuple[Test, ...]]
    claims: tuple[Verdicts, ...]

    def list_beyond(self, allowed: Answer) -> list[int]:
        """List the places of the pairs that differ by more than is allowed.

        Of cells without a common seed nothing but the distribution can be the same; whether it
        is, few seeds can't tell.
        """
        order = list(Answer)
        return [
            place
            for place, (pair, answer) in enumerate(self.pairs)
            if answer is Answer.DIFFERENT
            or (pair.paired and order.index(answer) > order.index(allowed))
        ]


def compare(
    first: Side,
    second: Side,
    labels: Labels,
    content: str,
    advance: Callable[[str, int, int], None],
) -> Comparison:
    """Compare two sides.

    Args:
        first: One side.
        second: The other.
        labels: The words of the claims.
        content: The package with the report's claims.
        advance: Told how many runs of how many are compared, as `console.progress` asks for.

    Raises:
        EvidenceError: If they have no cell in common.
    """
    common = [key for key in first.cells if key in second.cells]
    if not common:
        raise EvidenceError(f"{first.name} and {second.name} have no cell of a study in common.")
    pairs, done = [], 0
    total = sum(len(first.cells[key].seeds) for key in common)
    for key in common:
        pairs.append(compare_cell(first, second, key))
        done += len(first.cells[key].seeds)
        advance("compare", done, total)
    tests = [(place, test) for place, pair in enumerate(pairs) for test in pair.tests]
    found: dict[int, tuple[Test, ...]] = {}
    for index in sorted(list_unlikely([test.probability for _, test in tests], LEVEL)):
        place, test = tests[index]
        found[place] = (*found.get(place, ()), test)
    answers = [
        _answer(pair, bool(found.get(place)), len(tests)) for place, pair in enumerate(pairs)
    ]
    return Comparison(
        (first, second),
        tuple(zip(pairs, answers, strict=True)),
        (
            tuple(key for key in first.cells if key not in second.cells),
            tuple(key for key in second.cells if key not in first.cells),
        ),
        len(tests),
        found,
        judge_claims(first, second, labels, content),
    )


def _answer(pair: Pair, differs: bool, tests: int) -> Answer:
    if pair.alike is not None:
        return pair.alike
    if differs:
        return Answer.DIFFERENT
    able = any(test.least <= LEVEL / tests for test in pair.tests)
    return Answer.DISTRIBUTION if able else Answer.UNSURE


def judge_claims(first: Side, second: Side, labels: Labels, content: str) -> tuple[Verdicts, ...]:
    """Judge every claim on both sides, with the code as it is now."""
    rulings = [Rulings(side.read(), labels, content) for side in (first, second)]
    seeds = [{study.name: study.seeds for study in side.config.studies} for side in (first, second)]
    verdicts = []
    for name in sorted(rulings[0].names):
        one, other = (each(name) for each in rulings)
        fresh = any(seeds[0].get(each) != seeds[1].get(each) for each in other.studies)
        verdicts.append(Verdicts(name, one, other, fresh))
    return tuple(verdicts)
