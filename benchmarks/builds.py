"""Building the report: from nothing, again, and after a changed sentence, against MkDocs alone."""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from benchmarks.turns import Contender, Figure, compare, take_turns
from wd.report.site.languages import FIRST, LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
UNCHANGED, CHANGED, SERVED = (
    "unchanged rebuild",
    "rebuild with a changed sentence",
    "changed sentence under serve",
)
BOUNDS = {UNCHANGED: 1.2, CHANGED: 1.2, SERVED: 0.27}
"""A served sentence: 1.2 s where MkDocs needed 4.5."""
PAGE = "soft"
LOOKS_EVERY_S, LOOKS_AT_MOST = 0.02, 6000

_BARE = "bare mkdocs build of the same pages"

_MKDOCS = """
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config
config = load_config("mkdocs.yml", docs_dir=sys.argv[1], site_dir=sys.argv[2])
config.plugins.on_startup(command="build", dirty=False)
build(config)
config.plugins.on_shutdown()
"""
"""What `mkdocs build` does, which has no option for the folder of the pages."""


def measure(turns: int) -> list[Figure]:
    """Build a copy of the project, in English, from nothing; then rebuilds and MkDocs take turns.

    All but the server are processes of their own, imports included.

    Args:
        turns: How often.
    """
    with TemporaryDirectory() as folder:
        project, site = Path(folder, "project"), Path(folder, "site")
        left_out = shutil.ignore_patterns("build", "node_modules", ".*")
        shutil.copytree(ROOT, project, ignore=left_out, symlinks=True)
        (project / "node_modules").symlink_to(ROOT / "node_modules")
        for language in LANGUAGES.keys() - {FIRST.name}:  # MkDocs alone knows one language
            shutil.rmtree(project / "docs" / language)
            (project / f"mkdocs.{language}.yml").unlink()
        rebuild = [sys.executable, "-m", "invoke", "build-report"]
        bare = [sys.executable, "-c", _MKDOCS, "build/docs/en", str(site)]
        start = time.perf_counter()
        _run(rebuild, project)
        cold_s = time.perf_counter() - start
        text = project / "docs" / "en" / f"{PAGE}.md.j2"
        changed = _change(text)

        def build_changed() -> None:
            next(changed)
            _run(rebuild, project)

        rates = take_turns(
            {
                UNCHANGED: Contender(1, partial(_run, rebuild, project)),
                CHANGED: Contender(1, build_changed),
                _BARE: Contender(1, partial(_run, bare, project)),
            },
            turns,
        )
        with _serving(project) as address:
            served = Contender(1, lambda: _see(address, next(changed)))
            rates |= take_turns({SERVED: served}, turns)
    bare_s = statistics.median(1 / rate for rate in rates[_BARE])
    return [
        Figure("cold build, nothing of ours cached", _BARE, cold_s / bare_s),
        *(
            # a ratio of times is that of the rates the other way round
            replace(compare(rates, _BARE, what, most=BOUNDS[what]), what=what, against=_BARE)
            for what in rates
            if what != _BARE
        ),
    ]


def _change(text: Path) -> Iterator[str]:
    """Add another word to the first plain sentence of a page each time; yield the word."""
    before = text.read_text(encoding="utf-8")
    sentence = re.search(r"^[A-Z][a-z][^\n{|]{60,}\.$", before, flags=re.MULTILINE)
    for number in count():
        word = f"Again{number}."
        changed = f"{before[: sentence.end()]} {word}{before[sentence.end() :]}"
        text.write_text(changed, encoding="utf-8")
        yield word


@contextmanager
def _serving(project: Path) -> Iterator[str]:
    """Serve a project, and give the address of the page that changes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "invoke", "serve", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=project, **quiet) as process:
        try:
            address = f"http://127.0.0.1:{port}/en/{PAGE}/"
            _see(address, "<h1")
            yield address
        finally:
            process.terminate()


def _see(address: str, word: str) -> None:
    """Wait until a page that is served has a word.

    Raises:
        TimeoutError: If it never does.
    """
    for _ in range(LOOKS_AT_MOST):
        with suppress(OSError), urlopen(address) as page:
            if word in page.read().decode():
                return
        time.sleep(LOOKS_EVERY_S)
    raise TimeoutError(f"{address} never showed {word!r}")


def _run(command: list[str], project: Path) -> None:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=project, check=True, capture_output=True, env=environment)
