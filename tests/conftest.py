"""What several test modules build on: the two programs, and the site of a small report."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch
from filelock import FileLock

from wd import pipeline
from wd.evidence.store import Evidence
from wd.report.site import notebooks
from wd.report.site.languages import programs
from wd.report.site.node import node_executable

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests/small.toml"

torch.set_num_threads(1)  # what tests train is too small to share: waiting would cost more

RUN = "window.ran = 1"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f'<img src="x" onerror="{RUN}">',
    f"<img src=x onerror={RUN.replace(' ', '')}>",
    f'<img src="data:image/svg+xml,x" onerror="{RUN}">',
    f'<svg onload="{RUN}"></svg>',
    f"<svg><script>{RUN}</script></svg>",
    f'<svg><a xlink:href="javascript:{RUN}"><text>x</text></a></svg>',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f'<iframe src="javascript:parent.{RUN}"></iframe>',
    f'<object data="javascript:parent.{RUN}"></object>',
    f'<a href="javascript:{RUN}">x</a>',
    f'<a href=" &#106;avascript:{RUN}">x</a>',
    f'<a href="java\tscript:{RUN}">x</a>',
    f'<details open ontoggle="{RUN}"><summary>x</summary></details>',
    f'<body onload="{RUN}">',
    f'<input autofocus onfocus="{RUN}">',
    f'<video><source onerror="{RUN}"></video>',
    f'<math><mtext><table><mglyph><style><img src=x onerror="{RUN}"></style></mglyph></table>',
    f'<!--><img src=x onerror="{RUN}">-->',
    f"<noscript><p title=\"</noscript><img src=x onerror='{RUN}'>\"></noscript>",
    f'<template><img src=x onerror="{RUN}"></template>',
    f'<p style="animation: x" onanimationstart="{RUN}">x</p>',
    f'<form action="javascript:{RUN}"><button>x</button></form>',
    f'<textarea></textarea><img src=x onerror="{RUN}">',
    f'<title></title><img src=x onerror="{RUN}">',
    f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">',
]

SLOW = (
    "survey",
    "published_evidence",
    "pdfs",
    "small_report",
    "built_site",
    "invented_report",
    "address",
)
"""Fixtures that take long to make, or whose tests do: what takes minutes first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that need what is slow to make: at the end others would wait for it.

    The order within a file, and of files that are alike in this, is a random one.
    """
    ranks = dict.fromkeys((item.path for item in items), len(SLOW))
    for item in items:
        needed = {SLOW.index(name) for name in item.fixturenames if name in SLOW}
        ranks[item.path] = min(needed | {ranks[item.path]})
    items.sort(key=lambda item: ranks[item.path])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the order in which the tests ran, so that it can be asked for again."""
    if (seed := getattr(config.option, "randomly_seed", None)) is not None:
        terminalreporter.write_line(f"in the random order --randomly-seed={seed}")


Program = dict  # what a program has defined once it has run: its constants, data and functions


@pytest.fixture(scope="session")
def payloads() -> list[str]:
    """Markup that sets `window.ran` in a browser, where it is let in."""
    return PAYLOADS


@pytest.fixture(scope="session")
def make_once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], object]], Path]:
    """A function that fills a folder once for all processes of a session; tests don't change it.

    The process that asks first fills it, the others wait for it.
    """
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":  # each of several processes has a folder of its own in there
        shared = shared.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                folder.mkdir(exist_ok=True)
                fill(folder)
                done.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def run_node() -> Callable[..., object]:
    """A function that runs a script in Node and returns what it prints, which is JSON.

    A script that doesn't end fails the test, instead of holding it up.
    """

    def run(*command: str | Path, typed: str = "", timeout_s: int = 600, **variables: str):
        done = subprocess.run(
            [node_executable(), *command],
            input=typed,
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={**os.environ, **variables},
            timeout=timeout_s,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def executed(make_once) -> dict[str, str]:
    """Both programs as executed notebooks, by name."""

    def execute(folder: Path) -> None:
        sources = programs()
        texts = notebooks.execute_all(sources.values(), timeout_s=300)
        found = {name: texts[source][0] for name, source in sources.items()}
        (folder / "texts.json").write_text(json.dumps(found), encoding="utf-8")

    return json.loads((make_once("executed", execute) / "texts.json").read_text(encoding="utf-8"))


@pytest.fixture
def run_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Program]]:
    """A function that runs a program here, with settings changed in its text as a reader would.

    With `double=True` every float32 of the program becomes float64, so that formulas can be
    compared to twelve digits.
    """
    plt.switch_backend("agg")
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    usual = torch.get_default_dtype()

    def run(name: str, *, double: bool = False, **settings: object) -> Program:
        text = programs()[name].read_text(encoding="utf-8")
        for setting, value in settings.items():
            text, found = re.subn(rf"(?m)^{setting} = \S+", f"{setting} = {value}", text)
            assert found == 1
        if double:
            text = text.replace("torch.float32", "torch.float64")
            torch.set_default_dtype(torch.float64)
        program = {"__name__": "__main__"}
        exec(compile(text, f"{name}.py", "exec"), program)
        return program

    yield run
    torch.set_default_dtype(usual)


@pytest.fixture(scope="session")
def small_evidence(make_once) -> Path:
    """The evidence of a small report, without its programs; tests leave it as it is."""
    folder = make_once(
        "trained", lambda output: pipeline.run(SMALL, output, "cpu", None, programs=False)
    )
    return folder / pipeline.EVIDENCE


@pytest.fixture(scope="session")
def small_report(make_once, small_evidence: Path, executed: dict[str, str]) -> Path:
    """The folder of the same report, whole and rendered; tests leave it as it is."""

    def write(output: Path) -> None:
        shutil.copytree(small_evidence.parent, output, dirs_exist_ok=True)
        store_programs(output, executed)
        pipeline.run(SMALL, output, "cpu", None)
        pipeline.render(SMALL, output, "auto", None)

    return make_once("small", write)


@pytest.fixture(scope="session")
def built_site(request: pytest.FixtureRequest, make_once) -> Path:
    """The small report's site, built once; the folder in the variable WD_SITE where it is set."""
    if given := os.environ.get("WD_SITE"):
        return Path(given)
    report = request.getfixturevalue("small_report")

    def build(output: Path) -> None:  # beside the report, which others copy meanwhile
        shutil.copytree(report, output, dirs_exist_ok=True)
        pipeline.build_report(SMALL, output, "auto", None)

    return make_once("small-site", build) / "site"


@pytest.fixture(scope="session")
def offline_site(built_site: Path, make_once) -> Path:
    """The same pages for reading from disk, in the folder `offline` beside the site."""
    folder = built_site.with_name("offline")
    if not folder.is_dir():
        output = built_site.parent
        make_once(
            "small-offline", lambda _: pipeline.site(SMALL, output, "auto", None, offline=True)
        )
    return folder


def store_programs(output: Path, executed: dict[str, str]) -> None:
    """Put the executed programs into the evidence, where a run would look before executing them."""
    sources = programs()
    with Evidence(output / pipeline.EVIDENCE, writable=True) as evidence:
        for name, text in executed.items():
            evidence.store_program(name, notebooks.program_key(sources[name]), text)
