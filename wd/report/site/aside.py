"""What another process does for a site while MkDocs builds it: inspects pages and draws cards."""

from __future__ import annotations

from wd.report.site.inspection import Page, read_page
from wd.report.site.sharing import Card, write_card
from wd.workers import Alone, Coming, Pool


class Aside:
    """The work that MkDocs needn't wait for; without `begin` it is done at once, in this process.

    Attributes:
        inspects: By the page's address, what becomes of its inspection.
    """

    def __init__(self) -> None:
        self.inspects: dict[str, Coming] = {}
        self._team: Alone | Pool = Alone()
        self._drawn: list[Coming] = []

    def begin(self) -> None:
        """Start the process."""
        self._team = Pool(1, [__name__])

    def inspect(self, address: str, html: str) -> None:
        """Inspect a page, or a part of one."""
        self.inspects[address] = self._team.submit(read_page, html)

    def draw(self, card: Card) -> None:
        """Draw a card into the site."""
        self._drawn.append(self._team.submit(write_card, card))

    def gather(self) -> dict[str, Page]:
        """Wait for everything; return what was found on the pages since the last time."""
        pages = {address: coming.result() for address, coming in self.inspects.items()}
        self.inspects.clear()
        while self._drawn:
            self._drawn.pop().result()
        return pages

    def close(self) -> None:
        """End the process, and drop what it hasn't begun."""
        self._team.shutdown(cancel_futures=True)
        self._team = Alone()
