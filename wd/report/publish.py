"""From evidence to the folder of pages that MkDocs turns into a site.

Everything is gathered before anything is written, and only what changed is written, so that a
failed build leaves the last good one and a live server reloads no more than it must.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

from wd.config import Config
from wd.declarations import list_allowed
from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.project import PROJECT
from wd.report.compare.replication import (
    CONFIG,
    EVIDENCE,
    REPLICATION,
    Replication,
    read_replication,
)
from wd.report.read.cache_key import digest, manifest
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.site.languages import FIRST, LANGUAGES, programs
from wd.report.site.navigation import list_pages
from wd.report.site.translated_program import translate
from wd.report.tell.absences import explain
from wd.report.tell.citation import PATH as CITATION
from wd.report.tell.downloads import gather_downloads
from wd.report.tell.drawings import Drawings
from wd.report.tell.pages import Pages
from wd.report.tell.rulings import Rulings
from wd.report.tell.shown import open_shown
from wd.workers import count_cores

CONTENT = "wd.report.content"
"""The package of this report's claims, figures, tables, numbers, widgets and guesses."""


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
    if docs.is_dir() and (known := _read_stamp(stamp)) and known["of"] == [key, manifest(docs)]:
        return known["refuted"]
    refuted: dict[str, None] = {}
    with open_shown(Readings(config, evidence), output / "cache", programs()) as readings:
        first, data, order = None, {}, list_pages(FIRST.mkdocs_file)
        for language in LANGUAGES.values():
            folder = language.prepare(output)
            labels = Labels(folder / "labels")
            drawings = _drawings(readings, labels, output, language.name, options)
            with ThreadPoolExecutor(1) as aside:  # what draws is other processes
                drawing = aside.submit(drawings.draw_ahead, count_cores())
                data = data or gather_downloads(readings, programs())
                replicate = partial(_replicate, readings=readings, labels=labels, output=output)
                told = (folder, order, readings, labels, drawings, CONTENT, first)
                pages = Pages(*told, replicate)
                pages.judge()
                drawing.result()
            texts = pages.render()
            files = {name: text.encode() for name, text in texts.items()}
            if first is None:
                first, taken = pages, data
            else:
                taken = _take_linked(data, texts) | _translate(data, folder, output)
            refuted |= dict.fromkeys(pages.list_refuted())
            _write(docs / language.name, files | drawings.files | taken)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    told = {"of": [key, manifest(docs)], "refuted": list(refuted)}
    stamp.write_text(json.dumps(told), encoding="utf-8")
    return told["refuted"]


def _replicate(
    rulings: Rulings, readings: Readings, labels: Labels, output: Path
) -> Replication | None:
    fresh = read_replication(output, labels, CONTENT)
    return Replication(fresh, readings, rulings, labels) if fresh else None


def _take_linked(data: dict[str, bytes], pages: dict[str, str]) -> dict[str, bytes]:
    """The downloads that a translation's pages link; others stand beside the first language's."""
    told = "\n".join(pages.values())
    return {name: data[name] for name in data if "/" in name and f"({name})" in told}


def _translate(data: dict[str, bytes], folder: Path, output: Path) -> dict[str, bytes]:
    """The programs of a translation, with the results of the first language's."""
    files = {}
    originals = programs()
    for name, source in programs(folder).items():
        if executed := data.get(f"{name}.ipynb"):
            cache = output / "cache" / "programs"
            files[f"{name}.ipynb"] = translate(executed, originals[name], source, cache)
            files[f"{name}.py"] = source.read_bytes()
    return files


def _read_stamp(stamp: Path) -> dict | None:
    """What the last rendering was made from, and what it refuted; None where nothing says so."""
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def check_figure(name: str) -> None:
    """Refuse a figure that nothing draws.

    Raises:
        ConfigError: The message names the figures that there are.
    """
    from wd.report.read.figures import FIGURES  # imports matplotlib, which a rebuild may not need

    if name.partition("-")[0] not in (figures := FIGURES.load(CONTENT)):
        raise ConfigError(f"there is no figure {name!r}.\n{list_allowed(name, sorted(figures))}")


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
    sources = [*(PROJECT / "docs").rglob("*"), *(PROJECT / "wd").rglob("*.py"), CITATION]
    addresses = [os.environ.get(name, "") for name in ("SITE_URL", "REPO_URL")]
    versions = [
        f"{package} {version(package)}" for package in ("matplotlib", "jinja2", "torch", "opencc")
    ]
    again = (output / REPLICATION / name for name in (EVIDENCE, CONFIG))
    files = [evidence.path, *again, *sources, *(each.mkdocs_file for each in LANGUAGES.values())]
    return digest(files, repr(config), config.text, options, *addresses, *versions)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold just these files; touch only those that differ."""
    for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
