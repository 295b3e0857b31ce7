"""What readers can download beside the pages: runs and curves, the evidence, the programs."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from wd.config import Study
from wd.evidence.schema import view_of
from wd.report.read.readings import Readings

_NOT_IN_CSV = ("torch", "processor")
"""Columns of `runs` that are the same for nearly all of its rows."""
_LARGE = 1000
"""A study of more runs than this is compressed."""


def gather_downloads(readings: Readings, programs: Mapping[str, Path]) -> dict[str, bytes]:
    """The downloads: all runs and curves as CSV, the evidence file, notebooks and programs."""
    evidence = readings.evidence
    header, runs = evidence.ask("SELECT * FROM runs ORDER BY study, run")
    kept = [place for place, name in enumerate(header) if name not in _NOT_IN_CSV]
    files = {
        "data/runs.csv": _csv(
            [header[place] for place in kept], ([row[place] for place in kept] for row in runs)
        ),
        "data/curves.csv": _csv(*evidence.ask("SELECT * FROM curves ORDER BY run, epoch")),
        "data/evidence.sqlite": evidence.path.read_bytes(),
    }
    files |= {
        name_download(study): _write_runs(readings, study) for study in readings.config.studies
    }
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
    """Write the view of a study's kind, cell by cell, straight into the file."""
    view = view_of(study.kind)
    held = io.BytesIO()
    compressed = name_download(study).endswith(".gz")
    packed = gzip.GzipFile("", "wb", 6, held, mtime=0) if compressed else held
    text = io.TextIOWrapper(packed, "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    for place, cell in enumerate(readings.cells(study.name)):
        header, rows = readings.evidence.ask(
            f"SELECT {view}.* FROM {view} JOIN results USING (run) WHERE cell = {cell.identity}"
            " ORDER BY run"
        )
        kept = [at for at, name in enumerate(header) if name not in _NOT_IN_CSV]
        if place == 0:
            writer.writerow([header[at] for at in kept])
        writer.writerows([row[at] for at in kept] for row in rows)
    text.flush()
    if compressed:
        packed.close()
    return held.getvalue()


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
