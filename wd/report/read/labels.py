"""The words of one language: labels, captions, alternative texts and statements of claims.

No word that a reader sees stands in Python code; another language is another folder of docs.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from wd.errors import SiteError
from wd.project import PROJECT, REPORT

ANY = ("site.toml", "claims.toml", "compare.toml", "replicated.toml")
"""The words around any evidence; a report elsewhere has them from this checkout."""


class Labels:
    """Strict look-ups in a language's folder of labels, a file per page."""

    def __init__(self, path: Path) -> None:
        """Read all files of the folder.

        Raises:
            SiteError: If one isn't TOML, or two have the same text.
        """
        self.path = path
        self.files = sorted(path.glob("*.toml"))
        if REPORT.folder != PROJECT:
            words = PROJECT / "docs" / path.parent.name / path.name
            self.files += [words / name for name in ANY if not (path / name).is_file()]
        self._tables: dict[str, Any] = {}
        self._asked: dict[str, str] = {}
        for file in self.files:
            try:
                _merge(self._tables, tomllib.loads(file.read_text(encoding="utf-8")), file)
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise SiteError(f"{file}: can't be read: {error}") from None

    @property
    def letters(self) -> str:
        """All letters of the language beyond ASCII that its texts have, each once."""
        texts = json.dumps(self._tables, ensure_ascii=False)
        return "".join(sorted(letter for letter in set(texts) if not letter.isascii()))

    def __call__(self, *keys: str, **numbers: object) -> str:
        """Look a text up, such as `labels("figure", "sweep_norm", "alt", median="13.4")`.

        A tuple is written as a list is in this language.

        Raises:
            SiteError: If there is no such text or a placeholder has no number.
        """
        text = self._find(*keys[:-1]).get(keys[-1])
        if not isinstance(text, str):
            raise SiteError(
                f"{self.path}: there is no text {'.'.join(keys)}.\n"
                f'Write {keys[-1]} = "…" under [{".".join(keys[:-1])}] in {self.home(*keys[:-1])}.'
            )
        self._asked[".".join(keys)] = text
        lists = {key: self.enumerate(many) for key, many in numbers.items() if _is_list(many)}
        try:
            return text.format(**numbers | lists)
        except (KeyError, IndexError, ValueError) as error:
            raise SiteError(f"{self.path}: {'.'.join(keys)} can't be filled: {error!r}") from None

    def enumerate(self, parts: Iterable[object]) -> str:
        """Write things one after another, with the language's sign between them.

        Tuples among them are lists themselves, which a heavier sign parts.
        """
        parts = list(parts)
        sign = "list_separator" if any(map(_is_list, parts)) else "enumeration"
        return self("word", sign).join(
            self.enumerate(part) if _is_list(part) else str(part) for part in parts
        )

    def names(self, *keys: str) -> list[str]:
        """List what a table holds; nothing where there is no such table."""
        table = _walk(self._tables, keys)
        return list(table) if isinstance(table, dict) else []

    def has(self, *keys: str) -> bool:
        """Whether there is a text, or a table, of this name."""
        return _walk(self._tables, keys) is not None

    def table(self, *keys: str) -> dict[str, Any]:
        """Look a whole table up.

        Raises:
            SiteError: If there is no such table.
        """
        table = self._find(*keys)
        self._asked[".".join(keys)] = json.dumps(table)
        return table

    def home(self, *keys: str) -> str:
        """Name the file in which a table goes on: the only one that has it, or any of them."""
        homes = [file.name for file in self.files if _has_table(file, keys)]
        return homes[0] if len(homes) == 1 else "*.toml"

    def note_asked(self) -> dict[str, str]:
        """Note from now on what is asked for, by its keys; what was noted before is left alone."""
        self._asked = {}
        return self._asked

    def answer_alike(self, asked: Mapping[str, str]) -> bool:
        """Whether these questions would have the answers that were noted."""
        return all(self._tell(key) == text for key, text in asked.items())

    def _tell(self, key: str) -> str | None:
        found = _walk(self._tables, filter(None, key.split(".")))
        return json.dumps(found) if isinstance(found, dict) else found

    def _find(self, *keys: str) -> dict[str, Any]:
        table = _walk(self._tables, keys)
        if not isinstance(table, dict):
            raise SiteError(
                f"{self.path}: there is no table [{'.'.join(keys)}].\n"
                f"Write it in {self.home(*keys[:-1])}."
            )
        return table


def _is_list(value: object) -> TypeGuard[tuple]:
    return isinstance(value, tuple)


def _has_table(file: Path, keys: Iterable[str]) -> bool:
    return isinstance(_walk(tomllib.loads(file.read_text(encoding="utf-8")), keys), dict)


def _walk(found: Any, keys: Iterable[str]) -> Any:
    """Go from a table into its tables; None where there is no such way."""
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _merge(into: dict[str, Any], more: dict[str, Any], file: Path) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value, file)
        elif key in into:
            raise SiteError(f"{file}: the text {key!r} stands in another file already")
        else:
            into[key] = value
