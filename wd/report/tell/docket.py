"""Where claims stand: in full on their own pages, cited on others, and all of them on one."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from wd.report.read.labels import Labels
from wd.report.read.parts import Basis
from wd.report.tell.boxes import Boxes
from wd.report.tell.rulings import STATES, Rulings

_CITES = re.compile(r"\A---\n(?:.*\n)*?claims: cited\n")


class Docket:
    """The claims of one language by the pages that place them.

    Attributes:
        placed: The pages that have placed each claim so far, in the pass at hand.
    """

    def __init__(
        self,
        rulings: Rulings,
        labels: Labels,
        order: Sequence[str],
        templates: Mapping[str, Path],
        name_page: Callable[[str], str],
        studies: bool,
    ) -> None:
        """Begin with no claim placed.

        Args:
            rulings: The verdicts.
            labels: The language's words.
            order: Page names as in the navigation.
            templates: The pages' templates by name: `claims: cited` in the front matter of one
                says that it only cites what other pages claim.
            name_page: Finds a page's title.
            studies: Whether each study has a page.
        """
        self._rulings = rulings
        self._labels = labels
        self._boxes = Boxes(rulings, labels, studies)
        self._order = {page: index for index, page in enumerate(order)}
        self._name_page = name_page
        self._homes: dict[str, str] = {}
        self._citing = {
            name
            for name, path in templates.items()
            if _CITES.match(path.read_text(encoding="utf-8"))
        }
        self.placed: dict[str, list[str]] = {}

    def start_pass(self) -> None:
        """Begin again, knowing which pages placed what in the last pass."""
        self._homes = {
            name: home
            for name, pages in self.placed.items()
            if (home := next((page for page in pages if page not in self._citing), None))
        }
        self.placed.clear()

    def forget(self, page: str) -> None:
        """Forget what a page has placed."""
        for pages in self.placed.values():
            if page in pages:
                pages.remove(page)

    def place(self, name: str, page: str) -> str:
        """Write a claim for a page: its box, or a line where it is only cited, or told again."""
        pages = self.placed.setdefault(name, [])
        again = page in pages
        home = self._homes.get(name, page) if page in self._citing else page
        if not again:
            pages.append(page)
            if home == page:
                return self._boxes.write(name, f"claim-{name}")
        place = "" if home == page else f"{home}.md"
        link = f"[{self._labels('word', 'claim_cited')}]({place}#claim-{name})"
        return self._boxes.cite(name, "" if again else f"claim-{name}", link)

    def list_placed(self, page: str) -> list[str]:
        """List the claims that a page has placed, in their order there."""
        return [name for name, pages in self.placed.items() if page in pages]

    def list_all(self) -> list[dict[str, object]]:
        """List all claims in the order of their pages, with where the pass at hand placed them."""
        docket = []
        for name, pages in sorted(
            self.placed.items(), key=lambda item: min(map(self._rank, item[1]))
        ):
            found = sorted(pages, key=self._rank)
            links = [f"[{self._name_page(each)}]({each}.md#claim-{name})" for each in found]
            docket.append(
                {
                    "name": name,
                    "page": found[0],
                    "title": self._name_page(found[0]),
                    "ruling": self._rulings(name),
                    "links": links,
                    "block": self._boxes.write(name, f"docket-{name}", links),
                    "about": self._describe(name, found[0]),
                }
            )
        return docket

    def write_filter(self, docket: Sequence[Mapping[str, object]]) -> str:
        """Write the form that filters the page of all claims; hidden, since a script works it."""
        words = self._labels.table("claim_filter")
        titles = {str(entry["page"]): str(entry["title"]) for entry in docket}
        choices = {
            "page": titles,
            "verdict": {state: self._labels("word", f"claim_{state}") for state in STATES},
            "basis": {basis.value: words[basis.value] for basis in Basis},
        }
        fields = [
            _choose(fact, words[fact], {"": words["all"], **options})
            for fact, options in choices.items()
        ]
        orders = {"": words["by_page"], "margin": words["by_margin"]}
        fields.append(_choose("order", words["order"], orders))
        said = f'<output data-shown="{html.escape(words["shown"])}"></output>'
        return f'<form class="claim-filter" hidden{_UNSOUGHT}>{"".join(fields)}{said}</form>'

    def _rank(self, page: str) -> int:
        return self._order.get(page, len(self._order))

    def _describe(self, name: str, page: str) -> str:
        """What the page of all claims filters by, as attributes."""
        ruling = self._rulings(name)
        facts = {
            "page": page,
            "verdict": ruling.state,
            "basis": " ".join(ruling.bases),
            "margin": "" if ruling.margin is None else f"{ruling.margin:.2g}",
        }
        return " ".join(f'data-{fact}="{value}"' for fact, value in facts.items())


_UNSOUGHT = ' data-search-exclude="true"'


def _choose(name: str, word: str, options: Mapping[str, str]) -> str:
    listed = "".join(
        f'<option value="{value}">{html.escape(text)}</option>' for value, text in options.items()
    )
    return f'<label>{word} <select name="{name}" autocomplete="off">{listed}</select></label> '
