"""What a translation was made from: where the first language has been changed since.

docs/LANGUAGE/translated.toml holds two short digests for each section of a page (by its anchor;
"" is what stands above the first), each label and each cell of a program: of the text as a whole,
and of its sentences with numbers. Look-ups count as they are written; how lines are filled doesn't.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from wd.errors import SiteError

FILE = "translated.toml"
_HEADING = re.compile(r"^#{2,6} .*?\{ *#(?P<anchor>[\w-]+) *\}\s*$", re.MULTILINE)
_NUMBER = re.compile(r"\{\{\s*(?:number|claim|config|table)\b|\{[a-z][\w.]*\}|\d")
_CELL = re.compile(r"^# %%.*$", re.MULTILINE)
_DIGITS = 8
_LOOK_UP = re.compile(r"\{[^{}]*\}|\$[^$]*\$|`[^`]*`")
_WORDS = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")
_COMMENT = re.compile(r'#[^\n]*|"{3}[\s\S]*?"{3}')


@dataclass(frozen=True)
class Stale:
    """A piece of a translation that isn't that of the present text.

    Attributes:
        file: The file of either language, such as "soft.md.j2".
        place: Anchor of the section, name of the label, or number of the cell.
        numbers: Whether a sentence with a number has been changed, or a claim's statement.
        unknown: Whether nothing says what it was made from.
        untouched: Whether it is the present text itself, which nobody has translated.
    """

    file: str
    place: str
    numbers: bool
    unknown: bool = False
    untouched: bool = False


def read_pages(folder: Path, only: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """Read the templates of pages, or only some of them by file, by file and place."""
    return {
        path.name: _split(path, _HEADING)
        for path in sorted(folder.glob("*.md.j2"))
        if only is None or path.name in only
    }


def read_pieces(folder: Path) -> dict[str, dict[str, str]]:
    """Read all that is translated, by file and place."""
    pieces = read_pages(folder)
    for path in sorted(folder.glob("labels/*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        pieces[f"labels/{path.name}"] = dict(_list_texts(table))
    for path in sorted(folder.glob("notebooks/*.py")):
        pieces[f"notebooks/{path.name}"] = _split(path, _CELL)
    return pieces


def list_stale(
    first: Path,
    folder: Path,
    read: Callable[[Path], Mapping[str, Mapping[str, str]]] = read_pieces,
) -> list[Stale]:
    """List what has been changed in the first language since it was translated.

    Args:
        first: The folder of the language that is translated.
        folder: The translation's.
        read: Reads the pieces of a folder that are asked about.
    """
    told, originals = read_stamps(folder / FILE), read(first)
    stale = []
    for file, pieces in read(folder).items():
        for place, text in pieces.items():
            if (original := originals.get(file, {}).get(place)) is None:
                continue  # the structure differs, which is another problem
            whole, numbers = digest_piece(file, place, original).split("-")
            known = told.get(file, {}).get(place, "")
            known_whole, _, known_numbers = known.partition("-")
            if not known and is_untouched(file, text, original):
                stale.append(Stale(file, place, numbers=False, untouched=True))
            elif whole != known_whole:
                stale.append(Stale(file, place, numbers != known_numbers, not known))
    return stale


def is_untouched(file: str, text: str, original: str) -> bool:
    """Whether a piece is still the first language's, although it has words to translate.

    A symbol or a name may well be the same in both, and so is the code of a program.
    """
    if file.startswith("notebooks/"):
        text, original = ("\n".join(_COMMENT.findall(each)) for each in (text, original))
    return text.split() == original.split() and bool(_WORDS.search(_LOOK_UP.sub(" ", text)))


def find_stale(
    first: Path, folder: Path, only: Collection[str] | None = None
) -> dict[str, list[str]]:
    """The places of pages, by file, whose original has been changed since they were translated."""
    found: dict[str, list[str]] = {}
    for stale in list_stale(first, folder, partial(read_pages, only=only)):
        if not (stale.unknown or stale.untouched):
            found.setdefault(stale.file, []).append(stale.place)
    return found


def mark(page: str, places: Iterable[str], note: Callable[[str], str]) -> str:
    """Put a note under the headings of a rendered page whose original is newer.

    Args:
        page: Markdown.
        places: The anchors of these sections; "" is the page itself.
        note: Writes the note of a place.
    """
    for place in places:
        anchor = rf"#{{2,6}} .*\{{ *#{re.escape(place)} *\}}[ ]*" if place else r"# .*"
        if found := re.search(rf"^{anchor}$", page, re.MULTILINE):
            above, below = page[: found.end()], page[found.end() :]
            page = f"{above}\n\n{note(place)}\n{{: .newer }}\n{below}"
    return page


def _split(path: Path, border: re.Pattern[str]) -> dict[str, str]:
    text = path.read_text(encoding="utf-8")
    starts = list(border.finditer(text))
    ends = [*(found.start() for found in starts), len(text)]
    named = "anchor" in border.groupindex
    pieces = {"": text[: ends[0]]} if named or text[: ends[0]].strip() else {}
    for number, found in enumerate(starts):
        name = found["anchor"] if named else str(number + 1)
        pieces[name] = text[found.start() : ends[number + 1]]
    return pieces


def _list_texts(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{above}.{key}" if above else key
        if isinstance(value, dict):
            yield from _list_texts(value, name)
        elif isinstance(value, str):
            yield name, value


def digest_piece(file: str, place: str, text: str) -> str:
    """Digest a piece of the first language: as a whole, and its sentences with numbers."""
    sentences = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    counted = [line for line in sentences if _NUMBER.search(line)]
    if place.startswith("claim.") and file.startswith("labels/"):
        counted = sentences
    return "-".join(
        hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_DIGITS]
        for lines in (sentences, counted)
    )


def read_stamps(path: Path) -> dict[str, dict[str, str]]:
    """Read which text each piece was made from, by file and place.

    Raises:
        SiteError: If the file can't be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SiteError(f"{path}: can't be read: {error}") from None
