"""The faces in which figures are written: the pages' own, that of their mathematics, a language's.

A language whose letters these lack names further ones in docs/LANGUAGE/faces.toml. They have many
thousand letters, of which a figure gets those that the language's labels have.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from wd.errors import SiteError
from wd.project import PROJECT
from wd.report.read.cache_key import digest

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

Family = Mapping[int, Path]
"""The files of a family by weight."""
FACES = "faces.toml"
_PACKAGES = PROJECT / "node_modules"
_TEXT = _PACKAGES / "@expo-google-fonts/source-sans-3"
_SIGNS = _PACKAGES / "katex/dist/fonts"
FAMILIES = (
    {
        400: _TEXT / "400Regular/SourceSans3_400Regular.ttf",
        600: _TEXT / "600SemiBold/SourceSans3_600SemiBold.ttf",
    },
    {400: _SIGNS / "KaTeX_Main-Regular.ttf", 600: _SIGNS / "KaTeX_Main-Bold.ttf"},
)
"""By weight: the site's face as the TrueType that matplotlib reads, KaTeX's for signs such as ∇."""


def read_families(folder: Path) -> list[Family]:
    """Read which further faces a language has; none where it says nothing.

    Args:
        folder: The language's folder.

    Raises:
        SiteError: If its file can't be read.
    """
    file = folder / FACES
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return [
            {int(weight): _PACKAGES / path for weight, path in face.items()}
            for face in told.get("face", ())
        ]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SiteError(f"{file}: can't be read: {error!r}") from None


def cut_families(families: Sequence[Family], letters: str, folder: Path) -> list[Family]:
    """Make files that matplotlib reads, with just some letters of each family.

    Args:
        families: As from `read_families`.
        letters: What they must write; those that a family lacks are left to the next.
        folder: Where files made earlier are kept, named by all that decides them.
    """
    wanted = "".join(sorted(set(letters)))
    return [
        {weight: _cut(_find(file), wanted, folder) for weight, file in family.items()}
        for family in families
    ]


def _cut(file: Path, letters: str, folder: Path) -> Path:
    name = f"face-{digest([Path(__file__)], file.name, letters)[:16]}"
    kept = folder / f"{name}.ttf"
    if not kept.is_file():
        with open_cut(file, letters, notdef_outline=True) as font:
            for entry in font["name"].names:
                if entry.nameID in (1, 16):  # they call themselves by a weight that they haven't
                    entry.string = name
            font.flavor = None
            folder.mkdir(parents=True, exist_ok=True)
            made = kept.with_suffix(f".{os.getpid()}")  # another process may be at it too
            font.save(made)
        made.replace(kept)
    return kept


@contextmanager
def open_cut(file: Path, letters: str, **options: bool) -> Iterator[TTFont]:
    """Open a font file, and leave just some letters of it, each as it stands alone.

    Args:
        file: The file.
        letters: Those that are left.
        **options: As in fontTools' `subset.Options`.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    chosen = Options(layout_features=[], **options)
    chosen.drop_tables += ["GDEF", "GPOS", "GSUB"]  # nothing is left of them, and slow to read
    with TTFont(file, recalcTimestamp=False, lazy=True) as font:
        cutter = Subsetter(chosen)
        cutter.populate(text=letters)
        cutter.subset(font)
        yield font


@cache
def register_faces(*further: tuple[tuple[int, Path], ...]) -> list[str]:
    """Make the faces known to matplotlib.

    Args:
        *further: The language's families, each as pairs of weight and file.

    Returns:
        The names of the families, in the order in which they are asked for a sign; one that none
        of them has is an error.

    Raises:
        SiteError: If they aren't installed.
    """
    from matplotlib.font_manager import fontManager

    names = []
    for family in [*FAMILIES, *map(dict, further)]:
        for weight, file in family.items():
            fontManager.addfont(_find(file))
            entry = fontManager.ttflist.pop()
            if weight == min(family):
                names.append(entry.name)
            fontManager.ttflist.append(replace(entry, name=names[-1], weight=weight))
    return names


def _find(file: Path) -> Path:
    if not file.is_file():
        raise SiteError(f"{file} is missing: `npm ci` in the project's folder installs it.")
    return file
