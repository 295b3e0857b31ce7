"""Learning rate and λ together: what one seed's map shows, what the mean's does, and its valley."""

from __future__ import annotations

import numpy as np

from wd.report.content.rate_grid import Grid, read_grids, require_seeds
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import write_interval
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import ENOUGH, median, share, worst
from wd.report.read.readings import Missing, Readings
from wd.report.read.statistics import median_interval

_TENFOLD = 10


def count_ties(grid: Grid) -> int:
    """Count the cells whose loss, seed by seed, isn't told from that of the smallest mean.

    The interval of the median difference reaches down to zero.
    """
    differences = (grid.flat - grid.flat[:, [grid.best]]).T
    return sum(
        median_interval(each)[1] <= 0 for cell, each in enumerate(differences) if cell != grid.best
    )


def price_winners(grid: Grid) -> np.ndarray:
    """Return what each seed's best cell costs on the others, over their best cell: (seeds,).

    Raises:
        Missing: If there is a single seed.
    """
    require_seeds(grid, 2)
    seeds = len(grid.seeds)
    others = (grid.flat.sum(0) - grid.flat) / (seeds - 1)
    return others[np.arange(seeds), grid.winners] / others.min(1)


def find_slopes(grid: Grid) -> np.ndarray:
    """Return how log λ of each seed's valley changes with log η, (seeds,).

    At every rate the valley is where the parabola through the logarithms of the smallest loss and
    of its two neighbours is lowest, over log λ, or at the end of the grid; a line is fitted to
    these places by least squares. It is 0 where one λ is best for all rates, −1 where one ηλ is.
    """
    x, logs = np.log(grid.decays[1:]), np.log(grid.losses[:, :, 1:])
    places = np.array([[_find_bottom(x, y) for y in run] for run in logs])
    along = np.log(grid.rates) - np.log(grid.rates).mean()
    return places @ along / (along @ along)


def _find_bottom(x: np.ndarray, y: np.ndarray) -> float:
    lowest = int(y.argmin())
    if lowest in (0, len(y) - 1):
        return float(x[lowest])
    near = slice(lowest - 1, lowest + 2)
    bend, slant, _ = np.polyfit(x[near] - x[lowest], y[near], 2)
    return float(x[lowest] - slant / (2 * bend)) if bend > 0 else float(x[lowest])


def take_gains(grid: Grid, measured: np.ndarray) -> np.ndarray:
    """Return what the λ of the smallest mean loss gains at each rate, (seeds, rates).

    Args:
        grid: Whose losses say which λ it is.
        measured: Its losses, or what else is to be small, (seeds, rates, decays).
    """
    best = grid.mean.argmin(1)
    return measured[:, :, 0] - measured[:, np.arange(len(best)), best]


