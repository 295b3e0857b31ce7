"""Claims: judgements that the prose makes and the evidence must bear out.

A claim is a small named function of the readings that says whether it holds and which numbers show
it. Its statement stands with the prose, in the language's labels:

    [claim.NAME]
    statement = "…"                  what is claimed, as the reader sees it
    evidence = "… {number} …"        the numbers that show it

A template places it with {{ claim("NAME") }}. A claim whose studies are missing is "not tested
here". No claim may be true by construction: the tests hold a perturbation that turns it false.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from wd.report.readings import Readings


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
CLAIMS: dict[str, Judge] = {}


def claim(name: str) -> Callable[[Judge], Judge]:
    """Register a claim under the name that templates use."""

    def register(judge: Judge) -> Judge:
        if name in CLAIMS:
            raise ValueError(f"two claims are named {name!r}")
        CLAIMS[name] = judge
        return judge

    return register


def load_claims() -> dict[str, Judge]:
    """Import every module of claims and return the registry, by name."""
    for module in sorted(Path(__file__).parent.glob("[!_]*.py")):
        import_module(f"{__name__}.{module.stem}")
    return CLAIMS
