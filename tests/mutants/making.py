"""Mutants: a module's text with one small fault in it, as someone could have typed it.

Libraries make them, too, but mutmut leaves out functions with decorators, so all claims; cosmic-ray
brings eighteen packages, and has each sign changed into a dozen others, those of annotations also.
Here nothing is changed that can't be seen in what the code does: docstrings and other words,
annotations, decorators, the messages of errors, and how many digits are shown.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

SIGNS = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.Pow: ("**", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
    ast.Lt: ("<", "<=", ">="),
    ast.LtE: ("<=", "<", ">"),
    ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Not: ("not", ""),
    ast.USub: ("-", ""),
}
"""How a sign is written, and what takes its place."""
PAIRS = ["min max", "any all", "argmin argmax", "minimum maximum", "floor ceil", "above below"]
SWAPS = dict(each for pair in PAIRS for each in (pair.split(), pair.split()[::-1]))
"""Names of functions and arguments, and those which they could be taken for."""
UNTOUCHED = {"annotation", "returns", "decorator_list", "exc", "msg"}
"""Parts of the syntax without anything that a test could see, or should look at."""

Span = tuple[int, int]
Change = tuple[Span, Span, str]
"""The lines of the smallest statement around it, the bytes that are replaced, and by what."""


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes:
        path: The module, as a path in the project.
        lines: The first and the last line of the smallest statement that is changed.
        text: The whole module with the fault.
        diff: The changed line before and after.
    """

    path: str
    lines: Span
    text: str
    diff: str

    @property
    def rank(self) -> str:
        """What samples are sorted by: decided by this fault alone, whatever else is changed."""
        return sha256(f"{self.path} {self.diff}".encode()).hexdigest()


def make_mutants(path: str, text: str) -> list[Mutant]:
    """Make all mutants of a module from its text, in the order of its lines."""
    changes = Changes(text)
    code, starts = changes.code, changes.starts
    seen: Counter[str] = Counter()
    mutants = []
    for lines, (first, last), new in sorted(set(changes.visit(ast.parse(text), (1, 1)))):
        begin, end = starts[bisect(starts, first) - 1], starts[bisect(starts, last - 1)]
        mutated = code[begin:first] + new.encode() + code[last:end]
        diff = f"- {code[begin:end].decode().rstrip()}\n+ {mutated.decode().rstrip()}"
        seen[diff] += 1
        again = f"\n  (no. {seen[diff]} of these)" if seen[diff] > 1 else ""
        whole = (code[:begin] + mutated + code[end:]).decode()
        mutants.append(Mutant(path, lines, whole, diff + again))
    return mutants


class Changes:
    """Finds what can be changed in a module."""

    def __init__(self, text: str) -> None:
        self.code = text.encode()
        self.starts = [0]
        for line in self.code.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def visit(self, node: ast.AST, lines: Span) -> Iterator[Change]:
        """Find the changes of a node, in a statement of some lines, and of all that is in it."""
        if isinstance(node, ast.JoinedStr) or self.says_nothing(node):
            return
        if isinstance(node, ast.stmt):  # of one with a body, its head
            body = getattr(node, "body", None)
            last = max(body[0].lineno - 1, node.lineno) if body else node.end_lineno
            lines = (node.lineno, last)
        yield from ((lines, span, new) for span, new in self.list_own(node))
        for name, value in ast.iter_fields(node):
            if name not in UNTOUCHED:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from self.visit(child, lines)

    def says_nothing(self, node: ast.AST) -> bool:
        """Tell what is read by type checkers alone, and what is right whatever it is."""
        if isinstance(node, ast.keyword):  # another bound makes another claim, which says so
            typed = node.arg in {"above", "below"} and isinstance(node.value, ast.Constant)
            return typed or node.arg in {"digits", "strict"}
        return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"

    def list_own(self, node: ast.AST) -> Iterator[tuple[Span, str]]:  # noqa: PLR0912  a case each
        """List the changes of a node, without those of its parts."""
        match node:
            case ast.Constant(value=bool()):
                yield self.place(node), str(not node.value)
            case ast.Constant(value=int()):
                yield self.place(node), str(node.value + 1)
                yield self.place(node), f"({node.value - 1})"
            case ast.Constant(value=float()):
                yield self.place(node), repr(10 * node.value or 1.0)
                yield self.place(node), repr(node.value / 10 or -1.0)
            case ast.BinOp():
                yield from self.replace(node.op, node.left, node.right)
            case ast.BoolOp():
                for before, after in pairwise(node.values):
                    yield from self.replace(node.op, before, after)
            case ast.Compare():
                sides = pairwise([node.left, *node.comparators])
                for sign, (before, after) in zip(node.ops, sides, strict=True):
                    yield from self.replace(sign, before, after)
            case ast.UnaryOp():
                yield from self.replace(node.op, None, node.operand, self.place(node)[0])
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in SWAPS:
                last = self.place(node.func)[1]
                yield (last - len(name), last), SWAPS[name]
            case ast.keyword(arg=name) if name in SWAPS:
                first = self.place(node)[0]
                yield (first, first + len(name)), SWAPS[name]
            case (
                ast.Raise() | ast.AugAssign() | ast.Delete() | ast.Break() | ast.Continue()
                | ast.Expr(value=ast.Call())
                | ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
            ):  # fmt: skip
                yield self.place(node), "pass"
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                yield from self.negate(test)
            case ast.comprehension():
                for test in node.ifs:
                    yield from self.negate(test)

    def place(self, node: ast.AST) -> Span:
        """Find the bytes of a node."""
        first, last = self.starts[node.lineno - 1], self.starts[node.end_lineno - 1]
        return first + node.col_offset, last + node.end_col_offset

    def replace(
        self, sign: ast.AST, before: ast.AST | None, after: ast.AST, first: int = 0
    ) -> Iterator[tuple[Span, str]]:
        """Replace the sign between two nodes, or from a byte on to a node."""
        old, *news = SIGNS.get(type(sign), ("",))
        first = self.place(before)[1] if before else first
        gap = self.code[first : self.place(after)[0]]
        found = re.search(re.escape(old).replace(r"\ ", r"\s+").encode(), gap)
        yield from (((first + found.start(), first + found.end()), new) for new in news)

    def negate(self, test: ast.AST) -> Iterator[tuple[Span, str]]:
        """Negate a condition that has no sign of its own to change."""
        if not isinstance(test, ast.Compare | ast.UnaryOp | ast.Constant):
            first, last = self.place(test)
            yield (first, last), f"(not ({self.code[first:last].decode()}))"
