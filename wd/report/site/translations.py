"""Tells where the first language has been changed since it was translated.

`invoke lint` runs it: prose that is older is listed, and its page says so; a claim or a sentence
with a number that is older fails. What nobody has translated yet is listed too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from wd.errors import ConfigError, SiteError
from wd.report.read.translation import (
    FILE,
    Stale,
    digest_piece,
    is_untouched,
    list_stale,
    read_pieces,
    read_stamps,
)
from wd.report.site.languages import FIRST, LANGUAGES, Language

_SHOWN = 5
"""How many places of a file are named."""


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


def note_translated(name: str, only: str) -> list[str]:
    """Note that a translation, or one file or place of it, is that of the present text.

    Returns:
        How many pieces were noted anew, and which weren't as nobody has translated them; a line
        for each file.

    Raises:
        ConfigError: If no such language is translated.
    """
    there = {each.name: each for each in list_translated()}
    if name not in there:
        raise ConfigError(f"{name!r} isn't translated.\nAllowed: {', '.join(there)}.")
    folder = there[name].folder
    count = stamp(FIRST.folder, folder, only)
    return [f"{count} noted", *_tell_untouched(name, list_stale(FIRST.folder, folder))]


def stamp(first: Path, folder: Path, only: str = "") -> int:
    """Note that a translation is that of the present text.

    What is still that text itself is left out, unless it is named as one place: some words are the
    same in both languages.

    Args:
        first: The folder of the language that is translated.
        folder: The translation's.
        only: One file such as "soft.md.j2", or one place in it such as "soft.md.j2#penalty".

    Returns:
        How many pieces were noted anew.

    Raises:
        SiteError: If there is no such file or place.
    """
    told, originals = read_stamps(folder / FILE), read_pieces(first)
    file_wanted, _, place_wanted = only.partition("#")
    noted: dict[str, dict[str, str]] = {}
    count, met = 0, not only
    for file, pieces in read_pieces(folder).items():
        for place, text in pieces.items():
            known = told.get(file, {}).get(place, "")
            chosen = file_wanted in ("", file) and place_wanted in ("", place)
            met |= chosen
            original = originals.get(file, {}).get(place)
            if (
                chosen
                and original is not None
                and (place_wanted or not is_untouched(file, text, original))
            ):
                fresh = digest_piece(file, place, original)
                count += fresh != known
                known = fresh
            if known:
                noted.setdefault(file, {})[place] = known
    if not met:
        raise SiteError(f"{folder.name}: there is no {only!r}.\nAllowed: FILE, or FILE#PLACE.")
    (folder / FILE).write_text(_write(noted), encoding="utf-8")
    return count


def main() -> int:
    """List what is found; the exit status is 1 where it may mislead about numbers."""
    found = find_all()
    lines = [
        f"docs/{language.name}/{_tell(stale)}" for language, stale in found if not stale.untouched
    ]
    lines += [
        f"Translate them anew, then run: invoke translated {name}"
        for name in dict.fromkeys(one.name for one, stale in found if not stale.untouched)
    ]
    for language in list_translated():
        lines += _tell_untouched(language.name, [each for one, each in found if one is language])
    for line in lines:
        print(line)  # noqa: T201
    return int(any(stale.numbers or stale.unknown for _, stale in found))


def _tell(stale: Stale) -> str:
    if stale.unknown:
        why = "nothing says which text it was made from"
    else:
        why = "a number or a claim has been changed" if stale.numbers else "has been changed"
    return f"{stale.file}{f' ({stale.place})' if stale.place else ''}: {why}"


def _tell_untouched(language: str, found: Iterable[Stale]) -> list[str]:
    places: dict[str, list[str]] = {}
    for stale in found:
        if stale.untouched:
            places.setdefault(stale.file, []).append(stale.place or "the beginning")
    return [
        f"docs/{language}/{file}: still the original text: {', '.join(names[:_SHOWN])}"
        + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        for file, names in places.items()
    ]


def _write(noted: Mapping[str, Mapping[str, str]]) -> str:
    lines = [
        "# Written by `invoke translated`: the English that each piece of this translation was",
        "# made from, as digests of the whole and of its sentences with numbers.",
    ]
    for file, places in noted.items():
        lines += ["", f'["{file}"]', *(f'"{place}" = "{key}"' for place, key in places.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
