"""Evidence that nothing was trained for: the report must tell whatever it holds."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch

from wd import config
from wd.config import Config, Setting
from wd.declarations import KINDS, MATRIX
from wd.evidence.keys import made_on, plan
from wd.evidence.outcome import Outcome
from wd.evidence.store import Evidence
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "docs/assets/explore"

Value = Callable[[Setting, int], tuple[float, ...] | None]


def invent_values(setting: Setting, seed: int) -> tuple[float, ...] | None:
    """Smaller norms and losses under more decay; above lr 1 every run diverges."""
    if (setting.lr or 0) > 1:
        return None
    shrunk = (1 + seed / 10) / (1 + (setting.weight_decay or 0))
    return 0.5 * shrunk, 2.0 * shrunk, 13.0 * shrunk, 0.05


@pytest.fixture(scope="session")
def write_evidence() -> Callable[..., Config]:
    """A function that writes evidence of invented runs for some studies to a file."""

    def write(
        path: Path,
        studies: dict[str, dict],
        value: Value = invent_values,
        measures: dict[str, float] | None = None,
        provenance: dict[str, str] | None = None,
        **document: dict,
    ) -> Config:
        wanted = config.parse({"study": studies} | document)
        with Evidence(path, writable=True) as store, store.transaction():
            store.begin(provenance or {})
            for study in wanted.studies:
                for cell in plan(study):
                    if study.kind == MATRIX:
                        outcomes = [
                            Outcome(
                                seed,
                                complete(end),
                                invent_curves(study.curves_every, end),
                                measures or {},
                            )
                            for seed in study.seeds
                            for end in [value(cell.setting, seed)]
                        ]
                    else:
                        outcomes = [invent_numbers(study.kind, seed) for seed in study.seeds]
                    store.append(cell, made_on(cell.setting, "cpu"), outcomes)
        return wanted

    return write


def invent_numbers(kind: str, seed: int) -> Outcome:
    """All numbers of a kind of study, and three points of each of its series."""
    declared = KINDS[kind]
    numbers = {name: 0.5 + place / 100 for place, name in enumerate(declared.numbers)}
    series = {
        name: [(float(point),) * (len(each.index) + len(each.columns)) for point in range(3)]
        for name, each in declared.series.items()
    }
    return Outcome(seed, (), series, numbers)


def complete(end: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """The numbers of a run in the evidence's columns; what is expected is what was measured."""
    if end is None:
        return None
    train_loss, test_loss, w_norm, b = end
    return train_loss, test_loss, test_loss, w_norm, b


def invent_curves(every: int | None, end: tuple[float, ...] | None) -> dict[str, list[tuple]]:
    """A flat one, 100 epochs long."""
    if every is None:
        return {}
    return {"curves": [(epoch, *(end or (9.0, 9.0, 9.0))[:3]) for epoch in range(0, 101, every)]}


@pytest.fixture
def invent(
    tmp_path: Path, write_evidence: Callable[..., Config]
) -> Iterator[Callable[..., Readings]]:
    """A function that writes evidence of invented runs for some studies, and opens it."""
    with ExitStack() as stack:

        def invent(*arguments: object, **document: dict) -> Readings:
            path = tmp_path / "evidence.sqlite"
            wanted = write_evidence(path, *arguments, **document)
            return Readings(wanted, stack.enter_context(Evidence(path)))

        yield invent


@pytest.fixture(scope="session")
def amend() -> Callable[..., None]:
    """A function that changes evidence behind the back of its readers, whatever its seals say."""

    def change(readings: Readings, *statements: str) -> None:
        with sqlite3.connect(readings.evidence.path) as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    return change


class NoDrawings:
    """Pages without pictures: where what is told counts."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def place(self, name: str) -> str:
        """No picture."""
        return ""

    def take_picture(self, name: str) -> bytes:
        """No picture for a card, either."""
        return b""


@pytest.fixture(scope="session")
def no_drawings() -> NoDrawings:
    """What stands in for the drawings of pages that are rendered without pictures."""
    return NoDrawings()


@pytest.fixture(scope="session")
def labels() -> Labels:
    """The English words."""
    return Labels(ROOT / "docs/en/labels")


@pytest.fixture(scope="session")
def run_script(run_node: Callable[..., object]) -> Callable[..., list]:
    """A function that runs modules of the site's script in Node and returns what calls give."""

    def run(*files: str, calls: list[str]) -> list:
        sources = "\n".join((SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in files)
        code = f"{sources}\nprocess.stdout.write(JSON.stringify([{', '.join(calls)}]));"
        return run_node("-", typed=code, timeout_s=60)

    return run


@pytest.fixture(scope="session")
def run_code() -> Callable[[str], dict[str, object]]:
    """A function that runs what a page gives to copy, piece by piece, and returns what it defines.

    What torch's generator and default type were before, they are afterwards.
    """

    def run(page: str) -> dict[str, object]:
        text = (ROOT / f"docs/en/{page}.md.j2").read_text(encoding="utf-8")
        pieces = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        assert pieces
        names, usual = {}, torch.get_default_dtype()
        try:
            with torch.random.fork_rng():
                torch.manual_seed(0)
                for piece in pieces:
                    exec(compile(piece, f"{page}.md", "exec"), names)
        finally:
            torch.set_default_dtype(usual)
        return names

    return run
