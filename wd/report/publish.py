"""From evidence to the folder of pages that MkDocs turns into a site.

Everything is gathered before anything is written, and only what changed is written, so that a
failed build leaves the last good one and a live server reloads no more than it must.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Collection, Mapping
from functools import partial
from importlib.metadata import version
from inspect import signature
from pathlib import Path

from wd.config import Config
from wd.declarations import list_allowed
from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.project import REPORT, list_sources
from wd.report.compare.replication import (
    CONFIG,
    EVIDENCE,
    JUDGED,
    REPLICATION,
    Replication,
    read_replication,
)
from wd.report.read.cache_key import digest, note, recall
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.site.languages import FIRST, LANGUAGES, programs
from wd.report.site.navigation import check_translation, list_pages
from wd.report.site.translated_program import translate
from wd.report.tell.absences import explain
from wd.report.tell.citation import PATH as CITATION
from wd.report.tell.downloads import gather_downloads
from wd.report.tell.drawings import Drawings, drawing_ahead
from wd.report.tell.pages import Pages
from wd.report.tell.rulings import Rulings
from wd.report.tell.shares import picture_programs
from wd.report.tell.shown import open_shown
from wd.report.wanted import check_words
from wd.workers import count_cores

CONTENT = REPORT.content
"""The package of this report's claims, figures, tables, numbers, widgets and guesses."""
RENDERED = (
    *(f"docs/{name}" for name in LANGUAGES),
    *(f"cache/{name}" for name in ("docs.stamp", "downloads", "downloads.stamp")),
    *("cache/figures", "cache/programs", JUDGED, "languages"),
)
"""What rendering makes in the output folder."""


def write_docs(config: Config, evidence: Evidence, output: Path, options: str = "") -> list[str]:
    """Render every page and figure and write what changed to OUTPUT/docs.

    Args:
        config: What the report is about.
        evidence: The evidence file, complete for `config`.
        output: The folder for all that is built.
        options: What a reader adds to a command so that it takes this configuration.

    Returns:
        The claims that the evidence refutes, a line each; the pages mark them.

    Raises:
        EvidenceError: If runs or executed notebooks are missing.
        SiteError: If a page or figure can't be rendered.
    """
    docs, stamp = output / "docs", output / "cache" / "docs.stamp"
    key = _key(config, evidence, output, options)
    if known := recall(stamp, key, docs):
        return known["told"]
    with open_shown(Readings(config, evidence), output / "cache", programs()) as readings:
        pages = write_pages(readings, output, options)
    refuted = list_refuted(pages)
    note(stamp, key, docs, refuted)
    return refuted


def write_pages(
    readings: Readings,
    output: Path,
    options: str = "",
    known: Mapping[str, Pages] | None = None,
    languages: Collection[str] = LANGUAGES,
) -> dict[str, Pages]:
    """Render every page and figure; arguments and errors as `write_docs`.

    Args:
        readings: What the site shows of the evidence.
        output: As there.
        options: As there.
        known: The pages of all languages as rendered from the same readings earlier, if they were.
        languages: The languages to render; of the others the known pages are right.

    Returns:
        The pages of each language by its name.
    """
    order = list_pages(FIRST.mkdocs_file)
    folders = {name: LANGUAGES[name].prepare(output) for name in LANGUAGES if name in languages}
    for name in sorted(folders.keys() - {FIRST.name}):
        check_translation(LANGUAGES[name], folders[name])
    labels = {name: Labels(folder / "labels") for name, folder in folders.items()}
    above = labels.get(FIRST.name) or Labels(FIRST.folder / "labels")
    written = [
        (labels[name], None if name == FIRST.name else above)
        for name in folders
        if not LANGUAGES[name].derivation
    ]
    drawings = {name: _drawings(readings, labels[name], output, name, options) for name in folders}
    done = dict(known or {})
    judged = done.get(FIRST.name)
    kept = output / "cache" / "downloads"
    gather = partial(gather_downloads, programs=programs(), folder=kept)
    with drawing_ahead(list(drawings.values()), count_cores(), gather) as downloads:
        for name, folder in folders.items():
            first = None if name == FIRST.name else done[FIRST.name]
            about = (order, readings, labels[name], drawings[name], CONTENT, first, judged or first)
            replicate = partial(_replicate, readings=readings, labels=labels[name], output=output)
            done[name] = pages = Pages(folder, *about, replicate)
            if name == next(iter(folders)):  # of all languages, before any is rendered
                check_words(written, readings, pages.rulings.find_all(), CONTENT)
            pages.judge()
            texts, data = pages.render(), downloads.result()
            files = {file: text.encode() for file, text in texts.items()} | drawings[name].files
            figures = labels[name].names("figure")
            files |= picture_programs(programs(folder), figures, drawings[name])
            linked = _take_linked(data, texts) if first else data
            own = _translate(data, folder, output) if first else {}
            _write(output / "docs" / name, {**files, **linked, **own})
    return done


