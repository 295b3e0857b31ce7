"""Each mutant is one small fault that the code could have, and nothing that only people read."""

import ast
from pathlib import Path

import pytest
from making import make_mutants

ROOT = Path(__file__).parents[2]

SILENT = '''"""Words: 1 + 1."""
from __future__ import annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    SIZE = 2 * 3


@remember(size=4)
def name(count: int | None) -> dict[str, int] | None:
    """More words: 1 < 2."""
    text: list[int] | None = f"{count:5.1f}"
    return tell(text, digits=2)
'''


def lines(code):
    """The changed lines of all mutants of a line."""
    return {mutant.diff.splitlines()[1][2:] for mutant in make_mutants("a.py", code)}


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("a = b + c * d", {"a = b - c * d", "a = b + c / d"}),
        ("a = b < c", {"a = b <= c", "a = b >= c"}),
        ("a = b is  not c", {"a = b is c"}),
        ("a = b if not c else d", {"a = b if  c else d"}),
        ("a = b and (c) and d", {"a = b or (c) and d", "a = b and (c) or d"}),
        ("λ = η ** 2", {"λ = η * 2", "λ = η ** 3", "λ = η ** (1)"}),
        ("a = 1e-3", {"a = 0.01", "a = 0.0001"}),
        ("a = b.max(d)", {"a = b.min(d)"}),
        ("a = b[-1]", {"a = b[1]", "a = b[-2]", "a = b[-(0)]"}),
        ("a = [b for b in c if d(b)]", {"a = [b for b in c if (not (d(b)))]"}),
        ("share(a, above=b)", {"share(a, below=b)", "pass"}),
        ("a[b] = c", {"pass"}),
        ("raise Missing('no', 1)", {"pass"}),
    ],
)
def test_a_fault_is_what_someone_could_have_typed(code, faults):
    assert lines(code) == faults


def test_nothing_is_changed_that_only_people_and_type_checkers_read():
    assert make_mutants("a.py", SILENT) == []


@pytest.mark.parametrize("path", ["wd/lab/data.py", "wd/report/content/claims/hard.py"])
def test_every_mutant_is_python_and_another_program(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    mutants = make_mutants(path, text)
    programs = {ast.dump(ast.parse(each)) for each in (text, *(mutant.text for mutant in mutants))}

    assert len(mutants) > 20
    assert len(programs) == len(mutants) + 1


def test_a_mutant_is_drawn_whatever_is_written_elsewhere():
    """The sample of tomorrow is that of today, but for what was changed."""
    ranks = [mutant.rank for mutant in make_mutants("a.py", "a = b + c\nd = e < f\n")]
    later = [mutant.rank for mutant in make_mutants("a.py", "a = 'a'\n\n\na = b + c\nd = e < f\n")]

    assert ranks == later
    assert len(set(ranks)) == 3
