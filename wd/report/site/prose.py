"""Finds measured numbers that were typed into words instead of looked up.

Words are all that a reader sees: pages, the programs' Markdown, labels, widgets, overrides and what
the language's MkDocs file says. They may hold numbers that come from a look-up, stand in code, or
belong to a formula of a made-up example. Every other decimal number, percentage, power of ten or
grouped number could be a measurement that no build would correct; so could every whole number from
10 on, be it a result or a setting that the configuration holds, and every fraction or multiple in
words ("a third", "twice") next to something that is measured: in a sentence with a look-up, or in
the labels of a claim, figure, widget or guess. What is neither stands with its reason in
docs/LANGUAGE/allowed-numbers.toml, if the language has one:

    multiples = ["half", "twice"]   how the language says fractions and multiples, as patterns

    [[allowed]]
    number = "3.11"          as it is written
    pages = ["reproduce"]    where, by the name of the file; everywhere if absent
    reason = "…"
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wd.errors import SiteError
from wd.project import REPORT
from wd.report.site.languages import FIRST, LANGUAGES

ALLOWED = "allowed-numbers.toml"
REMEDY = (
    "Write a look-up, in labels a {placeholder} or a claim's {part.bound}; or, for what isn't"
    f" measured, its reason into docs/LANGUAGE/{ALLOWED}."
)

_DOCS = REPORT.folder / "docs"

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
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_MEASURED = re.compile(r"\{\{\s*(?:number|claim|config)\b")
_BESIDE_MEASUREMENTS = ("claim", "figure", "widget", "guess")
_SCRIPT = re.compile(r"<(script|style|svg)\b.*?</\1>|\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_SETTING = re.compile(  # of MkDocs all but names, descriptions, headings and labels
    r"""
      ^(?!site_name|site_description|copyright|[ ]{2})\S.*$
    | ^\s+\w+:[ ](?:!|assets/|\d).*$
    | https?://\S+
    | \#.*$
    """,
    re.MULTILINE | re.VERBOSE,
)
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)
_BOX = re.compile(r"^(?:!!!|\?\?\?\+?) (?P<kind>\w+).*\n(?:(?:    .*|\s*)\n)*", re.MULTILINE)
_HAN = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"  # letters like any other, but no part of numbers
_NUMBER = re.compile(
    rf"""
    (?<!(?![{_HAN}])[\w.])
    (?: \d{{1,3}}(?:,\d{{3}})+        # 1,000
      | \d+\.\d+ | \d{{2,}}
      | \d+(?=\s*\\?%)                # per cent
      | \d+(?=\s*(?:\\cdot|·|×|\\times)\s*10)
    )
    (?:e[-+]?\d+)?
    (?!(?![{_HAN}])\w)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Found:
    """A number in words that nothing accounts for.

    Attributes:
        path: The file.
        line: Its line, from 1.
        number: As it is written.
    """

    path: Path
    line: int
    number: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: the number {self.number} is typed into the words"


def find_numbers(text: str, multiples: str = "") -> Iterator[tuple[int, str]]:
    """Find the numbers in a page's prose that neither look-up, code nor example accounts for.

    Args:
        text: A template, or the Markdown of a notebook; a sentence per line.
        multiples: A pattern of fractions and multiples, which count in sentences with a look-up.

    Yields:
        Line, from 1, and number.
    """
    bare = _BOX.sub(_blank_made_up, _IGNORED.sub(_blank, text))
    for match in _NUMBER.finditer(bare):
        yield bare.count("\n", 0, match.start()) + 1, match.group()
    lines = zip(text.splitlines(), bare.splitlines(), strict=False)
    for line, (whole, words) in enumerate(lines, start=1):
        if multiples and _MEASURED.search(whole):
            yield from ((line, found) for found in re.findall(multiples, words, re.IGNORECASE))


