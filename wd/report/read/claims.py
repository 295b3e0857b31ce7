"""Claims: judgements that the prose makes and the evidence must bear out.

A claim is a small named function of the readings that gives its parts: what is compared with which
bound, and on what basis. Its words stand with the prose, in the language's labels:

    [claim.NAME]
    statement = "… less than {part.bound} % …"   what is claimed; its bounds come from the parts
    evidence = "… {part}, {number} …"            the numbers that show it
    [claim.NAME.part]
    part = "…"                                   what each part compares

A template places it with {{ claim("NAME") }}. Where the build lacks what it is about, or doesn't
meet what it supposes, the claim isn't asked here, and says why. The tests hold for every part a
change of the evidence that refutes just this part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wd.report.read.parts import Basis, Part, State, combine
from wd.report.read.readings import Readings
from wd.report.read.registry import Registry


@dataclass(frozen=True)
class Finding:
    """What the evidence says of a claim.

    Attributes:
        parts: What it compares; all of them must hold.
        numbers: What else fills the placeholders of its statement and its evidence; several of a
            kind as a tuple, which each language writes as a list.
    """

    parts: tuple[Part, ...]
    numbers: Mapping[str, str | tuple] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if not names or len({*names, *self.numbers}) < len(names) + len(self.numbers):
            raise ValueError("a claim needs parts, each with a name of its own")

    @property
    def state(self) -> State:
        """The verdict on the whole."""
        return combine(part.state for part in self.parts)

    @property
    def proved(self) -> bool:
        """Whether all of it is theorems."""
        return all(part.basis is Basis.PROVED for part in self.parts)

    @property
    def seeds(self) -> int:
        """On how many seeds its parts were judged; where they differ, the fewest."""
        return min(part.seeds for part in self.parts)

    @property
    def words(self) -> dict[str, object]:
        """What fills the placeholders of its labels: parts by name, and its numbers."""
        return {**{part.name: part for part in self.parts}, **self.numbers}


Judge = Callable[[Readings], Finding]
CLAIMS: Registry[Judge] = Registry("claims")


claim = CLAIMS.register
"""Registers a claim under the name that templates use."""
