"""A changed sentence under `serve`, against what MkDocs alone takes for the same pages.

`python -m benchmarks.sentences OUTPUT TURNS` is a process that has the report of a built folder
open, as `serve` has, and prints the CPU seconds of each turn. The sentence is added to a copy of
the templates: no file of the project is touched.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from benchmarks.turns import Figure
from wd.report.site.languages import Language

ROOT = Path(__file__).resolve().parents[1]
PAGE = "soft.md.j2"
BOUND = 0.3


def measure(output: Path, turns: int) -> Figure:
    """Let changed sentences and MkDocs take turns.

    Args:
        output: A folder with a whole build.
        turns: How often.
    """
    command = [sys.executable, "-m", "benchmarks.sentences", str(output), str(turns)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    ratios = json.loads(done.stdout.splitlines()[-1])
    what = "a changed sentence under serve, in CPU seconds"
    against = "MkDocs for the pages of its language"
    return Figure(what, against, statistics.median(ratios), turns=ratios, most=BOUND)


def _take_turns(output: Path, turns: int) -> list[float]:
    from wd import config
    from wd.report import preview, publish
    from wd.report.preview import Preview
    from wd.report.site import build, words
    from wd.report.site.languages import FIRST

    wanted = config.load(ROOT / "report.toml")
    with TemporaryDirectory() as folder:
        copied = Path(folder, "docs", FIRST.name)
        shutil.copytree(FIRST.folder, copied)
        made = Path(folder, "build")
        shutil.copytree(output, made, ignore=shutil.ignore_patterns("site", "docs"))
        language = replace(FIRST, folder=copied)
        with mock.patch.multiple(preview, PROJECT=Path(folder)):
            for module in (preview, publish, build, words):  # of a process that ends with this
                module.LANGUAGES, module.FIRST = {FIRST.name: language}, language
            shown = Preview(made / "evidence.sqlite", made, "")
            shown.make(wanted, "http://127.0.0.1:8000/")
            template, ratios = copied / PAGE, []
            for turn in range(turns):
                text = template.read_text(encoding="utf-8")
                template.write_text(f"{text}\nSentence {turn}.\n", encoding="utf-8")
                ours = _time(lambda: shown.make(wanted, "http://127.0.0.1:8000/"))
                ratios.append(ours / _time(lambda: _build(made, language, Path(folder, "site"))))
            shown.close()
    return ratios


def _build(made: Path, language: Language, site: Path) -> None:
    """What `mkdocs build` does."""
    from mkdocs.commands.build import build

    from wd.report.site.build import load_mkdocs

    config = load_mkdocs(made, language, site / language.name)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()


def _time(call: Callable[[], None]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


if __name__ == "__main__":
    print(json.dumps(_take_turns(Path(sys.argv[1]), int(sys.argv[2]))))
