"""From rendered pages to a site: writes the docs folder, runs MkDocs, swaps the result in.

Everything is gathered before anything is written, and only what changed is written, so that a
failed build leaves the last good one and a live server reloads no more than it must.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from wd.config import HYPERPARAMETERS, Config, list_allowed
from wd.errors import ConfigError, SiteError
from wd.evidence.store import RUN_COLUMNS, Evidence
from wd.project import PROJECT
from wd.report.read.cache_key import digest, manifest
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.site.address import find_address, is_public
from wd.report.site.navigation import list_pages
from wd.report.tell.absences import explain
from wd.report.tell.citation import PATH as CITATION
from wd.report.tell.drawings import Drawings
from wd.report.tell.pages import Pages
from wd.report.tell.shown import open_shown
from wd.workers import count_cores

LANGUAGES = {"en": PROJECT / "mkdocs.yml"}
"""Each language's MkDocs configuration; its templates are in docs/LANGUAGE."""

RUNS_HEADER = ("run", "study", *HYPERPARAMETERS, "seed", "device", *RUN_COLUMNS, "status")
CURVES_HEADER = ("run", "epoch", "train_loss", "test_loss", "w_norm")


def programs() -> dict[str, Path]:
    """The programs that readers see, by name, of the first language."""
    return {path.stem: path for path in sorted((PROJECT / "docs/en/notebooks").glob("*.py"))}


def write_docs(config: Config, evidence: Evidence, output: Path, options: str = "") -> int:
    """Render every page and figure and write what changed to OUTPUT/docs.

    Args:
        config: What the report is about.
        evidence: The evidence file, complete for `config`.
        output: The folder for all that is built.
        options: What a reader adds to a command so that it takes this configuration.

    Returns:
        How many files were written or removed.

    Raises:
        EvidenceError: If runs or executed notebooks are missing.
        SiteError: If a page or figure can't be rendered.
    """
    docs, stamp = output / "docs", output / "cache" / "docs.stamp"
    key = _key(config, evidence, options)
    if docs.is_dir() and stamp.is_file() and stamp.read_text() == f"{key} {manifest(docs)}":
        return 0
    changes = 0
    with open_shown(Readings(config, evidence), output / "cache") as readings:
        for language, mkdocs_file in LANGUAGES.items():
            templates = PROJECT / "docs" / language
            labels = Labels(templates / "labels")
            drawings = _drawings(readings, labels, output, language, options)
            with ThreadPoolExecutor(1) as aside:  # what draws is other processes
                drawing = aside.submit(drawings.draw_ahead, count_cores())
                data = _data(readings)
                pages = Pages(templates, list_pages(mkdocs_file), readings, labels, drawings)
                pages.judge()
                drawing.result()
            files = {name: text.encode() for name, text in pages.render().items()}
            changes += _write(docs / language, files | drawings.files | data)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(f"{key} {manifest(docs)}")
    return changes


def check_figure(name: str) -> None:
    """Refuse a figure that nothing draws.

    Raises:
        ConfigError: The message names the figures that there are.
    """
    from wd.report.content.figures import load_figures

    if name not in (figures := load_figures()):
        raise ConfigError(f"there is no figure {name!r}.\n{list_allowed(name, sorted(figures))}")


def draw_figure(config: Config, evidence: Evidence, output: Path, name: str) -> list[Path]:
    """Draw one figure anew and write its files where the pages have them.

    Args:
        config: What the report is about.
        evidence: The evidence file, complete for `config`.
        output: The folder for all that is built.
        name: The figure.

    Returns:
        The files: drawings and data, in every language.

    Raises:
        ConfigError: If this configuration doesn't ask for what it shows.
    """
    readings = Readings(config, evidence)
    written = []
    for language in LANGUAGES:
        labels = Labels(PROJECT / "docs" / language / "labels")
        drawings = _drawings(readings, labels, output, language)
        try:
            drawings.redraw(name)
        except Missing as missing:
            raise ConfigError(explain(missing, labels, "command", figure=name)) from None
        folder = output / "docs" / language
        for path, content in drawings.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            written.append(folder / path)
    return written


def _drawings(
    readings: Readings, labels: Labels, output: Path, language: str, options: str = ""
) -> Drawings:
    return Drawings(readings, labels, output / "cache" / "figures" / language, options)


def _key(config: Config, evidence: Evidence, options: str) -> str:
    """Digest all that decides the pages."""
    sources = [*(PROJECT / "docs").rglob("*"), *(PROJECT / "wd").rglob("*.py"), CITATION]
    addresses = [os.environ.get(name, "") for name in ("SITE_URL", "REPO_URL")]
    versions = [f"{package} {version(package)}" for package in ("matplotlib", "jinja2", "torch")]
    files = [evidence.path, *sources, *LANGUAGES.values()]
    return digest(files, repr(config), config.text, options, *addresses, *versions)


