"""Statements promise what their parts test, and judges hold no number of the published report."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from wd.config.document import parse
from wd.declarations import HYPERPARAMETERS
from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS
from wd.report.read.parts import Basis, State
from wd.report.read.readings import Missing, Readings

ROOT = Path(__file__).parents[3]
NAMES = sorted(CLAIMS.load(CONTENT))
QUANTIFIER = re.compile(r"\b(every|all|no|none|never|always)\b", re.IGNORECASE)
JUDGES = sorted((ROOT / "wd/report/content/claims").glob("[!_]*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_quantifier_rests_on_more_than_an_interval(published, claims, labels, name):
    """On every single run, or on several cases all of which keep the bound."""
    statement = labels.table("claim", name)["statement"]
    parts = claims[name](published).parts

    assert not QUANTIFIER.search(statement) or any(
        part.basis is not Basis.INTERVAL or len(part.found) > 1 for part in parts
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_a_claim_are_those_of_its_parts(published, claims, labels, name):
    """Each part has its words, no words are left over, and the bounds are filled in."""
    finding = claims[name](published)
    words = labels.table("claim", name)

    assert words["part"].keys() == {part.name for part in finding.parts}
    for text in ("statement", "evidence"):
        assert labels("claim", name, text, **finding.words)


def typed_settings(tree):
    """Hyperparameters that are given as a typed number, or compared with one."""
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and is_typed(node.value, ())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in HYPERPARAMETERS and is_typed(keyword.value, constants):
                    yield ast.unparse(keyword)
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            set_by_author = [
                side
                for side in sides
                if isinstance(side, ast.Attribute) and ast.unparse(side.value).endswith(".setting")
            ]
            if set_by_author and any(is_typed(side, constants) for side in sides):
                yield ast.unparse(node)


def is_typed(node, constants):
    """A number other than 0, which means none, or a name or a collection of some."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and node.value not in (0, False)
    if isinstance(node, ast.Name):
        return node.id in constants
    return isinstance(node, ast.Tuple | ast.List) and any(
        is_typed(each, constants) for each in node.elts
    )


@pytest.mark.parametrize("path", JUDGES, ids=lambda path: path.stem)
def test_no_judge_holds_a_setting_of_the_published_report(path):
    """They come from the evidence, from theory as recorded, or from the book's own list."""
    assert list(typed_settings(ast.parse(path.read_bytes()))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("cell(weight_decay=0.05)", ["weight_decay=0.05"]),
        ("A = 3.0\ncell(weight_decay=A)", ["weight_decay=A"]),
        ("cell(weight_decay=0)", []),
        ("B = (1, 2)\ncells(lr=B)", ["lr=B"]),
        ("x = cell.setting.weight_decay <= 3", ["cell.setting.weight_decay <= 3"]),
        ("x = cell.setting.weight_decay <= DECAY", []),
        ("x = 0.5 < cell.setting.weight_decay / formula < 2", []),
    ],
)
def test_typed_settings_are_found(code, found):
    assert list(typed_settings(ast.parse(code))) == found


def with_few_seeds(document, count):
    """A copy of a configuration with so many seeds in every study that had more."""
    return document | {
        "study": {
            name: study | {"seeds": min(study["seeds"], count)}
            if isinstance(study.get("seeds"), int)
            else study
            for name, study in document["study"].items()
        }
    }


@pytest.fixture(scope="module")
def published_document():
    return tomllib.loads((ROOT / "report.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("seeds", [1, 5, 20])
def test_fewer_seeds_refute_nothing(published, claims, published_document, seeds):
    """What all seeds show, some can't deny: they can only be too few to tell."""
    few = Readings(parse(with_few_seeds(published_document, seeds)), published.evidence)
    states = {}
    for name in NAMES:
        try:
            states[name] = claims[name](few).state
        except Missing:
            continue

    assert [name for name, state in states.items() if state is State.REFUTED] == []
    assert State.HOLDS in states.values()
