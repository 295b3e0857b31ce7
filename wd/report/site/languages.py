"""The languages of the site, and the programs that readers see."""

from __future__ import annotations

from pathlib import Path

from wd.project import PROJECT

LANGUAGES = {"en": PROJECT / "mkdocs.yml"}
"""Each language's MkDocs configuration; its templates are in docs/LANGUAGE."""


def programs() -> dict[str, Path]:
    """The programs that readers see, by name, of the first language."""
    return {path.stem: path for path in sorted((PROJECT / "docs/en/notebooks").glob("*.py"))}
