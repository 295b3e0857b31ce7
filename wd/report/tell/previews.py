"""What a page's links lead to, kept at its end, so that a link can show it in place.

Nothing is fetched, so that this works from disk as well; what stands on the page itself is shown
from there. The script is docs/assets/preview.js.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from wd.errors import SiteError
from wd.report.read.labels import Labels


class Previews:
    """The targets that the page at hand refers to, by their anchors."""

    def __init__(self) -> None:
        """Start a page."""
        self._targets: dict[str, str] = {}

    def add(self, anchor: str, text: str) -> None:
        """Keep the Markdown of a target; one that is known already stays as it is."""
        self._targets.setdefault(anchor, text)

    def append(self, page: str) -> str:
        """Put the targets behind a page's Markdown, where they are neither shown nor found."""
        kept = [
            f'<div id="preview-{anchor}" markdown>\n\n{text}\n\n</div>'
            for anchor, text in sorted(self._targets.items())
            if f'id="{anchor}"' not in page and f"#{anchor} " not in page
        ]
        if not kept:
            return page
        listed = "\n\n".join(kept)
        # a name of its own: at the end of a div the search would forget what it leaves out
        return (
            f'{page}\n<section class="previews" hidden data-search-exclude="true" markdown>\n\n'
            f"{listed}\n\n</section>\n"
        )


class Terms:
    """The terms of the language's labels, each `[term.NAME]` with its `word` and `meaning`."""

    def __init__(self, labels: Labels) -> None:
        """Keep where they are."""
        self._labels = labels

    @cached_property
    def entries(self) -> dict[str, dict[str, str]]:
        """The terms by name."""
        return self._labels.table("term")

    def items(self) -> Iterable[tuple[str, dict[str, str]]]:
        """List the terms, for the page that explains them."""
        return self.entries.items()

    def refer(self, name: str, word: str = "") -> str:
        """Write a term as a link to its meaning.

        Args:
            name: The term's.
            word: How it is written here, where not as in the labels.

        Raises:
            SiteError: If there is no such term.
        """
        if name not in self.entries:
            raise SiteError(f"there is no term {name!r}")
        return f"[{word or self.entries[name]['word']}](notation.md#term-{name}){{ .term }}"
