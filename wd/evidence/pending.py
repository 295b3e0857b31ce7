"""What is asked for and not there yet, and what is there and not asked for."""

from __future__ import annotations

import json
from typing import NamedTuple

from wd.config import Config
from wd.evidence.keys import Cell, made_on, plan
from wd.evidence.store import Evidence


def pending(
    config: Config,
    evidence: Evidence,
    device: str | None = None,
    *,
    processor: str | None = None,
    anywhere: bool = True,
) -> dict[Cell, tuple[int, ...]]:
    """List the cells that lack runs, with the seeds to make.

    Args:
        config: What is asked for.
        evidence: What is there.
        device: The device type that will train; None while it is yet to be chosen.
        processor: The kind of processor that will; None if it is this machine's.
        anywhere: Whether a cell that any one device and processor has completed is complete.

    Returns:
        Seeds per incomplete cell: those that `device` hasn't made, or all where it is None.
    """
    work = {}
    for study in config.studies:
        for cell in plan(study):
            if anywhere and evidence.complete(cell, study.seeds) is not None:
                continue
            made = device and made_on(cell.setting, device)
            missing = evidence.missing(cell, study.seeds, made, processor) if made else study.seeds
            if missing:
                work[cell] = missing
    return work


class Surplus(NamedTuple):
    """Cells of one study that a configuration, as the code now stands, doesn't ask for."""

    study: str
    cells: tuple[int, ...]
    runs: int
    seconds: float


def find_surplus(config: Config, evidence: Evidence) -> list[Surplus]:
    """List what could be deleted without the configuration's missing it, study by study."""
    current = [f"{cell.study} {cell.key}" for study in config.studies for cell in plan(study)]
    return [
        Surplus(study, tuple(json.loads(cells)), runs, seconds)
        for study, cells, runs, seconds in evidence.rows(
            "SELECT study, json_group_array(id),"
            " sum((SELECT count(*) FROM results WHERE cell = cells.id)),"
            " sum((SELECT ifnull(sum(seconds), 0) FROM parts WHERE cell = cells.id))"
            " FROM cells WHERE study || ' ' || key NOT IN (SELECT value FROM json_each(?))"
            " GROUP BY study",
            [json.dumps(current)],
        )
    ]
