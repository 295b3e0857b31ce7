"""Real data: where the peak without decay stands, what decay makes of it, and what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import write_interval, write_range
from wd.report.read.numbers import write_exactly
from wd.report.read.parts import median, proved, share
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up, stack
from wd.report.read.statistics import median_interval

_BESIDE = 2  # a peak stands where it is said to if it is less than so many sizes of the grid away
_AFTER = 3  # how many sizes of the grid after the peak are soon after it


def take_bare(cell: Reading) -> np.ndarray:
    """Return the loss on the others without decay, (seeds,)."""
    return cell.series("real_path")["loss_on_others"][:, 0]


def take_best(cell: Reading) -> tuple[float, np.ndarray]:
    """Return the λ of the smallest median of all that were tried, and its losses, (seeds,)."""
    path = cell.series("real_path")
    place = int(np.median(path["loss_on_others"], axis=0).argmin())
    return float(path["tried"][0, place]), path["loss_on_others"][:, place]


def line_up_examples(readings: Readings) -> tuple[list[Reading], int]:
    """Line the diabetes data up over n, with the place where n − 1 has reached their rank.

    Raises:
        Missing: If that size isn't there, or no smaller or larger one.
    """
    cells = line_up(readings, "real_diabetes", "n_train")
    rank = int(np.median(cells[-1]["rank"]))
    return cells, _find(cells, "n_train", rank + 1)


def line_up_features(readings: Readings) -> tuple[list[Reading], int]:
    """Line the random features up, with the place where they are n − 1.

    Raises:
        Missing: If that number isn't there, or no smaller or larger one.
    """
    cells = line_up(readings, "real_random", "random_features")
    return cells, _find(cells, "random_features", cells[0].setting.n_train - 1)


def line_up_digits(readings: Readings) -> tuple[list[Reading], int]:
    """Line the digits up over n, with the place of the largest median without decay.

    Raises:
        Missing: If it is the last one: there may be a larger one further on.
    """
    cells = line_up(readings, "real_digits", "n_train")
    top = int(np.argmax([np.median(take_bare(cell)) for cell in cells]))
    if top == len(cells) - 1:
        raise Missing("premise", study=cells[0].study, premise="size_where_the_rank_stops")
    return cells, top


def _find(cells: Sequence[Reading], name: str, wanted: int) -> int:
    sizes = [getattr(cell.setting, name) for cell in cells]
    if wanted not in sizes[1:-1]:
        raise Missing("premise", study=cells[0].study, premise="size_where_the_rank_stops")
    return sizes.index(wanted)


def find_peaks(cells: Sequence[Reading]) -> np.ndarray:
    """Return for each seed the place of its largest loss without decay, (seeds,)."""
    return np.argmax([take_bare(cell) for cell in cells], axis=0)


def _steps(cells: Sequence[Reading]) -> list[np.ndarray]:
    """Return the loss at the best λ of each size over that of the size before, (seeds,) each."""
    best = [take_best(cell)[1] for cell in cells]
    return [after / before for before, after in pairwise(best)]


def _write_decays(cells: Sequence[Reading]) -> str:
    decays = [take_best(cell)[0] for cell in cells]
    return " – ".join(dict.fromkeys(write_exactly(pick(decays)) for pick in (min, max)))


@claim("peak-stands-where-the-rank-stops")
def peak_stands_where_the_rank_stops(readings: Readings) -> Finding:
    """On the diabetes data: where the narrowest direction is narrowest, and what decay does."""
    cells, top = line_up_examples(readings)
    eigenvalues = stack(cells, "least_eigenvalue")
    narrower = eigenvalues[1 : top + 1] / eigenvalues[:top]
    wider = eigenvalues[top:-1] / eigenvalues[top + 1 :]
    at_top = cells[top]
    decay, best = take_best(at_top)
    beside = cells[max(top - 1, 0)], cells[top + 1]
    return Finding(
        (
            proved("least", np.concatenate([narrower, wider]), below=1, allowed=True),
            share("place", np.abs(find_peaks(cells) - top) < _BESIDE, above=70),
            median("height", take_bare(at_top) / at_top["constant_loss"], above=50),
            median("step", _steps(cells), below=1.02),
            median("worth", best / take_bare(cells[-1]), below=1),
        ),
        {
            "n": str(at_top.setting.n_train),
            "rank": str(at_top.setting.n_train - 1),
            "beside": tuple(str(cell.setting.n_train) for cell in beside),
            "most": str(cells[-1].setting.n_train),
            "bare": write_interval(median_interval(take_bare(at_top))),
            "decay": write_exactly(decay),
            "best": write_interval(median_interval(best)),
            "decays": _write_decays(cells),
        },
    )


@claim("more-features-do-not-make-up-for-decay")
def more_features_do_not_make_up_for_decay(readings: Readings) -> Finding:
    """With random features: the second descent beside a constant, few features, and decay."""
    cells, top = line_up_features(readings)
    few = min(cells[:top], key=lambda cell: float(np.median(take_bare(cell))))
    last = cells[-1]
    return Finding(
        (
            share("place", np.abs(find_peaks(cells) - top) < _BESIDE, above=75),
            median("valley", take_bare(last) / take_bare(few), above=1.3),
            median("constant", take_bare(last) / last["constant_loss"], above=1),
            median("tuned", take_bare(last) / take_best(last)[1], above=1.8),
            median("step", _steps(cells), below=1.02),
        ),
        {
            "n": str(last.setting.n_train),
            "top": str(cells[top].setting.random_features),
            "few": str(few.setting.random_features),
            "many": f"{last.setting.random_features:,}",
            "runs": write_range(take_bare(last) / last["constant_loss"]),
            "peak": write_interval(median_interval(take_bare(cells[top]))),
            "end": write_interval(median_interval(take_bare(last))),
            "best": write_interval(median_interval(take_best(last)[1])),
            "decays": _write_decays(cells),
        },
    )


@claim("more-digits-make-more-errors-without-decay")
def more_digits_make_more_errors_without_decay(readings: Readings) -> Finding:
    """Errors on digits: with more examples up to the peak more without decay, fewer with it."""
    cells, top = line_up_digits(readings)
    first, at_top, after = cells[0], cells[top], cells[min(top + _AFTER, len(cells) - 1)]
    spare = [[cell.setting.n_train - 1] for cell in cells] - stack(cells, "rank")
    peaks = find_peaks(cells)
    more = after.setting.n_train - at_top.setting.n_train
    shares = [
        write_interval(median_interval(losses), scale=100)
        for cell in (first, at_top)
        for losses in (take_bare(cell), take_best(cell)[1])
    ]
    return Finding(
        (
            median("rises", take_bare(at_top) / take_bare(first), above=1.4),
            median("cured", take_best(at_top)[1] / take_best(first)[1], below=0.7),
            median("spare", spare[peaks, np.arange(len(peaks))], below=2),
            median("adds", 100 * (after["rank"] - at_top["rank"]) / more, below=50, unit="%"),
        ),
        {
            "first": str(first.setting.n_train),
            "n": str(at_top.setting.n_train),
            "first_bare": shares[0],
            "first_best": shares[1],
            "bare": shares[2],
            "best": shares[3],
            "after": str(after.setting.n_train),
            "rank": f"{np.median(at_top['rank']):g}",
            "last": f"{cells[-1].setting.n_train:,}",
            "last_rank": f"{np.median(cells[-1]['rank']):g}",
            "decays": _write_decays([first, at_top]),
        },
    )
