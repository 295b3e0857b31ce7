"""What several test modules build on: the two programs, and the site of a small report."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch

from wd import pipeline
from wd.evidence.store import Evidence
from wd.report.site import notebooks
from wd.report.site.languages import programs

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests/small.toml"

torch.set_num_threads(1)  # what tests train is too small to share: waiting would cost more

Program = dict  # what a program has defined once it has run: its constants, data and functions


@pytest.fixture(scope="session")
def executed() -> dict[str, str]:
    """Both programs as executed notebooks, by name."""
    sources = programs()
    texts = notebooks.execute_all(sources.values(), timeout_s=300)
    return {name: texts[source][0] for name, source in sources.items()}


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
def small_report(tmp_path_factory: pytest.TempPathFactory, executed: dict[str, str]) -> Path:
    """The folder of a small report that is trained and rendered; tests leave it as it is."""
    output = tmp_path_factory.mktemp("small")
    store_programs(output, executed)
    pipeline.run(SMALL, output, "cpu", None)
    pipeline.render(SMALL, output, "auto", None)
    return output


@pytest.fixture(scope="session")
def built_site(request: pytest.FixtureRequest) -> Path:
    """The small report's site, built once; the folder in the variable WD_SITE where it is set."""
    if given := os.environ.get("WD_SITE"):
        return Path(given)
    output = request.getfixturevalue("small_report")
    pipeline.build_report(SMALL, output, "auto", None)
    return output / "site"


@pytest.fixture(scope="session")
def offline_site(built_site: Path) -> Path:
    """The same pages for reading from disk, in the folder `offline` beside the site."""
    folder = built_site.with_name("offline")
    if not folder.is_dir():
        pipeline.site(SMALL, built_site.parent, "auto", None, offline=True)
    return folder


def store_programs(output: Path, executed: dict[str, str]) -> None:
    """Put the executed programs into the evidence, where a run would look before executing them."""
    sources = programs()
    with Evidence(output / pipeline.EVIDENCE, writable=True) as evidence:
        for name, text in executed.items():
            evidence.store_program(name, notebooks.program_key(sources[name]), text)
