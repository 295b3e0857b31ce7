"""Scratch and concise: made to agree, then one convention broken at a time."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import DECAY, require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, pair, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, share, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import match
from wd.report.read.statistics import median_interval

BROKEN = ("half", "bias", "order")
"""The conventions that the studies `unmatched_…` break, one each."""

_FLOAT32 = 2e-6  # rounding of a whole run, relative to the length of the weights
_EXACT = 1e-8  # what an optimiser leaves in float64, relative to the length of the weights

DECAYS = (0, DECAY)
"""The λ of scratch at which the programs are compared."""


def find_pair(readings: Readings, study: str, weight_decay: float) -> tuple[Reading, Reading]:
    """Pair the scratch program with a concise one.

    Args:
        readings: The evidence.
        study: "matched", or one of those that break a convention.
        weight_decay: λ of scratch. Concise is given twice that, but where the missing ½ is left
            as it is, the same.

    Returns:
        (scratch, concise).

    Raises:
        Missing: If one of them isn't there.
    """
    given = weight_decay * (1 if study == "unmatched_half" else 2)
    return (
        find_settled(readings, "chapter", implementation="scratch", weight_decay=weight_decay),
        find_settled(readings, study, weight_decay=given),
    )


def read_distance(scratch: Reading, concise: Reading, column: str) -> np.ndarray:
    """Measure how far two programs are apart in a recorded number, relative to ‖w‖, (seeds,).

    A loss counts by the root of the mean squared error, which has the unit of the targets.
    """
    one, other = pair(scratch, concise, column)
    if column.endswith("loss"):
        one, other = np.sqrt(2 * one), np.sqrt(2 * other)
    return np.abs(other - one) / pair(scratch, concise, "w_norm")[0]


def find_broken(readings: Readings, convention: str) -> tuple[Reading, Reading]:
    """Find the pair at the chapter's λ = 3 whose programs differ in one convention only."""
    return find_pair(readings, f"unmatched_{convention}", DECAY)


def _over(pair_of_cells: tuple[Reading, ...], column: str = "test_loss") -> np.ndarray:
    """The ratio of concise to scratch, pair by pair, (seeds,)."""
    scratch, concise = pair_of_cells
    return np.divide(*pair(concise, scratch, column))


def _moved(pair_of_cells: tuple[Reading, Reading], column: str = "test_loss") -> np.ndarray:
    """By how much concise differs from scratch, in per cent, (seeds,)."""
    return 100 * np.abs(_over(pair_of_cells, column) - 1)


def require_equal_batches(*cells: Reading) -> None:
    """Make sure that no batch is short: it weighs differently in the two programs.

    Raises:
        Missing: If the size of the training set is no multiple of that of a batch.
    """
    for cell in cells:
        size = min(cell.setting.batch_size, cell.setting.n_train)
        if cell.setting.n_train % size or cell.setting.batch_size > size:
            raise Missing("premise", study=cell.study, premise="equal_batches")


@claim("matched-programs-agree")
def matched_programs_agree(readings: Readings) -> Finding:
    """All four recorded numbers agree seed by seed to the precision of float32."""
    pairs = [find_pair(readings, "matched", decay) for decay in DECAYS]
    require_chapter(*(scratch for scratch, _ in pairs))  # rounding grows with the steps
    require_equal_batches(*(cell for each in pairs for cell in each))
    columns = ("w_norm", "b", "train_loss", "test_loss")
    distances = {
        column: np.array([read_distance(*each, column) for each in pairs]) for column in columns
    }
    norms = np.concatenate([_over(each, "w_norm") - 1 for each in pairs])
    largest = np.max(list(distances.values()), axis=(0, 1))
    return Finding(
        tuple(worst(column, distances[column], below=_FLOAT32) for column in columns),
        {
            "median": write_interval(median_interval(largest), digits=2),
            "largest": write(largest.max(), 2),
            "norm": write(np.abs(norms).max(), 2),
        },
    )


@claim("missing-half-hardly-moves-the-norm")
def missing_half_hardly_moves_the_norm(readings: Readings) -> Finding:
    """With the loss doubled the data push twice as hard: the fit is closer, the norm the same."""
    programs = find_broken(readings, "half")
    require_chapter(programs[0])
    train, test = (_over(programs, name) for name in ("train_loss", "test_loss"))
    return Finding(
        (
            median("norm", 100 * (_over(programs, "w_norm") - 1), above=-1, below=1, unit="%"),
            median("train", train, below=0.5),
            median("test", test, above=1, below=1.1),
        )
    )


@claim("random-bias-sets-the-programs-apart")
def random_bias_sets_the_programs_apart(readings: Readings) -> Finding:
    """Of the three broken conventions, the random initial bias alone raises the test loss much."""
    pairs = {name: find_broken(readings, name) for name in BROKEN}
    require_chapter(*(scratch for scratch, _ in pairs.values()))
    match(*(concise for _, concise in pairs.values()))
    moved = {name: _moved(programs) for name, programs in pairs.items()}
    over = {name: moved["bias"] / moved[name] for name in ("half", "order")}
    scratch, concise = pairs["bias"]
    return Finding(
        (
            median("test", _over(pairs["bias"]), above=1.3),
            *(median(f"over_{name}", times, above=10) for name, times in over.items()),
        ),
        {
            "norm": write_interval(median_interval(_over(pairs["bias"], "w_norm")), digits=4),
            **{name: write_interval(median_interval(moved[name]), digits=2) for name in BROKEN},
            "bias_runs": write_range(concise["b"]),
            "scratch_runs": write_range(pair(scratch, concise, "b")[0]),
        },
    )


