"""What another process does for a site while MkDocs builds it: inspects pages and draws cards."""

from __future__ import annotations

import hashlib
import json
import platform
from contextlib import suppress
from dataclasses import astuple
from functools import cache
from importlib.metadata import version
from pathlib import Path

from wd.report.read.cache_key import digest
from wd.report.site.inspection import Page, read_page
from wd.report.site.sharing import Card, write_card
from wd.workers import Alone, Coming, Done, Pool

KEPT = "cache/inspected"
"""Where in the output folder is what was found on each site's pages."""


class Aside:
    """The work that MkDocs needn't wait for; without `begin` it is done at once, in this process.

    Attributes:
        inspects: By the page's address, what becomes of its inspection.
    """

    def __init__(self, kept: Path | None = None) -> None:
        """Take from a file what was found on the pages of the last build, and keep it there."""
        self.inspects: dict[str, Coming] = {}
        self._kept = kept
        self._known = _recall(kept) if kept else {}
        self._names: dict[str, str] = {}
        self._html: dict[str, str] = {}
        self._pages: dict[str, Page] = {}
        self._team: Alone | Pool = Alone()
        self._drawn: list[Coming] = []

    def begin(self) -> None:
        """Start the process."""
        self._team = Pool(1, [__name__])

    def inspect(self, address: str, html: str) -> None:
        """Inspect a page, or a part of one, unless it was there in the last build."""
        self._names[address] = name = _name(html)
        self._html[address] = html
        known = self._known.get(name)
        self.inspects[address] = Done(known) if known else self._team.submit(read_page, html)

    def draw(self, card: Card) -> None:
        """Draw a card into the site."""
        self._drawn.append(self._team.submit(write_card, card))

    def gather(self) -> dict[str, Page]:
        """Wait for everything; return what was found on the pages since the last time.

        What the process hasn't begun, from the last page on, is done here meanwhile.
        """
        found = {}
        for address, coming in reversed(self.inspects.items()):
            dropped = coming.cancel()
            found[address] = read_page(self._html[address]) if dropped else coming.result()
        pages = dict(reversed(found.items()))  # in the order of the build
        while self._drawn:
            self._drawn.pop().result()
        self._keep(pages)
        self.inspects.clear()
        self._html.clear()
        return pages

    def _keep(self, pages: dict[str, Page]) -> None:
        self._pages |= pages
        found = {self._names[address]: page for address, page in self._pages.items()}
        if self._kept and found.keys() != self._known.keys():
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            told = json.dumps({name: astuple(page) for name, page in found.items()})
            self._kept.write_text(f"{_digest(told)}\n{told}", encoding="utf-8")
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


def _recall(kept: Path) -> dict[str, Page]:
    """What a file tells of pages; nothing where it isn't as it was written."""
    with suppress(OSError, UnicodeError):
        written, _, told = kept.read_text(encoding="utf-8").partition("\n")
        if written == _digest(told):
            return {name: Page(*found) for name, found in json.loads(told).items()}
    return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _name(html: str) -> str:
    """Name a page after all that decides what is found on it."""
    return _digest(f"{_name_code()}\0{html}")


@cache
def _name_code() -> str:
    versions = (platform.python_version(), version("beautifulsoup4"))
    return digest(Path(__file__).parent.glob("*.py"), *versions)
