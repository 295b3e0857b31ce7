"""Figures as files: drawn when something about them changed, placed in pages with their words."""

from __future__ import annotations

import base64
import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from wd.config import Config
from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.project import REPORT, list_sources
from wd.report.read.cache_key import digest, keep, read_kept
from wd.report.read.escapes import escape_markdown
from wd.report.read.faces import FACES, cut_families, read_families
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.tell.absences import expecting_numbers
from wd.report.tell.studies import list_shown
from wd.workers import Alone, Coming, Pool

WORTHWHILE = 6
"""From so many figures on other processes help: each takes seconds to import matplotlib."""
_ENGINE = Path(__file__).parents[1]
_QUOTED = re.compile(r"""["'](\w+)["']""")


class Drawings:
    """The figures of one language, cached by all that decides them.

    Attributes:
        files: Content per path inside the language's docs, of every figure that was placed.
    """

    def __init__(
        self, readings: Readings, labels: Labels, cache: Path, content: str, options: str = ""
    ) -> None:
        """Open the cache.

        Args:
            readings: The evidence.
            labels: The language's words.
            cache: A folder of earlier drawings; anything in it may be deleted at any time.
            content: The package with the report's figures.
            options: What follows the name in the command that draws a figure anew.
        """
        self._readings = readings
        self._labels = labels
        self._cache = cache
        self._content = content
        self._options = options
        self._families = read_families(labels.path.parent)
        self._key = self._digest()
        self._coming: dict[str, Coming] = {}
        self.files: dict[str, bytes] = {}

    def place(self, name: str) -> str:
        """Write the Markdown that shows a figure with caption, alternative text and downloads.

        Args:
            name: A figure; "study-NAME" is the figure `study` of one study.

        Raises:
            Missing: If this build lacks what it shows.
            SiteError: If there is no such figure, or its words are missing.
        """
        drawn = self._drawn(name)
        if "missing" in drawn:
            raise Missing(drawn["missing"], **drawn["details"])
        self.files[f"data/figures/{name}.csv"] = drawn["csv"].encode()
        images = []
        words = name.partition("-")[0]
        alt = escape_markdown(self._labels("figure", words, "alt", **drawn["numbers"]))
        width, height = drawn["size"]["wide"]
        narrow = " ".join(map(str, drawn["size"]["narrow"]))
        for theme in drawn["svg"]["wide"]:
            for kind, path in (("wide", name), ("narrow", f"{name}-narrow")):
                self.files[f"figures/{path}-{theme}.svg"] = drawn["svg"][kind][theme].encode()
            images.append(
                f"![{alt}](figures/{name}-{theme}.svg#only-{theme}){{ width={width} "
                f'height={height} loading=lazy data-narrow="{narrow}" }}'
            )
        caption = self._labels("figure", words, "caption", **drawn["numbers"])
        links = self._labels(
            "word",
            "figure_links",
            csv=f"data/figures/{name}.csv",
            svg=f"figures/{name}-light.svg",
            name=name,
            options=self._options,
        )
        return "\n".join(
            [
                f'<figure class="chart" id="fig-{name}" markdown="span">',
                *images,
                f'<figcaption data-search-exclude="true" markdown>{caption} '
                f'<span class="take" data-search-exclude="true" markdown>{links}</span>'
                "</figcaption>",
                "</figure>",
            ]
        )

    def take_picture(self, name: str) -> bytes:
        """Take a figure as a PNG: that of its drawings which is larger in a square.

        Raises:
            Missing: If this build can't draw it.
        """
        drawn = self._drawn(name)
        if "missing" in drawn:
            raise Missing(drawn["missing"], **drawn["details"])
        return base64.b64decode(drawn["png"] or self._draw(name, pictured=True)["png"])

    def list_lacking(self) -> list[str]:
        """List the figures of pages that aren't in the cache as they would be drawn now."""
        templates = self._labels.path.parent.glob("*.j2")
        quoted = {each for path in templates for each in _QUOTED.findall(path.read_text("utf-8"))}
        named = [name for name in self._labels.names("figure") if name in quoted]
        names = dict.fromkeys([*named, *list_shown(self._readings, self._labels)])
        return [name for name in names if self._look_up(name) is None]

    def expect(self, name: str, coming: Coming) -> None:
        """Wait for another process's drawing of a figure, once the figure is asked for."""
        self._coming[name] = coming

    def redraw(self, name: str) -> None:
        """Draw a figure whether or not it is in the cache; errors as in `place`."""
        self._file(name).unlink(missing_ok=True)
        self.place(name)

    def _drawn(self, name: str) -> dict:
        if coming := self._coming.pop(name, None):
            coming.result()
        drawn = self._look_up(name)
        if drawn is None:
            asked = self._labels.note_asked()
            drawn = {"key": self._key, "asked": asked, **self._draw(name)}
            keep(self._file(name), drawn)
        return drawn

    def _look_up(self, name: str) -> dict | None:
        """A figure that was drawn already, from what it would be drawn from now."""
        drawn = read_kept(self._file(name))
        if drawn and drawn["key"] == self._key and self._labels.answer_alike(drawn["asked"]):
            return drawn
        return None

    def _file(self, name: str) -> Path:
        return self._cache / f"{name}.json"

    def _draw(self, name: str, *, pictured: bool = False) -> dict:
        from wd.report.read.figures import FIGURES
        from wd.report.read.style import WIDTHS, darken

        families = cut_families(self._families, self._labels.letters, self._cache / "faces")
        faces = tuple(tuple(family.items()) for family in families)
        figures = FIGURES.load(self._content)
        kind, _, study = name.partition("-")
        if kind not in figures:
            raise SiteError(f"there is no figure {name!r}")
        about = {"study": study} if study else {}
        svg, size, drawn = {}, {}, {}
        for width, usual in WIDTHS.items():
            style = replace(usual, faces=faces)
            try:
                with expecting_numbers(), style.applied():
                    drawing = figures[kind](self._readings, self._labels, style, **about)
            except Missing as missing:
                return {"missing": missing.kind, "details": missing.details}
            light = style.svg(drawing.figure).decode()
            svg[width] = {"light": light, "dark": darken(light)}
            size[width] = [round(inches * 72) for inches in drawing.figure.get_size_inches()]
            drawn[width] = style, drawing.figure
        style, figure = drawn[min(size, key=lambda width: max(size[width]))]
        pictured |= not study  # no card shows what is drawn for the page of a study
        table = io.StringIO()
        rows = ([_cell(value) for value in row] for row in drawing.rows)
        csv.writer(table, lineterminator="\n").writerows([drawing.header, *rows])
        return {
            "svg": svg,
            "png": base64.b64encode(style.png(figure)).decode() if pictured else "",
            "size": size,
            "csv": table.getvalue(),
            "numbers": drawing.numbers,
        }

    def _digest(self) -> str:
        sources = [*list_sources(_ENGINE), *REPORT.folder.glob("docs/*.toml")]
        return digest(
            [*sources, self._labels.path.with_name(FACES), self._readings.evidence.path],
            repr(self._readings.config.studies),
            version("matplotlib"),
        )


