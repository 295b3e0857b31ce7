"""A local server that rebuilds the site when its sources change and tells open pages to reload."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from wd.errors import WdError
from wd.project import PROJECT
from wd.report.site.build import write_site
from wd.report.site.languages import LANGUAGES

HOST = "127.0.0.1"


def serve(output: Path, port: int, render: Callable[[], None]) -> None:
    """Serve OUTPUT/site until interrupted; nothing is trained.

    Args:
        output: The folder for all that is built.
        port: The local port.
        render: Renders the pages into OUTPUT/docs.
    """
    from mkdocs.livereload import LiveReloadServer

    log = logging.getLogger("mkdocs.livereload")
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    def build() -> None:
        try:
            render()
            write_site(output, f"http://{HOST}:{port}/")
        except WdError as error:  # the author sees it and goes on writing
            log.error("%s", error)

    build()
    server = LiveReloadServer(builder=build, host=HOST, port=port, root=str(output / "site"))
    for language, mkdocs_file in LANGUAGES.items():
        server.watch(str(PROJECT / "docs" / language))
        server.watch(str(mkdocs_file))
    for folder in ("assets", "overrides", "widgets"):
        server.watch(str(PROJECT / "docs" / folder))
    try:
        server.serve()
    except KeyboardInterrupt:
        log.info("stopped")
    finally:
        server.shutdown()