def write_site(output: Path, site_url: str | None = None, *, offline: bool = False) -> None:
    """Run MkDocs on OUTPUT/docs and swap the result in as OUTPUT/site.

    Args:
        output: The folder for all that is built.
        site_url: Where the site will be, such as "https://me.github.io/report/"; the environment
            variable SITE_URL where not given.
        offline: Make OUTPUT/offline instead: the same pages as files that link to files, for
            reading from disk. (From a server, an address without a file's name is the nicer one.)

    Raises:
        SiteError: If MkDocs refuses a page, in strict mode.
    """
    from mkdocs.commands.build import build
    from mkdocs.exceptions import MkDocsException

    output.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix="site-", dir=output))
    try:
        for language in LANGUAGES:
            config = load_mkdocs(output, language, fresh / language, site_url, offline=offline)
            try:
                config.plugins.on_startup(command="build", dirty=False)
                try:
                    build(config)
                finally:
                    config.plugins.on_shutdown()
            except (MkDocsException, SystemExit) as error:
                raise SiteError(f"MkDocs stopped: {error}") from error
        first = next(iter(LANGUAGES))
        address = find_address() if site_url is None else site_url
        home = (fresh / first / "index.html").read_text(encoding="utf-8")
        redirect = _redirect(first, home, address)
        (fresh / "index.html").write_text(redirect, encoding="utf-8")
        (fresh / "robots.txt").write_text(_robots(address), encoding="utf-8")
        (fresh / ".nojekyll").touch()
        not_found = fresh / first / "404.html"
        if not_found.is_file():  # GitHub Pages serves the root's only
            shutil.copyfile(not_found, fresh / "404.html")
        fresh.chmod(0o755)
        _swap(fresh, output / ("offline" if offline else "site"))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def load_mkdocs(
    output: Path,
    language: str,
    site_dir: Path,
    site_url: str | None = None,
    *,
    offline: bool = False,
):
    """Load a language's MkDocs configuration for an output folder; arguments as in `write_site`.

    Raises:
        SiteError: If mkdocs.yml isn't valid.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    base = site_url or find_address()
    try:
        config = load_config(
            str(LANGUAGES[language]),
            docs_dir=str((output / "docs" / language).absolute()),
            site_dir=str(site_dir.absolute()),
            site_url=f"{base.rstrip('/')}/{language}/",
            use_directory_urls=not offline,
        )
    except MkDocsException as error:
        raise SiteError(f"{LANGUAGES[language].name}: {error}") from error
    config.extra["cards"] = str(output / "cache" / "cards" / language)
    return config


def _data(readings: Readings) -> dict[str, bytes]:
    """The downloads: all runs and curves as CSV, the evidence file, notebooks and programs."""
    evidence = readings.evidence
    runs = evidence.rows(f"SELECT {', '.join(RUNS_HEADER)} FROM runs ORDER BY study, run")
    curves = evidence.rows(f"SELECT {', '.join(CURVES_HEADER)} FROM curves ORDER BY run, epoch")
    files = {
        "data/runs.csv": _csv(RUNS_HEADER, runs),
        "data/curves.csv": _csv(CURVES_HEADER, curves),
        "data/evidence.sqlite": evidence.path.read_bytes(),
    }
    executed = dict(evidence.rows("SELECT name, notebook FROM programs"))
    for name, source in programs().items():
        if name in executed:
            files[f"{name}.ipynb"] = executed[name].encode()
            files[f"{name}.py"] = source.read_bytes()
    return files


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _write(folder: Path, files: dict[str, bytes]) -> int:
    """Make a folder hold just these files; touch only those that differ."""
    changes = 0
    for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
            changes += 1
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changes += 1
    return changes


def _robots(address: str) -> str:
    """What crawlers are told: they may see everything, and where the sitemaps are."""
    lines = ["User-agent: *", "Allow: /"]
    if is_public(address):
        lines += [f"Sitemap: {address.rstrip('/')}/{name}/sitemap.xml" for name in LANGUAGES]
    return "".join(f"{line}\n" for line in lines)


def _redirect(language: str, home: str, address: str = "") -> str:
    """The root's page: leads to the first language's, without a script, and is shared like it."""
    canonical = f"{address.rstrip('/')}/{language}/" if is_public(address) else f"{language}/"
    title = re.search("<title>(.*?)</title>", home)[1]
    shared = "".join(
        re.findall('<meta (?:property="og:|name="(?:description|twitter:))[^>]*>', home)
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0; url={language}/index.html">'
        f'<link rel="canonical" href="{canonical}"><title>{title}</title>{shared}</head>'
        f'<body><a href="{language}/index.html">{title}</a></body></html>\n'
    )


def _swap(fresh: Path, site: Path) -> None:
    """Put a finished folder in the place of the last one; the gap is two renames long."""
    old = site.with_name(f".old-site-{time.time_ns()}")
    if site.exists():
        site.rename(old)
    fresh.rename(site)
    shutil.rmtree(old, ignore_errors=True)
