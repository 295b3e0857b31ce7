"""Every claim holds on the published evidence, and every bound of every part can be missed."""

from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from tampering import tamper

from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS
from wd.report.read.parts import State


def load_refutations():
    """All that would refute a part, by claim, part and bound."""
    found = {}
    for path in sorted((Path(__file__).parent / "refutations").glob("*.py")):
        spec = spec_from_file_location(f"refutations_{path.stem}", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        for claim, parts in module.REFUTATIONS.items():
            for key, changes in parts.items():
                found[claim, *key.partition(".")[::2]] = changes
    return found


REFUTATIONS = load_refutations()
TIED = {}
"""Parts that can't be refuted alone, by (claim, part), with those that are refuted with them."""
UNPINNED = {}
"""Bounds that no change of the evidence can miss, with the reason."""


@pytest.mark.parametrize("name", sorted(CLAIMS.load(CONTENT)))
def test_it_holds_on_the_published_evidence(published, claims, name):
    finding = claims[name](published)

    assert {part.name: str(part.state) for part in finding.parts} == {
        part.name: str(State.HOLDS) for part in finding.parts
    }


@pytest.mark.parametrize("key", REFUTATIONS, ids="-".join)
def test_a_change_of_the_evidence_refutes_just_this_part(published, claims, key):
    """Without the part's bound the same evidence would pass: the test notices its removal."""
    name, part, side = key
    finding = claims[name](tamper(published, *REFUTATIONS[key]))
    states = {each.name: each.state for each in finding.parts}
    refuted = next(each for each in finding.parts if each.name == part)
    tied = {part, *TIED.get((name, part), ())}

    assert {each for each, state in states.items() if state is State.REFUTED} == tied
    assert {state for each, state in states.items() if each not in tied} <= {State.HOLDS}
    assert side or None in (refuted.above, refuted.below), "say which bound is missed"
    if side:
        assert replace(refuted, **{side: None}).state is State.HOLDS


def bounds(finding):
    for part in finding.parts:
        both = None not in (part.above, part.below)
        for side in ("above", "below"):
            if getattr(part, side) is not None:
                yield part.name, side if both else ""


@pytest.mark.parametrize("name", sorted(CLAIMS.load(CONTENT)))
def test_every_bound_of_every_part_is_pinned(published, claims, name):
    lacking = [
        (name, part, side)
        for part, side in bounds(claims[name](published))
        if (name, part, side) not in {**REFUTATIONS, **UNPINNED}
    ]

    assert lacking == []


def test_nearly_all_bounds_are_pinned():
    assert len(UNPINNED) <= 0.05 * len(REFUTATIONS)