@contextmanager
def drawing_ahead(
    languages: Sequence[Drawings], processes: int, first: Callable[[Readings], Any]
) -> Iterator[Coming]:
    """Draw into the caches what isn't there, several figures at a time, if that is worth it.

    Inside, who asks for a figure waits for it. What nobody has asked for isn't drawn any more.

    Args:
        languages: The drawings of all languages, on the same evidence, which is read once.
        processes: How many at a time.
        first: What else is to be made of the evidence: one of the processes begins with it.

    Yields:
        What `first` returns, once it is done.
    """
    lacking = [(at, name) for at, each in enumerate(languages) for name in each.list_lacking()]
    one = languages[0]
    if processes == 1 or len(lacking) < WORTHWHILE:
        yield Alone().submit(first, one._readings)
        return
    places = [(each._labels.path, each._cache) for each in languages]
    about = (one._readings.config, one._readings.evidence.path, places, one._content)
    with Pool(processes, [__name__, "wd.report.read.style"], partial(_open, *about)) as team:
        made = team.submit(_make, first)
        # All at once and from here: a thread beside this one would wait for it again and again.
        coming = [(at, name, team.submit(_draw, (at, name))) for at, name in lacking]
        for at, name, each in coming:
            languages[at].expect(name, each)
        team.shutdown(wait=False)  # its processes, and what they hold, end with the last figure
        try:
            yield made
        finally:
            begun = [each for each in (made, *(each for _, _, each in coming)) if not each.cancel()]
            wait(begun)  # until then files aren't whole


_opened: list[Drawings] = []  # in a process that draws ahead: what it draws, by language


def _open(
    config: Config, evidence: Path, places: Sequence[tuple[Path, Path]], content: str
) -> None:
    readings = Readings(config, Evidence(evidence, checked=True))
    _opened[:] = [Drawings(readings, Labels(labels), folder, content) for labels, folder in places]


def _make(what: Callable[[Readings], Any]) -> Any:
    """Make something else of the evidence."""
    return what(_opened[0]._readings)


def _draw(task: tuple[int, str]) -> None:
    """Draw one figure of a language into its cache."""
    language, name = task
    # where it fails it is drawn again for its page, and the message names page and line
    with suppress(Exception):
        _opened[language]._drawn(name)


def _cell(value: object) -> object:
    """Leave out what isn't a number, as where every run diverged."""
    return "" if isinstance(value, float) and not math.isfinite(value) else value
