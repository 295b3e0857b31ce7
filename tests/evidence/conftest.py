"""Evidence files of invented numbers, and ways to read and to spoil them."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from wd import config
from wd.config import Config
from wd.declarations import KINDS
from wd.evidence.keys import Cell, plan
from wd.evidence.outcome import Outcome
from wd.evidence.schema import SERIES
from wd.evidence.store import Evidence

ROOT = Path(__file__).parents[2]
TABLES = ("cells", "parts", "results", "measures", *SERIES, "provenance", "programs")

Rows = Mapping[str, frozenset]


@pytest.fixture(scope="session")
def parse() -> Callable[..., Config]:
    """A function that makes a configuration of studies, given by name."""
    return lambda **studies: config.parse({"study": studies})


@pytest.fixture(scope="session")
def cells(parse: Callable[..., Config]) -> Callable[..., tuple[Cell, ...]]:
    """A function that plans the cells of one study, called "a"."""
    return lambda **table: plan(parse(a=table).studies[0])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Evidence]:
    """An open evidence file without runs."""
    with Evidence(tmp_path / "evidence.sqlite", writable=True) as opened:
        yield opened


@pytest.fixture
def filled(tmp_path: Path, cells: Callable[..., tuple[Cell, ...]]) -> Path:
    """A file with 200 runs of four cells, each a part."""
    path = tmp_path / "evidence.sqlite"
    with Evidence(path, writable=True) as opened:
        for cell in cells(weight_decay=[0, 1, 2, 3]):
            opened.append(
                cell, "cpu", [Outcome(seed, (0.5, 1.5, 1.4, 13.0, 0.05)) for seed in range(50)]
            )
    return path


STUDIES = {
    "chapter": {
        "implementation": ["scratch", "concise"],
        "weight_decay": [0, 3],
        "curves_every": 25,
        "decompose": True,
        "seeds": 8,
    },
    "hard": {"implementation": "constrained", "theta": [0.1, 1], "seeds": 8},
    **{kind: {"kind": kind, "seeds": 2} for kind in KINDS if kind not in ("matrix", "landscape")},
    "landscape": {"kind": "landscape", "n_features": 2, "seeds": [10]},
}
"""Every kind, with the sizes that it can be run with."""
SIZES = {"same_thing": (5, 20), "random_start": (5, 20), "undecayed_descent": (5, 20)}


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every kind of rows: leave it as it is, and spoil copies."""
    path = tmp_path_factory.mktemp("rich") / "evidence.sqlite"
    draw = random.Random(0)
    studies = {
        name: table | dict(zip(("n_train", "n_features"), SIZES.get(name, ()), strict=False))
        for name, table in STUDIES.items()
    }
    with Evidence(path, writable=True) as opened:
        for build in range(2):
            opened.begin({"config": f"[study.{build}]\n" * 60, "commit": f"{build}" * 40})
            for study in config.parse({"study": studies}).studies:
                half = study.seeds[build::2]
                for number, setting in enumerate(study.settings if half else ()):
                    cell = Cell(study.name, study.kind, setting, f"{number:032}", "torch 2.6")
                    invented = [_invent(cell, seed, draw) for seed in half]
                    opened.append(cell, "cpu", invented, draw.random())
        for name in ("scratch", "concise"):
            opened.store_program(name, "key", json.dumps([draw.random() for _ in range(400)]), 1.5)
    return path


def _invent(cell: Cell, seed: int, draw: random.Random) -> Outcome:
    kind = KINDS[cell.kind]
    if cell.kind != "matrix":
        measures = {name: draw.random() for name in kind.numbers}
        series = {
            name: [
                (*_count(each.index.values(), point), *(draw.random() for _ in each.columns))
                for point in range(30)
            ]
            for name, each in kind.series.items()
        }
        return Outcome(seed, (), series, measures)
    trained = cell.setting.implementation != "constrained"
    curve = [(epoch, *(draw.random() for _ in range(3))) for epoch in (0, 25, 50, 75, 100)]
    good = seed != 5 or not trained
    return Outcome(
        seed,
        tuple(draw.gauss(0, 1) for _ in kind.numbers) if good else None,
        {"curves": curve} if trained else {},
        {f"part_{name}": draw.random() for name in "abcdef"} if trained and good else {},
    )


