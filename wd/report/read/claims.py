"""Claims: judgements that the prose makes and the evidence must bear out.

A claim is a small named function of the readings that says whether it holds and which numbers show
it. Its statement stands with the prose, in the language's labels:

    [claim.NAME]
    statement = "…"                  what is claimed, as the reader sees it
    evidence = "… {number} …"        the numbers that show it

A template places it with {{ claim("NAME") }}. Where the build lacks what it is about, the claim is
"not tested here", and says why. No claim may be true by construction: the tests hold a
perturbation that turns it false.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wd.report.read.readings import Readings
from wd.report.read.registry import Registry


@dataclass(frozen=True)
class Verdict:
    """What the evidence says of a claim.

    Attributes:
        holds: Whether the claim is true of the evidence.
        numbers: What fills the placeholders of its statement and its evidence.
        seeds: On how many seeds it was tested.
    """

    holds: bool
    numbers: dict[str, str]
    seeds: int


Judge = Callable[[Readings], Verdict]
CLAIMS: Registry[Judge] = Registry("claims")


claim = CLAIMS.register
"""Registers a claim under the name that templates use."""
