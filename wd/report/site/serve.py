"""A local server that rebuilds the site when its sources change and tells open pages to reload."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path

from wd.errors import ConfigError, WdError
from wd.holding import holding
from wd.project import PROJECT
from wd.report.site.build import write_site
from wd.report.site.languages import LANGUAGES

HOST = "127.0.0.1"
LAST = 65535
"""The largest number that a port may have."""
_DIGITS = len(str(LAST))


def check_port(port: str) -> int:
    """Read the number of a port, and make sure that it can be served on.

    Raises:
        ConfigError: If it is no port, or one that another program uses or that isn't allowed.
    """
    number = int(port) if port.isascii() and port.isdecimal() and len(port) <= _DIGITS else 0
    if not 1 <= number <= LAST:
        raise ConfigError(
            f"--port {port[:20]!r} is no port.\nAllowed: a whole number from 1 to {LAST}."
        )
    with socket.socket() as trial:
        if os.name == "posix":  # a port that was left a minute ago is free, as for the server
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, number))
        except OSError as error:
            other = 8001 if number == 8000 else 8000
            raise ConfigError(
                f"--port {number} can't be used: {error.strerror}.\n"
                f"Give another, such as --port {other}."
            ) from None
    return number


def serve(output: Path, port: int, render: Callable[[], None]) -> None:
    """Serve OUTPUT/site until interrupted, after `render` of what changes; nothing is trained."""
    from mkdocs.livereload import LiveReloadServer

    log = logging.getLogger("mkdocs.livereload")
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    def build() -> None:
        try:
            with holding(output, wait=True):  # a build beside this one is done first
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
