"""The numbers of equations: KaTeX has none, so that anchors and numbers are our own."""

from __future__ import annotations

from collections.abc import Sequence

from wd.errors import SiteError


class Equations:
    """All equations of a language: page and position are known after a first pass."""

    def __init__(self, order: Sequence[str], first: Equations | None = None) -> None:
        """Start without any.

        Args:
            order: Page names as in the navigation; an equation's first number is its page's place.
            first: Those of the language from which this one is translated.
        """
        self._first = first
        self._order = order
        self._numbers: dict[str, str] = {}
        self._pages: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._formulas: dict[str, str] = {}

    def start_pass(self) -> None:
        """Begin to count anew; what an earlier pass found stays known."""
        self._counts.clear()

    def forget(self, page: str) -> None:
        """Begin to count a page's equations anew."""
        self._counts.pop(page, None)

    def place(self, name: str, page: str, tex: str) -> str:
        """Write the Markdown of an equation with its anchor and its number.

        Raises:
            SiteError: If another equation has that name.
        """
        self._counts[page] = self._counts.get(page, 0) + 1
        number = f"{self._order.index(page) + 1 if page in self._order else 0}.{self._counts[page]}"
        known = self._numbers.setdefault(name, number)
        if self._pages.setdefault(name, page) != page or known != number:
            raise SiteError(f"two equations are named {name!r}")
        self._formulas[name] = tex.strip()
        return (
            f'<div class="equation" id="eq-{name}" markdown>\n\n'
            f"$$\n{tex.strip()} \\tag{{{number}}}\n$$\n\n</div>"
        )

    def preview(self, name: str) -> str:
        """Write the formula alone, as Markdown; empty while a first pass hasn't met it."""
        return f"$$\n{self._formulas[name]}\n$$" if name in self._formulas else ""

    def refer(self, name: str, *, final: bool) -> str:
        """Write a link to an equation; empty while a first pass hasn't met it.

        Raises:
            SiteError: If there is none of that name.
        """
        if name in self._numbers:
            return f"[({self._numbers[name]})]({self._pages[name]}.md#eq-{name})"
        if final and self._first:  # of a page that isn't translated
            return self._first.refer(name, final=True)
        if final:
            raise SiteError(f"there is no equation {name!r}")
        return ""
