"""What an evidence file holds beyond what a configuration asks for."""

from __future__ import annotations

from dataclasses import dataclass

from wd.config import Config
from wd.evidence.keys import plan
from wd.evidence.store import Evidence


@dataclass(frozen=True)
class Surplus:
    """Cells of one study that a configuration, as the code now stands, doesn't ask for.

    Attributes:
        study: The study's name.
        cells: Ids of the cells.
        runs: How many runs they have.
        seconds: How long those took, summed over processes.
    """

    study: str
    cells: tuple[int, ...]
    runs: int
    seconds: float


def find_surplus(config: Config, evidence: Evidence) -> list[Surplus]:
    """List what could be deleted without the configuration's missing it, study by study."""
    current = {(cell.study, cell.key) for study in config.studies for cell in plan(study)}
    found: dict[str, list[tuple[int, int, float]]] = {}
    for identity, study, key, runs, seconds in evidence.rows(
        "SELECT id, study, key, (SELECT count(*) FROM results WHERE cell = cells.id),"
        " (SELECT ifnull(sum(seconds), 0) FROM parts WHERE cell = cells.id)"
        " FROM cells ORDER BY study, id"
    ):
        if (study, key) not in current:
            found.setdefault(study, []).append((identity, runs, seconds))
    return [
        Surplus(
            study,
            tuple(identity for identity, *_ in cells),
            sum(runs for _, runs, _ in cells),
            sum(seconds for *_, seconds in cells),
        )
        for study, cells in found.items()
    ]