def find_in_labels(path: Path, multiples: str) -> Iterator[tuple[int, str]]:
    """Find the same in a file of labels; lines are those of the text's first words."""
    source = path.read_text(encoding="utf-8")
    for keys, text in _list_texts(tomllib.loads(source)):
        bare = _PLACEHOLDER.sub(" ", _IGNORED.sub(_blank, text))
        found = [match.group() for match in _NUMBER.finditer(bare)]
        if multiples and keys[0] in _BESIDE_MEASUREMENTS:
            found += re.findall(multiples, bare, re.IGNORECASE)
        place = source.find(text.strip().split("\n")[0])
        line = source.count("\n", 0, max(place, 0)) + 1
        yield from ((line, number) for number in found)


def _list_texts(table: dict, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _list_texts(value, (*keys, key))
        elif isinstance(value, str):
            yield (*keys, key), value


def read_markdown(path: Path) -> str:
    """Read the words of a file, line for line.

    Of a notebook's program these are its Markdown cells, of a MkDocs file what isn't a path or an
    address, of HTML what isn't script or style.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".html", ".j2") and not path.name.endswith(".md.j2"):
        return _SCRIPT.sub(_blank, text)
    if path.suffix in (".yml", ".yaml"):
        return _SETTING.sub("", text)
    if path.suffix != ".py":
        return text
    lines, inside = [], False
    for line in text.splitlines():
        if starts := line.startswith("# %%"):
            inside = "[markdown]" in line
        prose = inside and not starts
        lines.append(line.removeprefix("#").removeprefix(" ") if prose else "")
    return "\n".join(lines)


def check(folder: Path, others: Iterable[Path] = (), inherited: Path | None = None) -> list[Found]:
    """Check all words of a language.

    Args:
        folder: The language's folder, such as docs/en.
        others: Further files with words of this language: widgets, overrides, its MkDocs file.
        inherited: The folder of the language from which this one is translated; what may stand
            there may stand here.

    Returns:
        What isn't allowed, by file and line.

    Raises:
        SiteError: If the list of allowed numbers can't be read, or allows what nothing has.
    """
    allowed, multiples = _read_allowed(folder / ALLOWED)
    also = _read_allowed(inherited / ALLOWED)[0] if inherited else set()
    used: set[tuple[str, str]] = set()
    found = []
    pages = [*folder.glob("*.md.j2"), *folder.glob("notebooks/*.py"), *others]
    for path in sorted([*pages, *folder.glob("labels/*.toml")]):
        page = path.name.split(".")[0]
        if path.suffix == ".toml":
            numbers = find_in_labels(path, multiples)
        else:
            numbers = find_numbers(read_markdown(path), multiples)
        for line, number in numbers:
            places = {(number, page), (number, "")} & (allowed | also)
            used |= places
            if not places:
                found.append(Found(path, line, number))
    if unused := sorted(allowed - used):
        raise SiteError(f"{folder / ALLOWED}: nothing has {unused[0][0]} any more: {unused}")
    return found


def _read_allowed(path: Path) -> tuple[set[tuple[str, str]], str]:
    """Read pairs of number and page, an empty page standing for all; and the multiples' pattern."""
    if not path.is_file():
        return set(), ""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = table.get("allowed", [])
        if not all(entry["reason"].strip() for entry in entries):
            raise SiteError(f"{path}: a number without a reason")
        pairs = {(entry["number"], page) for entry in entries for page in entry.get("pages", [""])}
        return pairs, "|".join(f"(?:{pattern})" for pattern in table.get("multiples", []))
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
    """Check every language; what was found, a line each, and what to do; or nothing."""
    shared = [*_DOCS.glob("widgets/*.j2"), *_DOCS.glob("overrides/**/*.html")]
    found = [
        each
        for language in LANGUAGES.values()
        if not language.derivation
        for each in check(
            language.folder,
            [*shared, language.mkdocs_file],
            None if language is FIRST else FIRST.folder,
        )
    ]
    return "\n".join([*map(str, found), REMEDY]) if found else None


def main() -> str | None:
    """Say what was found, or what is wrong with a list of allowed numbers."""
    try:
        return check_all()
    except SiteError as error:
        return f"error: {error}"


if __name__ == "__main__":
    sys.exit(main())
