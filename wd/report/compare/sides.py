"""One side of a comparison: an output folder, an evidence file, or the address of a download.

What counts of it is what its own configuration asks for: the one that its latest build was given.
A cell that other code has made counts as well: it is found by its study and its setting.
"""

from __future__ import annotations

import shutil
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from wd import config as configs
from wd.config import Config, Setting, Study
from wd.declarations import HYPERPARAMETERS
from wd.errors import ConfigError, EvidenceError
from wd.evidence.keys import Cell, plan
from wd.evidence.opening import OutdatedError
from wd.evidence.store import Evidence
from wd.report.compare.runs import list_seeds
from wd.report.read.readings import Readings

TIMEOUT_S = 60
_FILE = "evidence.sqlite"
_HOW = "Give an output folder, an evidence file, or the address of a site's evidence.sqlite."


Key = tuple[str, str, Setting]
"""What a cell is found by: its study, its kind and its setting."""


class Found(NamedTuple):
    """A cell of an evidence file.

    Attributes:
        cell: Its number.
        seeds: Those of its seeds that were asked for, (seeds,), rising.
    """

    cell: int
    seeds: np.ndarray


@dataclass(frozen=True)
class Side:
    """What one side of a comparison has.

    Attributes:
        name: As it was given.
        evidence: Its file.
        config: What it was made for.
        cells: The cells of that which it has.
    """

    name: str
    evidence: Evidence
    config: Config
    cells: dict[Key, Found]

    @cached_property
    def varying(self) -> dict[str, list[str]]:
        """Name, by study, the hyperparameters in which its settings differ."""
        return {
            study.name: [
                name
                for name in HYPERPARAMETERS
                if len({getattr(setting, name) for setting in study.settings}) > 1
            ]
            for study in self.config.studies
        }

    def read(self) -> Readings:
        """Read the studies of which it has all runs."""
        whole = [study for study in self.config.studies if self._is_whole(study)]
        config = replace(self.config, studies=tuple(whole))
        return Readings(
            config,
            self.evidence,
            lambda cell, _: self.cells[cell.study, cell.kind, cell.setting].cell,
        )

    def _is_whole(self, study: Study) -> bool:
        found = (self.cells.get((study.name, study.kind, each)) for each in study.settings)
        return all(each and len(each.seeds) == len(study.seeds) for each in found)

    def read_provenance(self) -> dict[str, list[str]]:
        """Read what made its runs: values by name, the latest first."""
        query = (
            "SELECT DISTINCT build FROM results JOIN parts ON parts.id = part"
            " WHERE results.cell = ? AND seed BETWEEN ? AND ?"
        )
        builds = {
            build
            for cell, seeds in self.cells.values()
            for (build,) in self.evidence.rows(query, [cell, int(seeds[0]), int(seeds[-1])])
        }
        found: dict[str, list[str]] = {}
        for build, name, value in self.evidence.rows(
            "SELECT * FROM provenance ORDER BY build DESC"
        ):
            if build in builds and value and value not in found.setdefault(name, []):
                found[name].append(value)
        return found

    def measure_speed(self) -> dict[str, tuple[int, float]]:
        """Sum up, by study, how many runs its cells have and how many seconds these took."""
        query = "SELECT cell, sum(seconds) FROM parts GROUP BY cell"
        seconds = dict(self.evidence.rows(query))
        runs = dict(self.evidence.rows("SELECT cell, count(*) FROM results GROUP BY cell"))
        found: dict[str, tuple[int, float]] = {}
        for (study, _, _), (cell, _) in self.cells.items():
            count, spent = found.get(study, (0, 0.0))
            found[study] = count + runs[cell], spent + seconds[cell]
        return found


@contextmanager
def open_side(given: str, config: Config | None = None) -> Iterator[Side]:
    """Open one side; nothing of what is given is changed.

    Args:
        given: An output folder, an evidence file, or an address.
        config: What of it counts; the configuration of its latest build where none is given.

    Raises:
        ConfigError: If there is none, or its configuration can't be read.
        EvidenceError: As `Evidence`.
    """
    with TemporaryDirectory() as folder, _open(given, Path(folder)) as evidence:
        config = config or _read_config(given, evidence)
        yield Side(given, evidence, config, _find_cells(config, evidence))


def _open(given: str, folder: Path) -> Evidence:
    if given.startswith(("http://", "https://")):
        return Evidence(_download(given, folder / _FILE), writable=True)
    path = Path(given)
    path = path / _FILE if path.is_dir() else path
    if not path.is_file():
        raise ConfigError(f"{path}: there is no evidence.\n{_HOW}")
    try:
        return Evidence(path)
    except OutdatedError:
        copy = Path(shutil.copyfile(path, folder / _FILE))
        return Evidence(copy, writable=True)  # gets what it lacks of tables and columns


def _download(address: str, path: Path) -> Path:
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer, path.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{address}: can't be downloaded: {error}\n{_HOW}") from None
    return path


def _read_config(given: str, evidence: Evidence) -> Config:
    query = "SELECT value FROM provenance WHERE name = 'config' ORDER BY build DESC LIMIT 1"
    found = evidence.rows(query)
    if not found:
        raise ConfigError(f"{given}: doesn't say for which configuration it was made.\n{_HOW}")
    ((text,),) = found
    try:
        return configs.parse(tomllib.loads(text), text)
    except (ConfigError, ValueError) as error:
        raise EvidenceError(
            f"{given}: was made for a configuration that this version can't read:\n{error}"
        ) from None


def _find_cells(config: Config, evidence: Evidence) -> dict[Key, Found]:
    alike: dict[tuple, list[int]] = {}
    names, rows = evidence.ask("SELECT * FROM cells ORDER BY id DESC")
    for row in rows:
        values = dict(zip(names, row, strict=True))
        alike.setdefault(_describe(values["study"], values["kind"], values), []).append(
            values["id"]
        )
    found = {}
    for study in config.studies:
        wanted = np.array(study.seeds)
        for cell in plan(study):
            known = [evidence.complete(cell, study.seeds), *alike.get(_name(cell), ())]
            those = {each: list_seeds(evidence, each) for each in known if each is not None}
            seeds = {each: np.intersect1d(those[each], wanted) for each in those}
            best = max(seeds, key=lambda each: len(seeds[each]), default=None)
            if best is not None and seeds[best].size:
                found[study.name, study.kind, cell.setting] = Found(best, seeds[best])
    return found


def _name(cell: Cell) -> tuple:
    return _describe(cell.study, cell.kind, dict(cell.setting.values))


def _describe(study: str, kind: str, values: dict[str, object]) -> tuple:
    """What says that cells are of one setting, whatever hyperparameters their code knew.

    One that is as usual counts like one that wasn't there yet.
    """
    special = {
        name: values[name]
        for name, declared in HYPERPARAMETERS.items()
        if values.get(name) not in (None, declared.default)
    }
    return study, kind, frozenset(special.items())
