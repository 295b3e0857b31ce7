"""From templates to Markdown: prose with look-ups in, finished pages out.

A template may look up equations, figures, tables, numbers and claims; it holds no arithmetic. A
misspelt look-up fails the build with the template's name and line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache
from pathlib import Path

import jinja2

from wd.errors import SiteError
from wd.report.read.guesses import GUESSES
from wd.report.read.labels import Labels
from wd.report.read.numbers import NUMBERS
from wd.report.read.readings import Missing, Readings
from wd.report.read.tables import TABLES
from wd.report.read.translation import find_stale, mark
from wd.report.tell.absences import expecting_numbers, explain
from wd.report.tell.citation import Citation
from wd.report.tell.deferred import Deferred
from wd.report.tell.docket import Docket
from wd.report.tell.downloads import Offer
from wd.report.tell.drawings import Drawings
from wd.report.tell.equations import Equations
from wd.report.tell.figure_data import tabulate_columns, tabulate_files
from wd.report.tell.frames import Frames, write_mark
from wd.report.tell.guesses import pose
from wd.report.tell.kinds import list_kinds
from wd.report.tell.lead import find_title, put_lead
from wd.report.tell.lines import naming_line, refuse_unnamed
from wd.report.tell.previews import Previews, Terms
from wd.report.tell.queries import answer, read_query
from wd.report.tell.rulings import Rulings
from wd.report.tell.settings import Settings
from wd.report.tell.shares import put_card
from wd.report.tell.sources import Sources, find_references
from wd.report.tell.studies import TEMPLATE, list_studies, name_figure, place_figures

SUFFIX = ".md.j2"
_STUDY = TEMPLATE + SUFFIX
NOTE = "note"
"""The table that stands under every title, if the report has it and it isn't empty."""