def _count(kinds: Iterable[type], point: int) -> list[object]:
    """The indices of a point, a word where one is declared."""
    return [kind(point) for kind in kinds]


@pytest.fixture(scope="session")
def read_all() -> Callable[[Path], Rows]:
    """A function that reads all that a report reads, by table; columns in alphabetical order."""

    def read(path: Path) -> Rows:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            found = {}
            for table in TABLES:
                names = db.execute("SELECT name FROM pragma_table_info(?) ORDER BY name", [table])
                columns = ", ".join(name for (name,) in names)
                found[table] = frozenset(db.execute(f"SELECT {columns} FROM {table}").fetchall())
        return found

    return read


@pytest.fixture(scope="session")
def count_by_part() -> Callable[[Path], Mapping[int, tuple]]:
    """A function that counts the rows of each part of a file, table by table."""

    def count(path: Path) -> Mapping[int, tuple]:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            counted = [
                dict(
                    db.execute(
                        f"SELECT part, count({table}.run) FROM results LEFT JOIN {table}"
                        " USING (run) GROUP BY part"
                    )
                )
                for table in ("measures", *SERIES)
            ]
            runs = dict(db.execute("SELECT part, count(*) FROM results GROUP BY part"))
        return {part: (number, *(each[part] for each in counted)) for part, number in runs.items()}

    return count


@pytest.fixture(scope="session")
def run_python() -> Callable[..., str]:
    """A function that runs a script in a process of its own and returns what it prints."""

    def run(script: str, *arguments: object, tree: Path = ROOT) -> str:
        command = [sys.executable, "-c", script, *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=tree,
            env={"PYTHONPATH": str(tree)},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


PROGRAM = '''
"""An added program."""
from wd.declarations.forms import Hyperparameter, Implementation
from wd.declarations.shared import DATA
DECLARATION = Implementation(
    reads=(*DATA, "zeal"), trained=False, tile=8, own=(Hyperparameter("stripes", int, 3, "own"),)
)
'''
KIND = '''
"""An added kind."""
from wd.declarations.forms import Hyperparameter, Kind, Series
DECLARATION = Kind(
    reads=("lr",),
    numbers=("herd",),
    series={"path": Series({"a_step": int}, ("x_place",))},
    own=(Hyperparameter("aloof", float, 0.5, "own"),),
)
'''


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code to which somebody has added one of everything that can be declared."""
    tree = tmp_path_factory.mktemp("grown")
    shutil.copytree(
        ROOT / "wd", tree / "wd", ignore=shutil.ignore_patterns("report", "__pycache__")
    )
    declarations = tree / "wd/declarations"
    (declarations / "implementations/zebra.py").write_text(PROGRAM, encoding="utf-8")
    (declarations / "kinds/grevy.py").write_text(KIND, encoding="utf-8")
    (tree / "wd/lab/solutions/zebra.py").write_text("import torch\n", encoding="utf-8")
    (tree / "wd/lab/studies/grevy.py").write_text("import torch\n", encoding="utf-8")
    for path, old, new in (
        ("shared.py", '    _count("n_test"', '    Hyperparameter("zeal", float, 1.0, ""),\n{}'),
        ("kinds/matrix.py", '"w_norm", "b")', '"an_end", {}'),
        ("kinds/matrix.py", '"test_loss", "w_norm"))', '"a_point", {}'),
        ("kinds/matrix.py", '"weight_decay", "theta")', '"zeal", {}'),
    ):
        file = declarations / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, path
        file.write_text(text.replace(old, new.format(old)), encoding="utf-8")
    return tree