def compare_products(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Compare keeping ηλ with keeping λ where the rate becomes ten times as large, or a tenth.

    Returns:
        For both ways, the loss with the same ηλ over that with the same λ, (seeds,); the λ is the
        one of the smallest mean loss at the rate before.

    Raises:
        Missing: If the grid lacks these rates or these λ.
    """
    low, high = 0, _find(grid, grid.rates, _TENFOLD * grid.rates[0])
    found = []
    for before, after, factor in ((low, high, 1 / _TENFOLD), (high, low, _TENFOLD)):
        kept = int(grid.mean[before].argmin())
        other = _find(grid, grid.decays, factor * grid.decays[kept])
        found.append(grid.losses[:, after, other] / grid.losses[:, after, kept])
    return found[0], found[1]


def _find(grid: Grid, values: np.ndarray, wanted: float) -> int:
    near = np.flatnonzero(np.isclose(values, wanted, rtol=1e-9, atol=0))
    if not near.size:
        raise Missing("premise", study=grid.study, premise="tenfold_grid")
    return int(near[0])


@claim("one-seed-does-not-find-the-cell")
def one_seed_does_not_find_the_cell(readings: Readings) -> Finding:
    """Where each seed's best cell is, beside the mean's."""
    grids = read_grids(readings)
    require_seeds(grids[0], ENOUGH)
    spans = [np.ptp(np.log(grid.rates[grid.winners // len(grid.decays)])) for grid in grids]
    return Finding(
        (
            share("same", [grid.winners == grid.best for grid in grids], below=75),
            worst("rates", np.exp(spans), seeds=len(grids[0].seeds), above=9, digits=2),
        ),
        {
            "of": str(grids[0].mean.size),
            "l2": grids[0].name(grids[0].best),
            "adamw": grids[1].name(grids[1].best),
            "different": tuple(str(len(set(grid.winners.tolist()))) for grid in grids),
        },
    )


@claim("a-winner-promises-too-much")
def a_winner_promises_too_much(readings: Readings) -> Finding:
    """The best cell of a seed on its own seed, and on the others."""
    grids = read_grids(readings)
    prices = [price_winners(grid) for grid in grids]
    # one program's winner alone is at times the mean's best in half of so few seeds
    shown = _average([grid.flat.min(1) / grid.flat[:, grid.best] for grid in grids])
    return Finding(
        (
            median("shown", shown, below=0.995),
            median("price", _average(prices), above=1.002, below=1.5),
        ),
        {"dearest": write(float(np.max(prices)))},
    )


def _average(ratios: list[np.ndarray]) -> np.ndarray:
    """Return the geometric mean of both programs' ratios, seed by seed."""
    return np.exp(np.log(ratios).mean(0))


@claim("the-mean-does-not-settle-it")
def the_mean_does_not_settle_it(readings: Readings) -> Finding:
    """Which cells, and which program, these seeds can't tell from the best."""
    grids = read_grids(readings)
    l2, adamw = grids
    require_seeds(l2, ENOUGH)
    ties = np.array([count_ties(grid) for grid in grids])
    ratios = adamw.flat[:, adamw.best] / l2.flat[:, l2.best]
    return Finding(
        (
            worst("tied", ties.sum(), seeds=len(l2.seeds), above=3, digits=2),
            median("ratio", ratios, above=0.85, below=1.15),
        ),
        {
            "l2": l2.name(l2.best),
            "adamw": adamw.name(adamw.best),
            "ties": tuple(str(count) for count in ties),
        },
    )


@claim("decay-is-worth-more-at-a-larger-rate")
def decay_is_worth_more_at_a_larger_rate(readings: Readings) -> Finding:
    """What the best λ of each rate gains, in loss and in mistakes."""
    grids = read_grids(readings)
    gains = [take_gains(grid, grid.losses) for grid in grids]
    fewer = [take_gains(grid, 100 * grid.mistaken).T for grid in grids]
    more = [each[:, rate] - each[:, 0] for each in gains for rate in range(1, each.shape[1])]
    return Finding(
        (
            median("little", [each[:, 0] for each in gains], below=0.05),
            median("more", more, above=0.03),
            median("fewer", np.concatenate(fewer), above=-2, below=2, unit="%"),
        ),
        {
            "least": write_exactly(grids[0].rates[0]),
            "most": write_exactly(grids[0].rates[-1]),
            "decays": tuple(
                f"{' / '.join(write_exactly(each) for each in both)} (η = {write_exactly(rate)})"
                for rate, *both in zip(
                    grids[0].rates,
                    *(grid.decays[grid.mean.argmin(1)] for grid in grids),
                    strict=True,
                )
            ),
        },
    )


@claim("the-valley-keeps-the-decay-not-the-product")
def the_valley_keeps_the_decay_not_the_product(readings: Readings) -> Finding:
    """Whether λ or ηλ is to be kept when the rate changes: two cells, and the valley's slope."""
    grids = read_grids(readings)
    ups, downs = zip(*(compare_products(grid) for grid in grids), strict=True)
    slopes = [find_slopes(grid) for grid in grids]
    return Finding(
        (
            median("up", ups, above=1.02),
            median("down", downs, above=1.02),
            median("slope", slopes, above=-0.5, below=0.5),
        ),
        {
            "apart": write_interval(median_interval(slopes[1] - slopes[0])),
            "low": write_exactly(grids[0].rates[0]),
            "high": write_exactly(float(f"{_TENFOLD * grids[0].rates[0]:.12g}")),
        },
    )