def list_refuted(pages: Mapping[str, Pages]) -> list[str]:
    """List the claims of the pages of all languages that the evidence refutes, a line each."""
    return list(dict.fromkeys(line for each in pages.values() for line in each.list_refuted()))


def _replicate(
    rulings: Rulings, readings: Readings, labels: Labels, output: Path
) -> Replication | None:
    fresh = read_replication(output, labels, CONTENT)
    return Replication(fresh, readings, rulings, labels) if fresh else None


def _take_linked(data: dict[str, Path], pages: dict[str, str]) -> dict[str, Path]:
    """The downloads that a translation's pages link; others stand beside the first language's."""
    told = "\n".join(pages.values())
    return {name: data[name] for name in data if "/" in name and f"({name})" in told}


def _translate(data: dict[str, Path], folder: Path, output: Path) -> dict[str, bytes]:
    """The programs of a translation, with the results of the first language's."""
    files = {}
    originals = programs()
    for name, source in programs(folder).items():
        if executed := data.get(f"{name}.ipynb"):
            cache = output / "cache" / "programs"
            files[f"{name}.ipynb"] = translate(
                executed.read_bytes(), originals[name], source, cache
            )
            files[f"{name}.py"] = source.read_bytes()
    return files


def check_figure(name: str) -> None:
    """Refuse a figure that nothing draws.

    Raises:
        ConfigError: The message names the figures that there are.
    """
    from wd.report.read.figures import FIGURES  # imports matplotlib, which a rebuild may not need

    figures = FIGURES.load(CONTENT)
    of_studies = {each for each in figures if "study" in signature(figures[each]).parameters}
    kind, _, study = name.partition("-")
    if kind not in figures or (kind in of_studies) != bool(study):
        names = [f"{each}-STUDY" if each in of_studies else each for each in sorted(figures)]
        raise ConfigError(f"there is no figure {name!r}.\n{list_allowed(name, names)}")


def draw_figure(config: Config, evidence: Evidence, output: Path, name: str) -> list[Path]:
    """Draw one figure anew and write its files where the pages have them.

    Returns:
        The files: drawings and data, in every language.

    Raises:
        ConfigError: If this configuration doesn't ask for what it shows.
    """
    readings = Readings(config, evidence)
    written = []
    for language in LANGUAGES.values():
        labels = Labels(language.prepare(output) / "labels")
        if name.partition("-")[0] not in labels.names("figure"):
            continue  # on no page of this language
        drawings = _drawings(readings, labels, output, language.name)
        try:
            drawings.redraw(name)
        except Missing as missing:
            raise ConfigError(explain(missing, labels, "command", figure=name)) from None
        folder = output / "docs" / language.name
        for path, content in drawings.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            written.append(folder / path)
    return written


def _drawings(
    readings: Readings, labels: Labels, output: Path, language: str, options: str = ""
) -> Drawings:
    return Drawings(readings, labels, output / "cache" / "figures" / language, CONTENT, options)


def _key(config: Config, evidence: Evidence, output: Path, options: str) -> str:
    """Digest all that decides the pages."""
    sources = [*(REPORT.folder / "docs").rglob("*"), *list_sources(), CITATION]
    addresses = [os.environ.get(name, "") for name in ("SITE_URL", "REPO_URL")]
    versions = [
        f"{package} {version(package)}" for package in ("matplotlib", "jinja2", "torch", "opencc")
    ]
    again = (output / REPLICATION / name for name in (EVIDENCE, CONFIG))
    files = [evidence.path, *again, *sources, *(each.mkdocs_file for each in LANGUAGES.values())]
    return digest(files, repr(config), config.text, options, *addresses, *versions)


def _write(folder: Path, files: Mapping[str, bytes | Path]) -> None:
    """Make a folder hold just these files, the bytes or copies; touch only those that differ."""
    for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = folder / name
        if not _is_there(path, content):
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copy2(content, path)
            else:
                path.write_bytes(content)


def _is_there(path: Path, content: bytes | Path) -> bool:
    """Whether a file has this content, or is a copy of this file, as size and time tell."""
    if not path.is_file():
        return False
    if isinstance(content, bytes):
        return path.read_bytes() == content
    return filecmp.cmp(path, content)
