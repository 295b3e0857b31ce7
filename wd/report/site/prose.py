"""Finds measured numbers that were typed into prose instead of looked up.

A page may hold numbers that come from a look-up, stand in code, or belong to a formula of a made-up
example. Every other decimal number, percentage, power of ten or grouped number could be a
measurement that no build would correct; so could every whole number from 10 on, be it a result or
a setting that the configuration holds. What is neither stands with its reason in
docs/LANGUAGE/allowed-numbers.toml:

    [[allowed]]
    number = "3.11"          as it is written
    pages = ["reproduce"]    where; everywhere if absent
    reason = "…"
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wd.errors import SiteError
from wd.project import PROJECT

ALLOWED = "allowed-numbers.toml"

_DOCS = PROJECT / "docs"

_MADE_UP = ("example", "question")  # admonitions whose formulas are worked examples
_IGNORED = re.compile(
    r"""
      \{\#.*?\#\}                     # comments of the template
    | \{\{.*?\}\} | \{%.*?%\}         # look-ups
    | ^search:\n(?:[ ][^\n]*\n)+     # front matter: words and weights for the search
    | ^(?P<fence>```+|~~~+).*?^\s*(?P=fence)
    | `[^`\n]*`                       # code
    | <[^>\n]*>                       # HTML
    | \]\([^)\s]*\)                   # targets of links
    | \{\s*\#[^}\n]*\}                # anchors
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)
_BOX = re.compile(r"^(?:!!!|\?\?\?\+?) (?P<kind>\w+).*\n(?:(?:    .*|\s*)\n)*", re.MULTILINE)
_NUMBER = re.compile(
    r"""
    (?<![\w.])
    (?: \d{1,3}(?:,\d{3})+            # 1,000
      | \d+\.\d+ | \d{2,}
      | \d+(?=\s*\\?%)                # per cent
      | \d+(?=\s*(?:\\cdot|·|×|\\times)\s*10)
    )
    (?:e[-+]?\d+)?
    (?!\w)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Found:
    """A number in prose that nothing accounts for."""

    path: Path
    line: int
    number: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: the number {self.number} is typed into prose"


def find_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Find the numbers in a page's prose that neither look-up, code nor example accounts for.

    Yields:
        Line, from 1, and number.
    """
    text = _IGNORED.sub(_blank, text)
    text = _BOX.sub(_blank_made_up, text)
    for match in _NUMBER.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group()


def read_markdown(path: Path) -> str:
    """Read a template, or of a notebook's program its Markdown cells, line for line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    lines, inside = [], False
    for line in text.splitlines():
        if starts := line.startswith("# %%"):
            inside = "[markdown]" in line
        prose = inside and not starts
        lines.append(line.removeprefix("#").removeprefix(" ") if prose else "")
    return "\n".join(lines)


def check(folder: Path) -> list[Found]:
    """Check all templates and notebooks of a language.

    Returns:
        What isn't allowed, by file and line.

    Raises:
        SiteError: If the list of allowed numbers can't be read, or allows what no page has.
    """
    allowed = _read_allowed(folder / ALLOWED)
    used: set[tuple[str, str]] = set()
    found = []
    for path in sorted([*folder.glob("*.md.j2"), *folder.glob("notebooks/*.py")]):
        page = path.name.split(".")[0]
        for line, number in find_numbers(read_markdown(path)):
            places = {(number, page), (number, "")} & allowed
            used |= places
            if not places:
                found.append(Found(path, line, number))
    if unused := sorted(allowed - used):
        raise SiteError(f"{folder / ALLOWED}: no page has {unused[0][0]} any more: {unused}")
    return found


def _read_allowed(path: Path) -> set[tuple[str, str]]:
    """Read pairs of number and page; an empty page stands for all."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("allowed", [])
        if not all(entry["reason"].strip() for entry in entries):
            raise SiteError(f"{path}: a number without a reason")
        return {(entry["number"], page) for entry in entries for page in entry.get("pages", [""])}
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise SiteError(f"{path}: can't be read: {error!r}") from None


def _blank(match: re.Match[str]) -> str:
    """Keep the lines, so that those after it keep their numbers."""
    return "\n" * match.group().count("\n") or " "


def _blank_made_up(match: re.Match[str]) -> str:
    if match["kind"] not in _MADE_UP:
        return match.group()
    return _FORMULA.sub(_blank, match.group())


def check_all() -> str | None:
    """Check every language; what was found, one line each, or nothing."""
    folders = [path.parent for path in sorted(_DOCS.glob(f"*/{ALLOWED}"))]
    return "\n".join(str(found) for folder in folders for found in check(folder)) or None


if __name__ == "__main__":
    sys.exit(check_all())
