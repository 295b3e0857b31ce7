"""A report's pages and its site while somebody writes on them, for `serve`.

What a change can't have touched isn't made again. The evidence is read and the claims are judged
once; where only templates have changed, these alone are rendered, and their pages alone pass
through MkDocs, unless other pages show something of what changed. Whatever else happens makes all
pages again: this only decides what is quick.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from wd.config import Config
from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.project import REPORT
from wd.report.publish import write_pages
from wd.report.read.readings import Readings
from wd.report.site.build import update_site, write_site
from wd.report.site.finished import Finished
from wd.report.site.languages import FIRST, LANGUAGES, programs
from wd.report.tell.pages import SUFFIX, Pages
from wd.report.tell.shown import open_shown

_SHOWN_ELSEWHERE = re.compile(
    r'\A.*?^# .*?$|<div class="equation".*?</div>|\bid="(?:claim|fig)-[^"]*"|\bcards/[^)"]*',
    re.DOTALL | re.MULTILINE,
)
"""What other pages show of a page: what stands above its text, equations, claims, figures."""

State = dict[str, tuple[int, int]]


class Preview:
    """The pages and the site of a report, made again as its sources change."""

    def __init__(self, evidence: Path, output: Path, options: str) -> None:
        """Begin with nothing made; arguments as in `write_docs`, but for the evidence's path."""
        self._evidence, self._output, self._options = evidence, output, options
        self._open = ExitStack()
        self._readings: Readings | None = None
        self._read_from: object = None
        self._pages: dict[str, Pages] = {}
        self._sources: State = {}
        self._settings: State = {}
        self._docs: State = {}
        self._site: list[Finished] = []

    def close(self) -> None:
        """Let go of the evidence."""
        self._open.close()

    def make(self, config: Config, site_url: str) -> None:
        """Make what changed of pages and site; errors as `render` and `build`."""
        self.render(config)
        self.build(site_url)

    def render(self, config: Config) -> None:
        """Render what changed.

        Raises:
            EvidenceError: As `write_docs`, and `SiteError` too.
        """
        sources = _look(REPORT.folder / "docs") | _look(*REPORT.folder.glob("mkdocs*.yml"))
        read_from = repr(config), config.text, _look(self._evidence)
        same = self._readings is not None and read_from == self._read_from
        changed = _list_changed(self._sources, sources)
        if not (same and self._pages and self._revise(changed)):
            known, self._pages = self._pages if same else {}, {}
            if not same or self._readings is None:
                self._readings = self._read(config)
                self._read_from = read_from
            languages = _list_languages(changed) if known else LANGUAGES
            about = (self._readings, self._output, self._options, known, languages)
            self._pages = write_pages(*about)
        self._sources = sources

    def build(self, site_url: str) -> None:
        """Build the site of what `render` left.

        Raises:
            SiteError: As `write_site`.
        """
        docs = _look(self._output / "docs")
        changed = _list_changed(self._docs, docs) if self._site else None
        settings = {path: state for path, state in self._sources.items() if not _is_text(path)}
        if (
            changed is None
            or any(path.endswith(".ipynb") for path in changed)
            or (settings != self._settings)
        ):
            self._site = []
            self._site = write_site(self._output, site_url, keep=True)
            self._docs, self._settings = docs, settings
        else:
            self._docs = docs
            names = [Path(path).relative_to(self._output / "docs").as_posix() for path in changed]
            try:
                update_site(self._output, self._site, names)
            except OSError:  # nobody knows how far it came
                self._site = []
                raise

    def _read(self, config: Config) -> Readings:
        self._open.close()
        self._readings = None
        evidence = self._open.enter_context(Evidence(self._evidence))
        shown = open_shown(Readings(config, evidence), self._output / "cache", programs())
        return self._open.enter_context(shown)

    def _revise(self, changed: list[str] | None) -> bool:
        """Render changed templates alone; tell whether that is enough."""
        if changed is None or not all(path.endswith(SUFFIX) for path in changed):
            return False
        texts = {}
        with suppress(SiteError):  # all pages are rendered, and the message names page and line
            for name, language in LANGUAGES.items():
                folders = [str(folder) for folder in (*language.written, FIRST.folder)]
                names = {Path(path).name for path in changed if str(Path(path).parent) in folders}
                names = {
                    each for each in names if (language.prepare(self._output) / each).is_file()
                }
                for page, text in self._pages[name].revise(sorted(names)).items():
                    texts[self._output / "docs" / name / page] = text
            if all(_is_alike(path.read_text(encoding="utf-8"), texts[path]) for path in texts):
                for path, text in texts.items():
                    if path.read_text(encoding="utf-8") != text:
                        path.write_text(text, encoding="utf-8")
                return True
        return False


def _list_languages(changed: list[str] | None) -> list[str]:
    """List the languages whose words alone changed; all of them where more did."""
    places = [Path(path).parent.parent for path in changed or () if "labels" in Path(path).parts]
    if changed is None or len(places) < len(changed):
        return list(LANGUAGES)
    languages = LANGUAGES.items()
    return [name for name, each in languages if any(place in each.written for place in places)]


def _is_alike(before: str, after: str) -> bool:
    """Whether two texts of a page are the same in all that other pages show of it."""
    return _SHOWN_ELSEWHERE.findall(before) == _SHOWN_ELSEWHERE.findall(after)


def _is_text(path: str) -> bool:
    """Whether a source decides nothing of the site but what is rendered from it."""
    return path.endswith(SUFFIX) or Path(path).parent.name == "labels"


def _look(*places: Path) -> State:
    """Sizes and times of files, and of all files in folders."""
    files = (
        each for place in places for each in ([place] if place.is_file() else place.rglob("*"))
    )
    return {
        str(path): (stat.st_size, stat.st_mtime_ns)
        for path in files
        if path.is_file() and (stat := path.stat())
    }


def _list_changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[str] | None:
    """List the files that changed; None where some came or went."""
    if before.keys() != after.keys():
        return None
    return [path for path in before if before[path] != after[path]]
