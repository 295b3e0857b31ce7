"""The navigation of the site, as mkdocs.yml has it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from wd.errors import SiteError


def list_pages(mkdocs_file: Path) -> list[str]:
    """List the names of the pages in the order of the navigation."""
    return [name for _, pages in read_sections(mkdocs_file) for name in pages]


def list_path(mkdocs_file: Path) -> list[str]:
    """List the pages that are read in their order: all but the sections named under `aside`."""
    aside = _read(mkdocs_file)["extra"]["aside"]
    return [
        name
        for section, pages in read_sections(mkdocs_file)
        if section not in aside
        for name in pages
    ]


def read_sections(mkdocs_file: Path) -> list[tuple[str, list[str]]]:
    """Read the navigation: per section its title and the names of its pages.

    Pages outside the sections are sections without a title.
    """

    def walk(entry: object) -> Iterable[str]:
        if isinstance(entry, str):
            yield Path(entry).stem
        else:
            children = entry.values() if isinstance(entry, dict) else entry
            for child in children:
                yield from walk(child)

    sections = []
    for entry in _read(mkdocs_file)["nav"]:
        named = isinstance(entry, dict) and isinstance(next(iter(entry.values())), list)
        sections.append((next(iter(entry)) if named else "", list(walk(entry))))
    return sections


def _read(mkdocs_file: Path) -> dict:
    class Loader(yaml.SafeLoader):
        """Reads the navigation; tags of other settings don't matter here."""

    Loader.add_multi_constructor("!", lambda *_: None)
    try:
        return yaml.load(mkdocs_file.read_text(encoding="utf-8"), Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SiteError(f"{mkdocs_file}: can't be read: {' '.join(str(error).split())}") from None
