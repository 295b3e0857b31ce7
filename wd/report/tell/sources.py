"""The sources that pages cite, from a language's references.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from wd.errors import SiteError
from wd.report.read.escapes import escape_markdown
from wd.report.read.labels import Labels

REFERENCES = "references.toml"
_WORDS = ("authors", "title", "venue")
_FORMULA = re.compile(r"(\$[\w\\{}^+=.,-]+\$)", re.ASCII)
"""Of signs that are neither HTML nor a link, should it be read as no formula."""


class Sources:
    """The sources of one language.

    Attributes:
        entries: In the file's order; each with its key, and a letter that tells it from others of
            the same authors and year.
    """

    def __init__(self, path: Path, labels: Labels) -> None:
        """Read the file, if there is one.

        Raises:
            SiteError: If it isn't TOML, or an entry has no authors.
        """
        self._labels = labels
        entries = _read(path) if path.is_file() else {}
        alike: dict[tuple[object, object], list[str]] = {}
        for key, entry in entries.items():
            alike.setdefault((entry["authors"], entry.get("year")), []).append(key)
        letters = {
            key: chr(ord("a") + index) if len(keys) > 1 else ""
            for keys in alike.values()
            for index, key in enumerate(keys)
        }
        self.entries = [
            {"key": key, "letter": letters[key], **entry}
            | {name: _escape(entry[name]) for name in _WORDS if name in entry}
            for key, entry in entries.items()
        ]

    def cite(self, key: str) -> str:
        """Write a short citation that leads to the list of references.

        Raises:
            SiteError: If there is no such source.
        """
        return f"[{self._shorten(self._find(key))}](references.md#ref-{key})"

    def preview(self, key: str) -> str:
        """Write a source in one line: authors, title, where and when."""
        entry = self._find(key)
        parts = (entry.get(name) for name in ("authors", "title", "venue", "year"))
        return self._labels("word", "source_separator").join(f"{part}" for part in parts if part)

    def _find(self, key: str) -> dict[str, Any]:
        for entry in self.entries:
            if entry["key"] == key:
                return entry
        raise SiteError(f"there is no reference {key!r}")

    def _shorten(self, entry: dict[str, Any]) -> str:
        """Name a source by its authors' family names, or as it says itself, and its year."""
        names = [author.split(" ")[-1] for author in entry["authors"].split(", ")]
        named = entry.get("cited_as") or self._name_authors(*names)
        if "year" not in entry:
            return named
        year = f"{entry['year']}{entry['letter']}"
        return self._labels("word", "cited", authors=named, year=year)

    def _name_authors(self, first: str, *others: str) -> str:
        if not others:
            return first
        kind = "and_others" if len(others) > 1 else "and_another"
        return self._labels("word", kind, first=first, other=others[0])


def _escape(text: str) -> str:
    """Escape a text around its formulas, which stand between dollar signs."""
    parts = _FORMULA.split(text)
    return "".join(part if place % 2 else escape_markdown(part) for place, part in enumerate(parts))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SiteError(f"{path}: can't be read: {error}") from None
    for key, entry in entries.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("authors"), str):
            raise SiteError(f'{path}: [{key}] has no authors.\nGive them: authors = "…"')
    return entries


def find_references(folder: Path, first: Path | None) -> Path:
    """A language's own list of sources, else the first language's: works keep their names."""
    own = folder / REFERENCES
    return own if own.is_file() or first is None else first / REFERENCES
