"""The navigation of the site, as a language's MkDocs file has it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wd.errors import SiteError
from wd.report.site.languages import FIRST, Language, read_mkdocs

Section = tuple[str, list[str]]
"""A title, often empty, and the names of pages."""


def list_pages(mkdocs_file: Path) -> list[str]:
    """List the names of the pages in the order of the navigation."""
    return [name for _, pages in read_sections(mkdocs_file) for name in pages]


def list_path(mkdocs_file: Path) -> list[str]:
    """List the pages that are read one after the other: those of the first part."""
    path, _ = read_parts(mkdocs_file)
    return [name for _, pages in path for name in pages]


def read_parts(mkdocs_file: Path) -> tuple[list[Section], list[Section]]:
    """Read the navigation in two parts: what is read in its order, and what is looked up.

    The second has the sections that begin with one of the pages under `extra.aside`.
    """
    aside = _list_stems(mkdocs_file, "aside")
    sections = read_sections(mkdocs_file)
    return (
        [each for each in sections if each[1][0] not in aside],
        [each for each in sections if each[1][0] in aside],
    )


def list_screen_only(mkdocs_file: Path) -> list[str]:
    """List the pages that are nothing where nothing moves, as on paper."""
    return _list_stems(mkdocs_file, "screen_only")


def read_sections(mkdocs_file: Path) -> list[Section]:
    """Read the navigation: per section its title and the names of its pages.

    Pages outside the sections are sections without a title.
    """

    def walk(entry: Any) -> Iterable[str]:
        if isinstance(entry, str):
            yield Path(entry).stem
        else:
            children = entry.values() if isinstance(entry, dict) else entry
            for child in children:
                yield from walk(child)

    sections = []
    for entry in read_mkdocs(mkdocs_file)["nav"]:
        named = isinstance(entry, dict) and isinstance(next(iter(entry.values())), list)
        sections.append((next(iter(entry)) if named else "", list(walk(entry))))
    return sections


def check_translation(language: Language, folder: Path) -> None:
    """Make sure that a translation has a home, and that its `nav` leads to every page.

    Args:
        language: The translation.
        folder: Where its templates and programs are, as `Language.prepare` says.

    Raises:
        SiteError: If it hasn't, or if pages that are still those of the first language have no
            title in the `nav`; with a line for each lack.
    """
    files = [*folder.glob("*.md.j2"), *folder.glob("notebooks/*.py")]
    there = {path.name.partition(".")[0] for path in files}
    nav = f"{language.mkdocs_file.name}: the `nav`"
    listed = list_pages(language.mkdocs_file)
    untitled = [
        name
        for name in _list_untitled(read_mkdocs(language.mkdocs_file)["nav"])
        if name not in there
    ]
    problems = {
        f"docs/{language.name} has no page to which other languages lead": ["index.md.j2"]
        * ("index" not in there),
        f"{nav} has no title for pages that aren't translated": untitled,
        f"{nav} leaves out pages": [
            name for name in list_pages(FIRST.mkdocs_file) if name not in listed
        ],
    }
    if lines := [f"{what}: {', '.join(names)}." for what, names in problems.items() if names]:
        raise SiteError("\n".join(lines))


def _list_untitled(nav: Iterable[Any]) -> Iterable[str]:
    """List the pages that a navigation names without giving them a title."""
    for entry in nav:
        if isinstance(entry, str):
            yield Path(entry).stem
        else:
            for below in entry.values():
                yield from _list_untitled(below if isinstance(below, list) else [])


def _list_stems(mkdocs_file: Path, key: str) -> list[str]:
    """List the pages under a key of `extra`."""
    return [Path(name).stem for name in read_mkdocs(mkdocs_file)["extra"][key]]
