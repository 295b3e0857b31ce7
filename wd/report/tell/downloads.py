"""What readers can download beside the pages: runs and curves, the evidence, the programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from wd.report.read.readings import Readings

_NOT_IN_CSV = ("torch", "processor")
"""Columns of `runs` that are the same for nearly all of its rows."""


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
    executed = dict(evidence.rows("SELECT name, notebook FROM programs"))
    for name, source in programs.items():
        if name in executed:
            files[f"{name}.ipynb"] = executed[name].encode()
            files[f"{name}.py"] = source.read_bytes()
    return files


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
