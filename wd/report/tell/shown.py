"""What a site shows of an evidence file, and nothing beside it.

The file keeps what other configurations have asked for. Queries, tables about the whole file and
downloads must not tell of that, so they get a copy without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wd.evidence.keys import check_key, grid_key
from wd.evidence.store import Evidence
from wd.report.read.readings import Readings


@contextmanager
def open_shown(readings: Readings, folder: Path) -> Iterator[Readings]:
    """Read a copy of the evidence that holds only what these readings are about.

    Args:
        readings: Of a configuration, on a file that may hold more.
        folder: Where the copy lies as long as it is open.

    Yields:
        Readings of the copy; those given where the file holds nothing else.
    """
    others = _list_others(readings)
    if not any(
        readings.evidence.rows(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1", listed)
        for table, condition, *listed in others
    ):
        yield readings
        return
    deletions = [
        (f"DELETE FROM {table} WHERE {condition}", *listed) for table, condition, *listed in others
    ]
    own = ("UPDATE provenance SET value = ? WHERE name = 'config'", readings.config.text)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        path = Path(name) / readings.evidence.path.name
        readings.evidence.copy(path, *deletions, own)
        with Evidence(path) as copy:
            yield Readings(readings.config, copy)


def _list_others(readings: Readings) -> list[tuple[str, ...]]:
    """List what isn't shown: a table, a condition, and what its question mark stands for."""
    config = readings.config
    known = "NOT IN (SELECT value FROM json_each(?))"
    grids = [f"{study.name} {grid_key(study)}" for study in config.studies]
    facts = [f"{name} {check_key(config, name)}" for name in config.checks]
    timed = [f"train {study.name}" for study in config.studies]
    timed += [f"check {name}" for name in config.checks]
    return [
        ("results", f"run {known}", json.dumps(sorted(readings.list_runs()))),
        ("cells", "id NOT IN (SELECT cell FROM results)"),
        ("grids", f"study || ' ' || key {known}", json.dumps(grids)),
        ("facts", f"topic || ' ' || key {known}", json.dumps(facts)),
        (
            "durations",
            f"stage IN ('train', 'check') AND stage || ' ' || name {known}",
            json.dumps(timed),
        ),
    ]