class Pages:
    """All pages of one language, with the `rulings` on its claims."""

    def __init__(
        self,
        folder: Path,
        order: list[str],
        readings: Readings,
        labels: Labels,
        drawings: Drawings,
        content: str,
        first: Pages | None = None,
        known: Pages | None = None,
        replicate: Callable[[Rulings], object | None] = lambda _: None,
    ) -> None:
        """Prepare the look-ups.

        Args:
            folder: The language's templates.
            order: Page names as in the navigation; an equation's first number is its page's place.
            readings: The evidence.
            labels: The language's words.
            drawings: The drawn figures.
            content: The package with the report's claims, tables, numbers, widgets and guesses.
            first: The rendered pages of the language from which this one is translated, if it is.
                An equation of a page that isn't translated is referred to by its number there.
            known: Pages on the same evidence, in any language, whose claims found the same.
            replicate: Puts what fresh seeds have given, if any have, beside the verdicts.
        """
        self._first: Pages | None = first
        self._names = sorted(path.name for path in folder.glob(f"*{SUFFIX}"))
        self._folder, self._order = folder, order
        self._readings, self._labels, self._drawings = readings, labels, drawings
        above = first._folder if first else None
        self._equations: Equations = Equations(order, first._equations if first else None)
        self._sources = sources = Sources(find_references(folder, above), labels)
        self._terms, self._previews = Terms(labels), Previews()
        self._stale = find_stale(first._folder, folder) if first else {}
        self._page, self._final, self._figured = "", False, list[str]()
        self.rulings: Rulings = Rulings(readings, labels, content, known.rulings if known else None)
        templates = {name.removesuffix(SUFFIX): folder / name for name in self._names}
        studies = _STUDY in (first or self)._names
        self._docket = Docket(self.rulings, labels, order, templates, self._title, studies)
        self._guesses, self._frames = GUESSES.load(content), Frames(readings, labels, content)
        self._studies = Deferred(lambda: list_studies(readings, labels))
        if first and _STUDY not in self._names:  # no page says what they ask
            self._studies = first._studies
        tables = self._or_missing("table", TABLES.load(content), inline=False)
        self._note = tables(NOTE) if NOTE in TABLES else ""
        self._answer = cache(lambda query: answer(readings.evidence, labels, query))
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals |= {
            "config": Settings(readings.config.defaults, self._labels),
            "build": Citation(readings, labels),
            "studies": self._studies,
            "references": sources.entries,
            "downloads": Offer(readings),
            "equation": self._equation,
            "eq": self._refer,
            "cite": self._cite,
            "term": self._term,
            "terms": self._terms,
            "claim": self._claim,
            "figure": self._figure,
            "figures_of": self._figures_of,
            "guess": self._guess,
            "figure_files": lambda: tabulate_files(drawings.files, labels),
            "figure_columns": lambda: tabulate_columns(drawings.files, labels),
            "kinds": Deferred(lambda: list_kinds(labels)),
            "has_study": lambda study: study in readings.studies,
            "missing": lambda study: self._excuse(Missing("study", study=study)),
            "query": self._query,
            "replication": cache(lambda: replicate(self.rulings)),
            "unreplicated": self._excuse(Missing("replication")) if first is None else "",
            "number": self._or_missing("number", NUMBERS.load(content), inline=True),
            "table": tables,
            "note": self._note,
            "holds": self.rulings.holds,
            "widget": self._widget,
            "mark": write_mark,
        }

    def judge(self) -> None:
        """Judge all claims of a whole report; `render` does so by itself, page by page."""
        if self.whole:
            self.rulings.judge_all()

    @property
    def whole(self) -> bool:
        """Whether no page of the first language is missing."""
        return self._first is None or set(self._first._names) <= set(self._names)

    def render(self) -> dict[str, str]:
        """Render every template.

        Returns:
            Markdown per file name, such as "soft.md".

        Raises:
            SiteError: If a template can't be rendered; the message names template and line.
        """
        for final in (False, True):  # the second pass knows the equations of later pages
            self._equations.start_pass()
            self._final = final
            docket = self._docket.list_all()
            self._environment.globals |= {
                "claims": docket,
                "claim_filter": self._docket.write_filter(docket),
                "verdicts": self.rulings.count(docket),
            }
            self._docket.start_pass()
            pages = {}
            for name in self._names:
                for study in self._studies if name == _STUDY else [None]:
                    text = self._render(name, study)
                    pages[f"{self._page}.md"] = text
        if self.whole:
            self.rulings.check(self._docket.placed)
        return pages

    def revise(self, names: Collection[str]) -> dict[str, str]:
        """Render changed templates again, by their files' names, as if nothing else had changed.

        Where equations or claims are others now, other pages would be too.
        """
        pages = {}
        if self._first:
            self._stale |= {name: [] for name in names}
            self._stale |= find_stale(self._first._folder, self._folder, names)
        for name in sorted(set(names).intersection(self._names)):
            for study in self._studies if name == _STUDY else [None]:
                page = study["page"] if study else name.removesuffix(SUFFIX)
                self._equations.forget(page)
                self._docket.forget(page)
                pages[f"{page}.md"] = self._render(name, study)
        return pages

    def list_refuted(self) -> list[str]:
        """List the claims of the rendered pages that the evidence refutes, a line each."""
        return self.rulings.list_refuted(self._docket.placed)

    def _title(self, page: str) -> str:
        """The first heading of a page's template."""
        return find_title(self._folder / f"{page}{SUFFIX}")

    def _render(self, name: str, study: dict | None = None) -> str:
        """Render a template, or its page for one study."""
        self._page = study["page"] if study else name.removesuffix(SUFFIX)
        with naming_line(name):
            self._previews = Previews()
            self._figured = []
            text = self._environment.get_template(name).render({"study": study} if study else {})
            if self._final:
                claims = self._docket.list_placed(self._page)
                shown = (self._figured, claims, self.rulings, self._drawings)
                text = put_card(text, self._page, *shown)
            text = mark(text, self._stale.get(name, ()), self._note_newer)
            return self._previews.append(put_lead(text, self._labels, self._note))

    def _note_newer(self, place: str) -> str:
        anchor = f"#{place}" if place else ""
        return self._labels("word", "newer", place=f"elsewhere:{self._page}{anchor}")

    def _claim(self, name: str) -> str:
        return self._docket.place(name, self._page)

    def _equation(self, name: str, caller: Callable[[], str]) -> str:
        return self._equations.place(name, self._page, caller())

    def _refer(self, name: str) -> str:
        self._previews.add(f"eq-{name}", self._equations.preview(name))
        return self._equations.refer(name, final=self._final)

    def _cite(self, key: str) -> str:
        self._previews.add(f"ref-{key}", self._sources.preview(key))
        return self._sources.cite(key)

    def _term(self, name: str, word: str = "") -> str:
        link = self._terms.refer(name, word)
        self._previews.add(f"term-{name}", self._terms.entries[name]["meaning"])
        return link

    def _figure(self, name: str) -> str:
        try:
            placed = self._drawings.place(name)
            self._figured.append(name)
            return placed
        except Missing as missing:
            return self._excuse(missing)

    def _figures_of(self, study: str) -> str:
        """Place the figures that the report has of a study, or one that any study has."""
        placed = place_figures(study, self._labels, self._drawings.place)
        if placed or study not in self._readings.matrix:
            return placed
        return self._figure(name_figure(study))

    def _guess(self, name: str, caller: Callable[[], str]) -> str:
        if name not in self._guesses:
            raise SiteError(f"there is no guess {name!r}")
        revealed = caller()
        with suppress(Missing):
            return pose(name, self._readings, self._labels, revealed)
        return revealed

    def _query(self, caller: Callable[[], str]) -> str:
        query = read_query(caller())
        return f"```sql\n{query}\n```\n\n{self._answer(query)}\n"

    def _widget(self, name: str, fallback: str = "", view: str = "") -> str:
        """Place a widget, and a figure for where there are no scripts and for paper."""
        figure = self._figure(fallback) if fallback else ""
        try:
            frame = self._frames.place(name, view)
        except Missing as missing:
            return figure or self._excuse(missing)
        still = f'<div class="explore__still" markdown>\n\n{figure}\n\n</div>\n\n'
        return (still if fallback else "") + frame

    def _excuse(self, missing: Missing) -> str:
        """Write a box that stands where something would be that this build lacks."""
        return f'!!! info ""\n    {explain(missing, self._labels, "page")}'

    def _or_missing(
        self, kind: str, functions: dict[str, Callable[..., str]], *, inline: bool
    ) -> Callable[..., str]:
        found: dict[str, str] = {}  # both passes ask for the same

        def look_up(name: str, *unnamed: object, **arguments: object) -> str:
            if name not in functions:
                raise SiteError(f"there is no {kind} {name!r}")
            if unnamed:
                refuse_unnamed(kind, name, functions[name], 1 if inline else 2, unnamed)
            words, key = () if inline else (self._labels,), f"{name} {arguments}"
            try:
                with expecting_numbers():
                    if key not in found:
                        found[key] = functions[name](self._readings, *words, **arguments)
                    return found[key]
            except Missing as missing:
                excuse = self._excuse(missing)
                return self._labels("word", "missing_number") if inline else excuse

        return look_up