@claim("another-order-changes-little")
def another_order_changes_little(readings: Readings) -> Finding:
    """Other batches change nearly every run, and hardly any printed digit of it."""
    programs = find_broken(readings, "order")
    require_chapter(programs[0])
    require_equal_batches(*programs)
    norm, test = (_moved(programs, name) for name in ("w_norm", "test_loss"))
    rounding = 100 * read_distance(*find_pair(readings, "matched", DECAY), "w_norm").max()
    return Finding(
        (
            median("norm", norm, below=0.1, unit="%", digits=2),
            median("test", test, below=1, unit="%", digits=2),
            share("changed", norm > 2 * rounding, above=50),
        ),
        {"norm_most": write(norm.max(), 2), "test_most": write(test.max(), 2)},
    )


@claim("plots-differ-by-the-half-and-the-bias")
def plots_differ_by_the_half_and_the_bias(readings: Readings) -> Finding:
    """At λ = 0 the concise plot shows twice the loss; at λ = 3 the random bias adds to that."""
    bare, decayed = (
        tuple(
            find_settled(readings, "chapter", implementation=name, weight_decay=decay)
            for name in ("scratch", "concise")
        )
        for decay in DECAYS
    )
    require_chapter(*bare, *decayed)
    shown = [2 * _over(each) for each in (bare, decayed)]  # concise plots mean squared errors
    return Finding(
        (
            median("bare", shown[0], above=1.95, below=2.05, digits=4),
            median("decayed", shown[1], above=2.5),
        ),
        {"bare_runs": write_range(shown[0]), "decayed_runs": write_range(shown[1])},
    )


def find_convention(readings: Readings, name: str, study: str = "conventions") -> Reading:
    """Find what a library did with λ in its own convention, on tall data."""
    return find_settled(readings, study, convention=name)


def _require_decay(*cells: Reading) -> None:
    """Make sure that a decay was asked for: without, there is nothing to convert.

    Raises:
        Missing: If λ is 0.
    """
    for cell in cells:
        if not cell.setting.weight_decay:
            raise Missing("premise", study=cell.study, premise="some_decay")


@claim("converted-decay-solves-the-same-problem")
def converted_decay_solves_the_same_problem(readings: Readings) -> Finding:
    """Each library, given λ in its own convention, finds the optimum that was asked for."""
    names = ("sgd_half_mse", "sgd_mse", "adam_l2", "ridge")
    cells = [find_convention(readings, name) for name in names]
    return Finding(
        tuple(
            worst(name, cell["distance"], below=_EXACT, digits=2)
            for name, cell in zip(names, cells, strict=True)
        ),
    )


@claim("unconverted-decay-solves-another-problem")
def unconverted_decay_solves_another_problem(readings: Readings) -> Finding:
    """The same number in another convention gives the exact optimum of another λ."""
    sgd, ridge = (find_convention(readings, f"{name}_unconverted") for name in ("sgd_mse", "ridge"))
    _require_decay(sgd, ridge)
    return Finding(
        (
            worst("sgd", 100 * sgd["distance"], above=1, unit="%"),
            worst("ridge", 100 * ridge["distance"], above=1, unit="%"),
            worst("sgd_own", sgd["own_distance"], below=_EXACT, digits=2),
            worst("ridge_own", ridge["own_distance"], below=_EXACT, digits=2),
        ),
        {
            "asked": write_exactly(sgd.setting.weight_decay),
            "sgd_means": write_exactly(float(sgd["amounts_to"][0])),
            "ridge_means": write_exactly(float(ridge["amounts_to"][0])),
            "sgd_usually": write_interval(median_interval(100 * sgd["distance"])),
            "ridge_usually": write_interval(median_interval(100 * ridge["distance"])),
        },
    )


@claim("adamw-solves-another-problem")
def adamw_solves_another_problem(readings: Readings) -> Finding:
    """AdamW comes to rest elsewhere than Adam with L2, which finds the penalised optimum."""
    adamw, adam = (find_convention(readings, name) for name in ("adamw", "adam_l2"))
    _require_decay(adamw, adam)
    first = 100 * adamw["first_step_from_adam"]
    return Finding(
        (
            worst("adamw", 100 * adamw["distance"], above=1, unit="%"),
            worst("adam", adam["distance"], below=_EXACT, digits=2),
            worst("first", first, above=0.1, unit="%"),
        ),
        {
            "usually": write_interval(median_interval(100 * adamw["distance"])),
            "decay": write_exactly(adamw.setting.weight_decay),
        },
    )


@claim("adamw-stays-in-a-box")
def adamw_stays_in_a_box(readings: Readings) -> Finding:
    """AdamW rests where the loss is least in the box |w| ≤ 1/λ, as large or as small as that is."""
    wide = find_convention(readings, "adamw")
    tight = find_convention(readings, "adamw", "conventions_box")
    _require_decay(wide, tight)
    if (tight["undecayed_distance"] == tight["box_distance"]).any():
        raise Missing("premise", study=tight.study, premise="box_active")
    return Finding(
        (
            worst("wide", 100 * wide["box_distance"], below=1, unit="%"),
            worst("tight", 100 * tight["box_distance"], below=10, unit="%"),
            worst("undecayed", 100 * tight["undecayed_distance"], above=50, unit="%"),
        ),
        {
            "wide_decay": write_exactly(wide.setting.weight_decay),
            "tight_decay": write_exactly(tight.setting.weight_decay),
        },
    )
