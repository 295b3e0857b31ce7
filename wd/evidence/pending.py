"""What is asked for and not there yet."""

from __future__ import annotations

from wd.config import Config
from wd.evidence.keys import Cell, made_on, plan
from wd.evidence.store import Evidence


def pending(
    config: Config, evidence: Evidence, device: str | None = None, *, anywhere: bool = True
) -> dict[Cell, tuple[int, ...]]:
    """List the cells that lack runs, with the seeds to make.

    Args:
        config: What is asked for.
        evidence: What is there.
        device: The device type that will train; None while it is yet to be chosen.
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
            if seeds := evidence.missing(cell, study.seeds, made) if made else study.seeds:
                work[cell] = seeds
    return work
