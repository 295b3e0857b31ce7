"""What readers can download beside the pages: runs and curves, the evidence, the programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from wd.config import HYPERPARAMETERS
from wd.evidence.store import RUN_COLUMNS
from wd.report.read.readings import Readings

RUNS_HEADER = ("run", "study", *HYPERPARAMETERS, "seed", "device", *RUN_COLUMNS, "status")
CURVES_HEADER = ("run", "epoch", "train_loss", "test_loss", "w_norm")


def gather_downloads(readings: Readings, programs: Mapping[str, Path]) -> dict[str, bytes]:
    """The downloads: all runs and curves as CSV, the evidence file, notebooks and programs."""
    evidence = readings.evidence
    runs = evidence.rows(f"SELECT {', '.join(RUNS_HEADER)} FROM runs ORDER BY study, run")
    curves = evidence.rows(f"SELECT {', '.join(CURVES_HEADER)} FROM curves ORDER BY run, epoch")
    files = {
        "data/runs.csv": _csv(RUNS_HEADER, runs),
        "data/curves.csv": _csv(CURVES_HEADER, curves),
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
