"""The faces in which figures are written: the pages' own, and that of their mathematics."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from matplotlib.font_manager import fontManager

from wd.errors import SiteError
from wd.project import PROJECT

_PACKAGES = PROJECT / "node_modules"
FILES = {
    _PACKAGES / "@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf": 400,
    _PACKAGES / "@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf": 600,
    _PACKAGES / "katex/dist/fonts/KaTeX_Main-Regular.ttf": 400,
    _PACKAGES / "katex/dist/fonts/KaTeX_Main-Bold.ttf": 600,
}
"""The site's face as the TrueType that matplotlib reads, KaTeX's for signs such as ∇; weights."""


@cache
def register_faces() -> list[str]:
    """Make the faces known to matplotlib.

    Returns:
        The families, in the order in which they are asked for a sign; one that none of them has
        is an error.

    Raises:
        SiteError: If they aren't installed.
    """
    families = []
    for file, weight in FILES.items():
        if not file.is_file():
            raise SiteError(f"{file} is missing: `npm ci` in the project's folder installs it.")
        fontManager.addfont(file)
        entry = replace(fontManager.ttflist[-1], weight=weight)
        fontManager.ttflist[-1] = entry
        families.append(entry.name)
    return list(dict.fromkeys(families))
