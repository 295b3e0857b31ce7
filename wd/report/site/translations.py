"""Tells where the first language has been changed since it was translated.

`invoke lint` runs it: prose that is older is listed, and its page says so; a claim or a sentence
with a number that is older fails.
"""

from __future__ import annotations

import sys

from wd.declarations import list_allowed
from wd.errors import ConfigError
from wd.report.site.languages import FIRST, LANGUAGES, Language
from wd.report.tell.translation import Stale, list_stale, stamp


def list_translated() -> list[Language]:
    """List the languages that people translate."""
    return [each for each in LANGUAGES.values() if each is not FIRST and not each.derivation]


def find_all() -> list[tuple[Language, Stale]]:
    """Find what is older than its original, in every translation."""
    return [
        (language, stale)
        for language in list_translated()
        for stale in list_stale(FIRST.folder, language.folder)
    ]


def note_translated(name: str, only: str) -> int:
    """Note that a translation, or one file or place of it, is that of the present text.

    Returns:
        How many pieces were noted anew.

    Raises:
        ConfigError: If no such language is translated.
    """
    there = {each.name: each for each in list_translated()}
    if name not in there:
        raise ConfigError(f"{name!r} isn't translated.\n{list_allowed(name, sorted(there))}")
    return stamp(FIRST.folder, there[name].folder, only)


def main() -> int:
    """List what is found; the exit status is 1 where it may mislead about numbers."""
    found = find_all()
    for language, stale in found:
        print(f"docs/{language.name}/{stale}")  # noqa: T201
    return int(any(stale.numbers or stale.unknown for _, stale in found))


if __name__ == "__main__":
    sys.exit(main())
