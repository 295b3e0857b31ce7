"""Building the report: from nothing, and again with nothing changed, against MkDocs alone."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.turns import Contender, Figure, compare, take_turns

ROOT = Path(__file__).resolve().parents[1]
REBUILD_BOUND = 1.5

_REBUILD, _BARE = "unchanged rebuild", "bare mkdocs build of the same pages"

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
    """Build once from nothing, then let rebuild and MkDocs take turns.

    Each is a process of its own, imports included.

    Args:
        turns: How often.
    """
    with TemporaryDirectory() as folder:
        output, site = Path(folder, "build"), Path(folder, "site")
        rebuild = [sys.executable, "-m", "invoke", "build-report", "--output", str(output)]
        bare = [sys.executable, "-c", _MKDOCS, str(output / "docs" / "en"), str(site)]
        start = time.perf_counter()
        _run(rebuild)
        cold_s = time.perf_counter() - start
        rates = take_turns(
            {
                _REBUILD: Contender(1, lambda: _run(rebuild)),
                _BARE: Contender(1, lambda: _run(bare)),
            },
            turns,
        )
    bare_s = statistics.median(1 / rate for rate in rates[_BARE])
    # a ratio of times is that of the rates the other way round
    again = compare(rates, _BARE, _REBUILD, most=REBUILD_BOUND)
    return [
        Figure("cold build, nothing of ours cached", _BARE, cold_s / bare_s),
        replace(again, what=_REBUILD, against=_BARE),
    ]


def _run(command: list[str]) -> None:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
