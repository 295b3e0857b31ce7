"""A grid over the learning rate and λ: all its cells and seeds, as claims and figures read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wd.config import Setting
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Missing, Readings, list_varying

STUDIES = ("grid_adam", "grid_adamw")


@dataclass(frozen=True)
class Grid:
    """The cells of a study over the learning rate and λ.

    Attributes:
        study: Its name.
        setting: That of the first cell.
        rates: Rising, (rates,).
        decays: λ, rising from 0 on, (decays,).
        seeds: (seeds,).
        losses: Cross-entropy of the images that judge, (seeds, rates, decays).
        mistaken: Share of them that is taken for another digit, likewise.
    """

    study: str
    setting: Setting
    rates: np.ndarray
    decays: np.ndarray
    seeds: np.ndarray
    losses: np.ndarray
    mistaken: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """The mean loss of each cell, (rates, decays)."""
        return self.losses.mean(0)

    @property
    def flat(self) -> np.ndarray:
        """The losses with all cells in a row, (seeds, cells)."""
        return self.losses.reshape(len(self.losses), -1)

    @property
    def winners(self) -> np.ndarray:
        """The cell of smallest loss of each seed, (seeds,)."""
        return self.flat.argmin(1)

    @property
    def best(self) -> int:
        """The cell of smallest mean loss."""
        return int(self.mean.argmin())

    def locate(self, cell: int) -> tuple[int, int]:
        """Return the places of a cell's learning rate and λ."""
        rate, decay = divmod(cell, len(self.decays))
        return rate, decay

    def name(self, cell: int) -> str:
        """Name a cell: "η = 0.003, λ = 1"."""
        rate, decay = self.locate(cell)
        return f"η = {write_exactly(self.rates[rate])}, λ = {write_exactly(self.decays[decay])}"


def read_grid(readings: Readings, study: str) -> Grid:
    """Read a grid.

    Raises:
        Missing: If it has gaps, holes, a single rate, no λ = 0 or no two others, or if anything
            else varies; or a run diverged.
    """
    cells = {(cell.setting.lr, cell.setting.weight_decay): cell for cell in readings.cells(study)}
    first = next(iter(cells.values()))
    if len(cells) < len(readings.cells(study)):
        varying = list_varying(readings.cells(study), besides=["lr", "weight_decay"])
        raise Missing("several", study=study, varying=varying)
    rates, decays = (sorted(set(each)) for each in zip(*cells, strict=True))
    for name, values, least in (("lr", rates, 2), ("weight_decay", decays, 3)):
        if len(values) < least:
            raise Missing("single", study=study, name=name)
    if decays[0] != 0:
        raise Missing("setting", study=study, setting="weight_decay = 0")
    losses, mistaken = (
        np.array([[cells[rate, decay][name] for decay in decays] for rate in rates])
        for name in ("cross_entropy", "mistaken")
    )
    if not np.isfinite(losses).all():
        raise Missing("diverged", study=study)
    return Grid(
        study,
        first.setting,
        np.array(rates),
        np.array(decays),
        first.seeds,
        np.moveaxis(losses, 2, 0),
        np.moveaxis(mistaken, 2, 0),
    )


def read_grids(readings: Readings) -> list[Grid]:
    """Read those of Adam with L2 and of AdamW, on the same images from the same starts."""
    grids = [read_grid(readings, study) for study in STUDIES]
    first, other = grids
    names = ("n_train", "batch_size", "epochs")
    differing = [n for n in names if getattr(first.setting, n) != getattr(other.setting, n)]
    if differing or not np.array_equal(first.rates, other.rates):
        varying = ", ".join(differing or ["lr"])
        raise Missing("differing", study=first.study, other=other.study, varying=varying)
    if not np.array_equal(first.seeds, other.seeds):
        raise Missing("seeds", study=first.study, other=other.study)
    return grids


def require_seeds(grid: Grid, least: int) -> None:
    """Make sure that there are so many seeds.

    Raises:
        Missing: If there are fewer.
    """
    if len(grid.seeds) < least:
        raise Missing("premise", study=grid.study, premise="enough_runs")


def count_agreement(grid: Grid) -> float:
    """Return the share of all pairs of seeds that have the same best cell.

    Raises:
        Missing: If there is a single seed.
    """
    require_seeds(grid, 2)
    seeds = len(grid.seeds)
    counts = np.bincount(grid.winners)
    return float(np.sum(counts * (counts - 1)) / (seeds * (seeds - 1)))
