"""The words of one language: labels, captions, alternative texts and statements of claims.

No word that a reader sees stands in Python code; another language is another folder of docs.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from wd.errors import SiteError


class Labels:
    """Strict look-ups in a language's folder of labels, a file per page."""

    def __init__(self, path: Path) -> None:
        """Read all files of the folder.

        Raises:
            SiteError: If one isn't TOML, or two have the same text.
        """
        self.path = path
        self.files = sorted(path.glob("*.toml"))
        self._tables: dict[str, Any] = {}
        for file in self.files:
            try:
                _merge(self._tables, tomllib.loads(file.read_text(encoding="utf-8")), file)
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise SiteError(f"{file}: can't be read: {error}") from None

    def __call__(self, *keys: str, **numbers: object) -> str:
        """Look a text up, such as `labels("figure", "sweep_norm", "alt", median="13.4")`.

        Raises:
            SiteError: If there is no such text or a placeholder has no number.
        """
        text = self.table(*keys[:-1]).get(keys[-1])
        if not isinstance(text, str):
            raise SiteError(f"{self.path}: there is no text {'.'.join(keys)}")
        try:
            return text.format(**numbers)
        except (KeyError, IndexError, ValueError) as error:
            raise SiteError(f"{self.path}: {'.'.join(keys)} can't be filled: {error!r}") from None

    def table(self, *keys: str) -> dict[str, Any]:
        """Look a whole table up.

        Raises:
            SiteError: If there is no such table.
        """
        table: Any = self._tables
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            raise SiteError(f"{self.path}: there is no table [{'.'.join(keys)}]")
        return table


def _merge(into: dict[str, Any], more: dict[str, Any], file: Path) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value, file)
        elif key in into:
            raise SiteError(f"{file}: the text {key!r} stands in another file already")
        else:
            into[key] = value
