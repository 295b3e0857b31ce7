"""The faces in which figures are written: the pages' own, and that of their mathematics."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from matplotlib.font_manager import fontManager

from wd.errors import SiteError
from wd.project import PROJECT

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


@cache
def register_faces() -> list[str]:
    """Make the faces known to matplotlib.

    Returns:
        The names of the families, in the order in which they are asked for a sign; one that none
        of them has is an error.

    Raises:
        SiteError: If they aren't installed.
    """
    names = []
    for family in FAMILIES:
        for weight, file in family.items():
            if not file.is_file():
                raise SiteError(f"{file} is missing: `npm ci` in the project's folder installs it.")
            fontManager.addfont(file)
            entry = fontManager.ttflist.pop()
            if weight == min(family):
                names.append(entry.name)
            fontManager.ttflist.append(replace(entry, name=names[-1], weight=weight))
    return names
