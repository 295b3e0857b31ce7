"""What a site shows of an evidence file, and nothing beside it.

The file keeps what other configurations have asked for. Queries, tables about the whole file and
downloads must not tell of that, so they get a copy without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wd.evidence.export import export, holds_more
from wd.evidence.store import Evidence
from wd.report.read.readings import Readings


@contextmanager
def open_shown(readings: Readings, folder: Path, programs: Collection[str]) -> Iterator[Readings]:
    """Read a copy of the evidence that holds only what these readings are about.

    Args:
        readings: Of a configuration, on a file that may hold more.
        folder: Where the copy lies as long as it is open.
        programs: The names of the executed programs that the site shows.

    Yields:
        Readings of the copy; those given where the file holds nothing else.
    """
    runs = readings.list_runs()
    if not holds_more(readings.evidence, runs, programs):
        yield readings
        return
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        path = Path(name) / readings.evidence.path.name
        export(readings.evidence, runs, path, programs)
        with Evidence(path, checked=True) as copy:
            yield Readings(readings.config, copy)
