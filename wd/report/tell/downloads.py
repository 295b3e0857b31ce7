"""What readers can download beside the pages: runs and curves, the evidence, the programs.

They are written to files as they are read, and kept from one build to the next. A site has a limit
(GitHub Pages takes 1 GB, and git 100 MB a file), so that of evidence which is
larger than `LARGEST` they hold the first seeds of each setting: a sample, as the pages then say.
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedIOBase
from pathlib import Path
from typing import IO, cast

from wd.config import Study
from wd.declarations import KINDS, MATRIX
from wd.evidence.schema import SERIES, view_of
from wd.report.read.cache_key import digest, note, recall
from wd.report.read.readings import Readings
from wd.report.tell.shown import open_shown

LARGEST = 50_000_000
"""Bytes of evidence that are offered; with all that is offered beside it, a fifth of a site."""
_NOT_IN_CSV = ("torch", "processor")
"""Columns of `runs` that are the same for nearly all of its rows."""
_LARGE = 1000
"""A study of more runs than this is compressed."""
_LEVEL = 4  # more costs time and saves little: most of it are digits without a pattern
_EVIDENCE = "evidence.sqlite"


class Offer:
    """What a page says about the downloads.

    Attributes:
        runs: The name of the file with all runs of the matrix.
        curves: The name of the file with all curves.
        seeds: How many seeds of each setting they hold; empty where they hold all.
    """

    def __init__(self, readings: Readings) -> None:
        """Look how large the evidence is."""
        self.most = _limit_seeds(readings)
        self.seeds = "" if self.most is None else f"{self.most:,}"
        suffix = ".gz" if self.seeds else ""
        self.runs, self.curves = f"runs.csv{suffix}", f"curves.csv{suffix}"


def gather_downloads(
    readings: Readings, programs: Mapping[str, Path], folder: Path
) -> dict[str, Path]:
    """Write the downloads: runs and curves as CSV, the evidence file, notebooks and programs.

    Args:
        readings: The evidence.
        programs: The programs that readers see, by name.
        folder: Where they are kept; what is there from the same evidence is taken as it is.

    Returns:
        The files by their paths within a language's pages.
    """
    evidence, studies = readings.evidence, readings.config.studies
    key = digest([Path(__file__), evidence.path], repr(studies))
    stamp = folder.with_name(f"{folder.name}.stamp")
    if recall(stamp, key, folder) is None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _write_all(readings, programs, folder)
        note(stamp, key, folder)
    files = {f"data/{path.name}": path for path in folder.iterdir() if path.suffix != ".ipynb"}
    files.setdefault(f"data/{_EVIDENCE}", evidence.path)
    for name, source in programs.items():
        if (executed := folder / f"{name}.ipynb").is_file():
            files |= {executed.name: executed, f"{name}.py": source}
    return files


def name_download(study: Study) -> str:
    """Name the file with all runs of a study."""
    large = len(study.settings) * len(study.seeds) > _LARGE
    return f"data/study-{study.name}.csv{'.gz' * large}"


def _write_all(readings: Readings, programs: Mapping[str, Path], folder: Path) -> None:
    offer = Offer(readings)
    names = {study.name: Path(name_download(study)).name for study in readings.config.studies}
    with _open_sample(readings, offer, folder, programs) as sample:
        for study in sample.config.studies:
            with _create(folder / names[study.name]) as file:
                _write_runs(sample, study, file)
        if MATRIX in KINDS:
            _write_matrix(sample, offer, folder, [names[name] for name in sorted(sample.matrix)])
        for name, text in sample.evidence.rows("SELECT name, notebook FROM programs"):
            (folder / f"{name}.ipynb").write_bytes(text.encode())


def _write_matrix(sample: Readings, offer: Offer, folder: Path, studies: Iterable[str]) -> None:
    """Write the runs of all studies of the matrix into one file, and their curves into another."""
    with _create(folder / offer.runs) as whole:
        _write_rows(whole, _list_columns(sample, view_of(MATRIX)), ())
        for study in studies:
            with _open(folder / study) as part:
                part.readline()
                shutil.copyfileobj(part, whole)
    curves = "SELECT * FROM curves"
    header, _ = sample.evidence.ask(f"{curves} LIMIT 0")
    with _create(folder / offer.curves) as file:
        _write_rows(file, header, sample.evidence.stream(f"{curves} ORDER BY run, epoch"))


@contextmanager
def _open_sample(
    readings: Readings, offer: Offer, folder: Path, programs: Collection[str]
) -> Iterator[Readings]:
    """Readings of what is offered, whose evidence is then kept beside the other files."""
    if offer.most is None:
        yield readings
        return
    studies = tuple(
        replace(study, seeds=study.seeds[: offer.most]) for study in readings.config.studies
    )
    chosen = Readings(replace(readings.config, studies=studies), readings.evidence)
    with open_shown(chosen, folder.parent, programs) as sample:
        shutil.copyfile(sample.evidence.path, folder / _EVIDENCE)
        yield sample


def _limit_seeds(readings: Readings) -> int | None:
    """How many seeds of each setting fit into what is offered; None for all.

    What a seed takes is told by the rows of a setting's first one.
    """
    size = readings.evidence.path.stat().st_size
    if size <= LARGEST:
        return None
    tables = ("results", "measures", *SERIES)
    count = " + ".join(f"(SELECT count(*) FROM {each} WHERE run = found.run)" for each in tables)
    query = f"SELECT {count} FROM results AS found WHERE cell = ? AND seed = ?"
    rows = []
    for study in readings.studies:
        for cell in readings.cells(study):
            ((each,),) = readings.evidence.rows(query, (cell.identity, int(cell.seeds[0])))
            rows.append((each, len(cell.seeds)))
    budget = LARGEST / size * sum(each * seeds for each, seeds in rows)
    most = max(seeds for _, seeds in rows)
    while most > 1 and sum(each * min(seeds, most) for each, seeds in rows) > budget:
        most //= 2
    return most


def _write_runs(readings: Readings, study: Study, file: BufferedIOBase) -> None:
    """Write the view of a study's kind as CSV, cell by cell."""
    view = view_of(study.kind)
    names = _list_columns(readings, view)
    columns = ", ".join(f'{view}."{name}"' for name in names)
    query = f"SELECT {columns} FROM {view} JOIN results USING (run) WHERE cell = ? ORDER BY run"
    cells = readings.cells(study.name)
    rows = (row for cell in cells for row in readings.evidence.stream(query, [cell.identity]))
    _write_rows(file, names, rows)


def _list_columns(readings: Readings, view: str) -> list[str]:
    header, _ = readings.evidence.ask(f"SELECT * FROM {view} LIMIT 0")
    return [name for name in header if name not in _NOT_IN_CSV]


@contextmanager
def _create(path: Path) -> Iterator[BufferedIOBase]:
    """Open a file to be written, compressed if its name says so, with the same bytes each time."""
    with path.open("wb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as compressed:
            yield compressed


def _open(path: Path) -> BufferedIOBase:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _write_rows(file: BufferedIOBase, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    text = io.TextIOWrapper(cast(IO[bytes], file), encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    text.detach()  # flushed; the file stays open
