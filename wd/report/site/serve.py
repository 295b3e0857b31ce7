"""A local server that rebuilds the site when its sources change and tells open pages to reload."""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

from wd.errors import ConfigError, WdError, explain
from wd.holding import holding
from wd.project import PROJECT, REPORT
from wd.report.site.languages import LANGUAGES
from wd.report.site.policy import POLICY

HOST = "127.0.0.1"
HOSTS = (HOST, "localhost")
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


def serve(output: Path, port: int, make: Callable[[str], None]) -> None:
    """Serve OUTPUT/site until interrupted; nothing is trained.

    Args:
        output: The folder for all that is built.
        port: Where to serve.
        make: Makes what changed of the site for an address; called first, and after each change.
    """
    log = logging.getLogger("mkdocs.livereload")
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    def build() -> None:
        try:
            with holding(output, wait=True):  # a build beside this one is done first
                make(f"http://{HOST}:{port}/")
        except (WdError, OSError) as error:  # the author sees it and goes on writing
            log.error("%s", explain(error) if isinstance(error, OSError) else error)

    build()
    root = (output / "site").resolve()
    server = _server_class()(builder=build, host=HOST, port=port, root=str(root))
    for language in LANGUAGES.values():
        server.watch(str(language.folder))
        server.watch(str(language.mkdocs_file))
    for folder in ("assets", "overrides"):
        server.watch(str(PROJECT / "docs" / folder))
    server.watch(str(REPORT.folder / "docs" / "widgets"))
    try:
        server.serve()
    except KeyboardInterrupt:
        log.info("stopped")
    finally:
        server.shutdown()


def _server_class() -> type:
    from mkdocs.livereload import LiveReloadServer

    class Server(LiveReloadServer):
        """Serves this site to this machine's browser, and nothing else to anybody else."""

        def serve_request(self, environ, start_response):
            """Answer its own names alone: another host's name may be made to lead here."""
            host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST")
            if host not in HOSTS or self._leads_out(environ["PATH_INFO"]):
                start_response("404 Not Found", [("Content-Type", "text/plain")])
                return [b"404 Not Found"]
            return super().serve_request(environ, start_response)

        def _leads_out(self, path: str) -> bool:
            """Whether a path follows a link out of the site, or can't be one."""
            root = Path(self.root).resolve()  # a rebuild may have replaced it
            try:
                place = root / path.encode("latin-1").decode(errors="ignore").lstrip("/")
                return not place.resolve().is_relative_to(root)
            except (OSError, ValueError):
                return True

        def _inject_js_into_html(self, content, epoch):
            """Let the script that reloads the page run, which is another one every time."""
            policy = POLICY.pattern.encode()
            return super()._inject_js_into_html(re.sub(policy, b"", content), epoch)

    return Server
