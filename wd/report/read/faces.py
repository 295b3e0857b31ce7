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
FAMILIES = ["Source Sans 3", "KaTeX_Main"]
"""In this order; a sign that neither has is an error."""


@cache
def register_faces() -> None:
    """Make the faces known to matplotlib.

    Raises:
        SiteError: If they aren't installed.
    """
    for file, weight in FILES.items():
        if not file.is_file():
            raise SiteError(f"{file} is missing: `npm ci` in the project's folder installs it.")
        fontManager.addfont(file)
        fontManager.ttflist[-1] = replace(fontManager.ttflist[-1], weight=weight)
