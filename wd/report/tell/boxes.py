"""The boxes of claims: verdict and seeds, the statement, what shows it, and each of its parts."""

from __future__ import annotations

import html
import os
from collections.abc import Sequence

from wd.report.read.labels import Labels
from wd.report.read.numbers import set_powers
from wd.report.tell.rulings import Rulings
from wd.report.tell.studies import name_page

_UNSOUGHT = ' data-search-exclude="true"'  # the search looks for words, not for numbers


class Boxes:
    """The claims of one language as HTML in Markdown."""

    def __init__(self, rulings: Rulings, labels: Labels, studies: bool) -> None:
        """Write with these words what was ruled; with `studies` each study has a page."""
        self._studies = studies
        self._rulings = rulings
        self._labels = labels

    def write(self, name: str, anchor: str, links: Sequence[str] = ()) -> str:
        """Write a claim: verdict and seeds, the statement, what shows it, and how it was tested."""
        ruling = self._rulings(name)
        parts = {
            "mark": ruling.mark,
            "seeds": ruling.seeds,
            "statement": ruling.statement,
            "strip": self._show(name),
            "evidence": ruling.evidence,
            "links": self._labels("word", "list_separator").join(links),
        }
        return self._box(name, parts, anchor, self._tell_more(name, anchor))

    def cite(self, name: str, anchor: str, link: str) -> str:
        """Write a claim in one line: verdict, statement, and a link to its box."""
        ruling = self._rulings(name)
        told = self._labels("word", "claim_line", statement=ruling.statement, link=link)
        parts = {"mark": ruling.mark, "statement": told}
        return self._box(name, parts, anchor, "", " claim--line")

    def list_parts(self, name: str) -> str:
        """List what a claim compares: found, bound, basis and verdict of each part."""
        rows = []
        for part in self._rulings(name).parts:
            cells = {
                "mark": html.escape(part.mark),
                "what": html.escape(part.what),
                "strip": part.strip,
                "found": html.escape(part.found),
                "bound": html.escape(part.bound),
                "basis": html.escape(part.basis),
            }
            spans = " ".join(
                f'<span class="part__{cell}">{set_powers(text)}</span>'
                for cell, text in cells.items()
            )
            rows.append(f'<li class="part part--{part.state}">{spans}</li>')
        return f'<ul class="parts"{_UNSOUGHT}>{"".join(rows)}</ul>' if rows else ""

    def _box(self, name: str, parts: dict[str, str], anchor: str, more: str, kind: str = "") -> str:
        spans = " ".join(
            f'<span class="claim__{part}"{_UNSOUGHT * (part != "statement" or bool(kind))}>'
            f"{text if part == 'strip' else set_powers(text)}</span>"
            for part, text in parts.items()
            if text
        )
        identity = f' id="{anchor}"' if anchor else ""
        state = self._rulings(name).state
        told = f'<p class="claim__told" markdown="span">{spans}</p>'
        return (
            f'<div class="claim claim--{state}{kind}"{identity} markdown="block">{told}{more}</div>'
        )

    def _show(self, name: str) -> str:
        """The picture of the first part, with its bound in words."""
        parts = self._rulings(name).parts
        return f"{parts[0].strip} {html.escape(parts[0].bound)}" if parts else ""

    def _tell_more(self, name: str, anchor: str) -> str:
        """How it was tested, folded: its parts, the studies, the judge's code, its address."""
        ruling = self._rulings(name)
        if not ruling.parts:
            return ""
        labels = self._labels
        studies = labels("word", "list_separator").join(
            f"[`{study}`]({name_page(study)}.md)" if self._studies else f"`{study}`"
            for study in ruling.studies
        )
        judge = f"`{self._rulings.find_judge(name).partition('#')[0]}`"
        if repository := os.environ.get("REPO_URL"):
            commit = os.environ.get("GITHUB_SHA", "main")
            place = f"{repository.rstrip('/')}/blob/{commit}/{self._rulings.find_judge(name)}"
            judge = f"[{judge}]({place})"
        lines = [
            labels("word", "claim_data", studies=studies),
            labels("word", "claim_judge", judge=judge),
        ]
        if anchor:
            lines.append(f"[{labels('word', 'claim_address')}](#{anchor})")
        told = " ".join(f"<span>{line}</span>" for line in lines)
        summary = f"<summary>{labels('word', 'claim_more')}</summary>"
        more = f'{summary}{self.list_parts(name)}<p markdown="span">{told}</p>'
        return f'<details class="claim__more"{_UNSOUGHT} markdown="block">{more}</details>'
