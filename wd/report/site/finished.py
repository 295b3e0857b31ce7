"""A finished site of one language, in which single pages are built again: for `serve`.

MkDocs builds a site as a whole, which takes seconds. What it has found out for that (the files, the
navigation, the theme's templates) is kept here, so that a page whose text alone has changed passes
through the same hooks and templates by itself. The search and the navigation stay as they were.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from wd.errors import SiteError
from wd.report.site.policy import CHARSET, POLICY


class Finished:
    """The site of one language, as MkDocs has just built it."""

    def __init__(self, config) -> None:
        """Keep what the build of a configuration left, before another one begins."""
        self._config = config
        (self._hooks,) = config.hooks.values()
        self._build = self._hooks.build

    @property
    def language(self) -> str:
        """The language's name."""
        return Path(self._config.site_dir).name

    def move(self, site: Path) -> None:
        """Go on in the folder to which the site was moved."""
        self._config.site_dir = str(site.absolute() / self.language)
        self._build.editions.move(Path(self._config.site_dir))
        for file in self._build.files:
            file.dest_dir = self._config.site_dir
            file.__dict__.pop("abs_dest_path", None)  # it was computed from that

    def rebuild(self, name: str) -> None:
        """Build a page again, or copy another file, by its name in the language's folder.

        It was there when the site was built; `check` comes after the last one.

        Raises:
            SiteError: If the page can't be built.
        """
        from mkdocs.commands.build import _build_page, _populate_page

        config, build = self._config, self._build
        self._hooks.build = build
        file = build.files.get_file_from_path(name)
        if file.page is None:
            shutil.copyfile(file.abs_src_path, file.abs_dest_path)
            return
        place = Path(file.abs_dest_path)
        policy = _find(POLICY, place)
        _populate_page(file.page, config, build.files)
        _build_page(file.page, config, build.files.documentation_pages(), build.nav, build.env)
        charset, html = _find(CHARSET, place), place.read_text(encoding="utf-8")
        place.write_text(html.replace(charset, charset + policy, 1), encoding="utf-8")

    def check(self) -> None:
        """Look at the site as it is now.

        Raises:
            SiteError: If a page has a problem, which the site shows nevertheless.
        """
        self._hooks.build = self._build
        try:
            self._hooks.refuse(self._hooks.list_problems(self._config))
        finally:
            self._build.editions.problems.clear()
            self._build.close()


def _find(pattern: re.Pattern[str], place: Path) -> str:
    """Find what every page of the site has.

    Raises:
        SiteError: If this one lacks it.
    """
    found = pattern.search(place.read_text(encoding="utf-8"))
    if found is None:
        raise SiteError(f"{place} lacks {pattern.pattern}; build the site anew: invoke site")
    return found[0]
