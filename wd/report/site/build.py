"""Runs MkDocs on the rendered pages, and swaps the finished site in for the last one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from wd.errors import SiteError
from wd.output import make_fresh, record, swap
from wd.report.read.faces import read_families
from wd.report.site.address import find_address
from wd.report.site.aside import KEPT as INSPECTED
from wd.report.site.finished import Finished
from wd.report.site.languages import FIRST, LANGUAGES, Language
from wd.report.site.policy import write_policies
from wd.report.site.problems import LOG, gathering, tell_problems, try_step
from wd.report.site.root import write_redirect, write_robots
from wd.report.site.words import CACHE, gather_words, load_dictionary
from wd.workers import Pool, count_cores

MADE = ("cache/cards", INSPECTED, CACHE)
"""What the build of a site keeps in the output folder for the next one."""

INSTANT = "navigation.instant"
"""Material's feature by which a link changes the page without loading it."""


@dataclass(frozen=True)
class _Order:
    """A site of one language that is to be built.

    Attributes:
        aside: Whether another process inspects its pages, as a core is free for that.
        (the others): As of `load_mkdocs`.
    """

    output: Path
    language: str
    site_dir: Path
    site_url: str | None
    offline: bool
    aside: bool


def hire(output: Path) -> Pool:
    """Start a process that loads MkDocs at once, and builds sites once it is told to."""
    record(output, CACHE)
    team = Pool(min(count_cores(), len(LANGUAGES)), [__name__])
    team.submit(_load_all, str(FIRST.mkdocs_file), output / CACHE)
    return team


def _load_all(mkdocs_file: str, words: Path) -> None:
    """Load a MkDocs file with all that it names, such as plugins, and the words of its search."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.config import load_config

    with gathering(), TemporaryDirectory() as folder:
        load_config(mkdocs_file, docs_dir=folder)
    load_dictionary(words)


def write_site(
    output: Path,
    site_url: str | None = None,
    *,
    offline: bool = False,
    keep: bool = False,
    team: Pool | None = None,
) -> list[Finished]:
    """Run MkDocs on OUTPUT/docs and swap the result in as OUTPUT/site.

    Args:
        output: The folder for all that is built.
        site_url: Where the site will be, such as "https://me.github.io/report/"; the environment
            variable SITE_URL where not given.
        offline: Make OUTPUT/offline instead: the same pages as files that link to files, for
            reading from disk. (From a server, an address without a file's name is the nicer one.)
        keep: Keep what MkDocs has found out, so that single pages can be built again. Then this
            process builds all languages; else processes of their own do, first the language
            to which the others link, then those side by side.
        team: Those processes, from `hire`; without them they are started here.

    Returns:
        The sites of the languages, in which single pages can be built again, if they are kept.

    Raises:
        SiteError: If MkDocs refuses a page, in strict mode.
    """
    place = output / ("offline" if offline else "site")
    fresh = make_fresh(place)
    several = count_cores() > 1
    orders = [
        _Order(output, name, fresh / name, site_url, offline, several and (keep or not number))
        for number, name in enumerate(LANGUAGES)
    ]
    finished: list[Finished] = []

    def refuse(problems: list[str]) -> None:
        if problems:
            raise SiteError(tell_problems(problems, output / LOG))

    try:
        if keep or not (several or team):
            for order in orders:
                refuse(_build(order, finished if keep else None))
        else:
            with nullcontext(team) if team else hire(output) as members:
                for part in (orders[:1], orders[1:]):
                    building = [members.submit(_build, order) for order in part]
                    # all are waited for: one that goes on would write into a folder that is gone
                    for problems in [each.result() for each in building]:
                        refuse(problems)
        first = FIRST.name
        address = find_address() if site_url is None else site_url
        home = (fresh / first / "index.html").read_text(encoding="utf-8")
        languages = [(each.name, each.own_name) for each in LANGUAGES.values()]
        redirect = write_redirect(first, home, address, languages)
        (fresh / "index.html").write_text(redirect, encoding="utf-8")
        (fresh / "robots.txt").write_text(write_robots(address), encoding="utf-8")
        (fresh / ".nojekyll").touch()
        not_found = fresh / first / "404.html"
        if not_found.is_file():  # GitHub Pages serves the root's only
            shutil.copyfile(not_found, fresh / "404.html")
        write_policies(fresh)
        swap(fresh, place)
        for each in finished:
            each.move(place)
        (output / LOG).unlink(missing_ok=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return finished


def _build(order: _Order, finished: list[Finished] | None = None) -> list[str]:
    """Build the site of one language, and put it into the list where there is one.

    Returns:
        What stopped it, a problem a line; empty if nothing did.
    """
    from mkdocs.commands.build import build
    from mkdocs.exceptions import MkDocsException

    with gathering() as problems:
        try:
            config = load_mkdocs(
                order.output,
                LANGUAGES[order.language],
                order.site_dir,
                order.site_url,
                offline=order.offline,
            )
            config.extra["aside"] = order.aside
            config.plugins.on_startup(command="build", dirty=False)
            try:
                build(config)
            finally:
                config.plugins.on_shutdown()
        except (MkDocsException, SystemExit, SiteError) as error:
            return problems.listed(str(error))
    if finished is not None:
        finished.append(Finished(config))
    return []


def update_site(output: Path, finished: Sequence[Finished], changed: Iterable[str]) -> None:
    """Build single pages again in OUTPUT/site.

    Args:
        output: The folder for all that is built.
        finished: From `write_site`.
        changed: The files in OUTPUT/docs that changed, such as "en/soft.md"; none is new.

    Raises:
        SiteError: If MkDocs warns of a page, or a page has a problem.
    """
    changed, lines = sorted(changed), []
    for site in finished:
        start = f"{site.language}/"
        names = [each.removeprefix(start) for each in changed if each.startswith(start)]
        for name in names:  # all of them: a fault of one is no reason to leave out another
            lines += try_step(partial(site.rebuild, name))
        if names:
            lines += try_step(site.check)
    if lines:
        raise SiteError(tell_problems(list(dict.fromkeys(lines)), output / LOG))


def load_mkdocs(
    output: Path,
    language: Language,
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
            str(language.mkdocs_file),
            docs_dir=str((output / "docs" / language.name).absolute()),
            site_dir=str(site_dir.absolute()),
            site_url=f"{base.rstrip('/')}/{language.name}/",
            use_directory_urls=not offline,
        )
    except MkDocsException as error:
        raise SiteError(f"{language.mkdocs_file.name}: {error}") from error
    if offline:  # Material doesn't start from disk where it is to load pages without reloading
        features = config.theme["features"]
        config.theme["features"] = [one for one in features if one != INSTANT]
    if derived := language.derivation:
        _convert(config, derived.convert)
    config.extra["cache"] = str(output / "cache")
    config.extra["words"] = gather_words(language, output)
    families = read_families(language.folder)
    config.extra["faces"] = [str(family[max(family)]) for family in families]
    config.extra["languages"] = [(each.name, each.own_name) for each in LANGUAGES.values()]
    return config


def _convert(config, convert: Callable[[str], str]) -> None:
    """Convert all words that a MkDocs file holds."""

    def walk(told: object) -> object:
        if isinstance(told, Mapping):
            return {walk(key): walk(value) for key, value in told.items()}
        if isinstance(told, list):
            return [walk(each) for each in told]
        return convert(told) if isinstance(told, str) else told

    for name in ("site_name", "site_description", "copyright", "nav", "mdx_configs"):
        config[name] = walk(config[name])
    for name in list(config.extra):
        config.extra[name] = walk(config.extra[name])
    config.theme["palette"] = walk(config.theme["palette"])
