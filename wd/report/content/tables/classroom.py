"""What each seed of a class should print: a table of seeds for a page, or a file for a teacher."""

from __future__ import annotations

import csv
from pathlib import Path

from wd.config import Config
from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.report.content.book import DECAY, find_chapter
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.tables import markdown, table

_DIGITS = 4  # as many as the programs print
_MEASURES = ("w_norm", "train_loss", "test_loss")


@table("classroom")
def classroom(readings: Readings, labels: Labels, students: int = 10) -> str:
    """Tabulate the norms that both programs print with the first seeds."""
    cells = _find_cells(readings)
    names = [
        labels(
            "word",
            "cell_name",
            implementation=labels("implementation", cell.setting.implementation),
            weight_decay=write_exactly(cell.setting.weight_decay),
        )
        for cell in cells
    ]
    rows = [
        [str(seed), *(write(cell["w_norm"][place], _DIGITS) for cell in cells)]
        for place, seed in enumerate(cells[0].seeds[:students])
    ]
    return markdown([labels("column", "seed"), *names], rows, numeric=len(cells))


def write_classroom(config: Config, evidence: Evidence, folder: Path, students: str) -> Path:
    """Write what both programs end with, without decay and with the chapter's, seed by seed.

    Args:
        config: What the report is about.
        evidence: Its runs.
        folder: Where the file goes.
        students: How many seeds, in digits.

    Returns:
        The CSV file: a row per seed, the columns named PROGRAM_λ_MEASURE.

    Raises:
        ConfigError: If this build has no runs of the chapter with so many seeds.
    """
    try:
        cells = _find_cells(Readings(config, evidence))
    except Missing:
        raise ConfigError(
            "this build has no runs with the settings of the chapter.\n"
            "Give the configuration the [study.chapter] of report.toml."
        ) from None
    seeds = cells[0].seeds
    if not (students.isdecimal() and 1 <= int(students) <= len(seeds)):
        raise ConfigError(
            f"--students {students}: there are no results for them.\nAllowed: 1 to "
            f"{len(seeds):,}, as many as [study.chapter] has seeds."
        )
    columns = {
        f"{cell.setting.implementation}_{cell.setting.weight_decay:g}_{measure}": cell[measure]
        for cell in cells
        for measure in _MEASURES
    }
    path = folder / "classroom.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["seed", *columns])
        for place in range(int(students)):
            rows.writerow([seeds[place], *(f"{each[place]:.6g}" for each in columns.values())])
    return path


def _find_cells(readings: Readings) -> list[Reading]:
    return [
        find_chapter(readings, implementation, decay)
        for implementation in ("scratch", "concise")
        for decay in (0.0, DECAY)
    ]
