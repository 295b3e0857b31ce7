"""What readers can download beside the pages: runs and curves, the evidence, the programs."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from wd.config import Study
from wd.declarations import MATRIX
from wd.evidence.schema import view_of
from wd.report.read.readings import Readings

_NOT_IN_CSV = ("torch", "processor")
"""Columns of `runs` that are the same for nearly all of its rows."""
_LARGE = 1000
"""A study of more runs than this is compressed."""
_LEVEL = 4  # more costs time and saves little: most of it are digits without a pattern


def gather_downloads(readings: Readings, programs: Mapping[str, Path]) -> dict[str, bytes]:
    """The downloads: all runs and curves as CSV, the evidence file, notebooks and programs."""
    evidence = readings.evidence
    written = {study.name: _write_runs(readings, study) for study in readings.config.studies}
    header = ",".join(_list_columns(readings, view_of(MATRIX))) + "\n"
    parts = [written[name].removeprefix(header.encode()) for name in sorted(readings.matrix)]
    files = {
        "data/runs.csv": b"".join([header.encode(), *parts]),
        "data/curves.csv": _csv(*evidence.ask("SELECT * FROM curves ORDER BY run, epoch")),
        "data/evidence.sqlite": evidence.path.read_bytes(),
    }
    for study in readings.config.studies:
        name, content = name_download(study), written[study.name]
        compressed = name.endswith(".gz")
        files[name] = gzip.compress(content, _LEVEL, mtime=0) if compressed else content
    executed = dict(evidence.rows("SELECT name, notebook FROM programs"))
    for name, source in programs.items():
        if name in executed:
            files[f"{name}.ipynb"] = executed[name].encode()
            files[f"{name}.py"] = source.read_bytes()
    return files


def name_download(study: Study) -> str:
    """Name the file with all runs of a study."""
    large = len(study.settings) * len(study.seeds) > _LARGE
    return f"data/study-{study.name}.csv{'.gz' * large}"


def _write_runs(readings: Readings, study: Study) -> bytes:
    """Write the view of a study's kind as CSV, cell by cell."""
    view = view_of(study.kind)
    names = _list_columns(readings, view)
    columns = ", ".join(f'{view}."{name}"' for name in names)
    query = f"SELECT {columns} FROM {view} JOIN results USING (run) WHERE cell = ? ORDER BY run"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for cell in readings.cells(study.name):
        writer.writerows(readings.evidence.rows(query, [cell.identity]))
    return text.getvalue().encode()


def _list_columns(readings: Readings, view: str) -> list[str]:
    header, _ = readings.evidence.ask(f"SELECT * FROM {view} LIMIT 0")
    return [name for name in header if name not in _NOT_IN_CSV]


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
