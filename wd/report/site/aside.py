"""What another process does for a site while MkDocs builds it: inspects pages and draws cards."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import astuple
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from wd.report.read.cache_key import digest, keep, read_kept
from wd.report.site.inspection import Page, read_page
from wd.report.site.sharing import Card, write_card
from wd.workers import Alone, Coming, Done, Pool

KEPT = "cache/inspected"
"""Where in the output folder is what was found on each site's pages."""


class _Inspection(NamedTuple):
    """A page's inspection: its name after all that decides it, its HTML, and what becomes of it."""

    name: str
    html: str
    coming: Coming


class Aside:
    """The work that MkDocs needn't wait for; without `begin` it is done at once, in this process.

    Attributes:
        inspects: By the page's address, its inspection since the last gathering.
    """

    def __init__(self, kept: Path | None = None) -> None:
        """Take from a file what was found on the pages of the last build, and keep it there."""
        self.inspects: dict[str, _Inspection] = {}
        self._kept = kept
        told = read_kept(kept) if kept else None
        self._known = {name: Page(*found) for name, found in (told or {}).items()}
        self._pages: dict[str, tuple[str, Page]] = {}
        self._team: Alone | Pool = Alone()
        self._drawn: list[Coming] = []

    def begin(self) -> None:
        """Start the process."""
        self._team = Pool(1, [__name__])

    def inspect(self, address: str, html: str) -> None:
        """Inspect a page, or a part of one, unless it was there in the last build."""
        name = _name(html)
        known = self._known.get(name)
        coming = Done(known) if known else self._team.submit(read_page, html)
        self.inspects[address] = _Inspection(name, html, coming)

    def draw(self, card: Card) -> None:
        """Draw a card into the site."""
        self._drawn.append(self._team.submit(write_card, card))

    def gather(self) -> dict[str, Page]:
        """Wait for everything; return what was found on the pages since the last time.

        What the process hasn't begun, from the last page on, is done here meanwhile.
        """
        found = {}
        for address, (name, html, coming) in reversed(self.inspects.items()):
            found[address] = name, read_page(html) if coming.cancel() else coming.result()
        self._pages |= reversed(found.items())  # in the order of the build
        while self._drawn:
            self._drawn.pop().result()
        self._keep()
        pages = {address: found[address][1] for address in self.inspects}
        self.inspects.clear()
        return pages

    def _keep(self) -> None:
        found = dict(self._pages.values())
        if self._kept and found.keys() != self._known.keys():
            keep(self._kept, {name: astuple(page) for name, page in found.items()})
            self._known = found

    def close(self) -> None:
        """End the process, and drop what it hasn't begun."""
        self._team.shutdown(cancel_futures=True)
        self._team = Alone()


def find_kept(config) -> Path | None:
    """The file for what is found on a site's pages, which the folder for disks writes otherwise."""
    site = f"{Path(config.site_dir).name}{'' if config.use_directory_urls else '-offline'}"
    cache = config.extra.get("cache")
    return Path(cache).parent / KEPT / f"{site}.json" if cache else None


def _name(html: str) -> str:
    """Name a page after all that decides what is found on it."""
    return hashlib.sha256(f"{_name_code()}\0{html}".encode()).hexdigest()


@cache
def _name_code() -> str:
    versions = (platform.python_version(), version("beautifulsoup4"))
    return digest(Path(__file__).parent.glob("*.py"), *versions)
