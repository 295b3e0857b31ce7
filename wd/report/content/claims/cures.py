"""Other cures: stopping early, L1 and dropout beside weight decay, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wd.report.content.book import require_chapter
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, list_settled, write_interval, write_range
from wd.report.read.numbers import write_exactly
from wd.report.read.parts import median, proved, worst
from wd.report.read.readings import Missing, Reading, Readings
from wd.report.read.series import line_up
from wd.report.read.statistics import median_interval


def list_square(readings: Readings, study: str) -> list[Reading]:
    """List the data with as many examples as features, those with the least noise first.

    Raises:
        Missing: If there are none.
    """
    cells = line_up(readings, study, "noise_std")
    if any(cell.setting.n_train != cell.setting.n_features for cell in cells):
        raise Missing("premise", study=study, premise="square")
    return cells


def find_more(readings: Readings) -> Reading:
    """Find stopped descent on more examples than features.

    Raises:
        Missing: If there is none.
    """
    cell = find_settled(readings, "stopping_tall")
    if cell.setting.n_train <= cell.setting.n_features:
        raise Missing("premise", study="stopping_tall", premise="more_examples")
    return cell


def compare_risks(cell: Reading, cure: str, rival: str = "ridge") -> np.ndarray:
    """Return the risk of a cure over that of another on the same data sets, (seeds,)."""
    return cell[f"{cure}_risk"] / cell[f"{rival}_risk"]


def _never(cell: Reading) -> np.ndarray:
    return cell["never_risk"] / cell["ridge_risk"]


def _join(cells: Sequence[Reading], name: str) -> np.ndarray:
    return np.concatenate([cell[name] for cell in cells])


@claim("stopping-early-is-nearly-ridge")
def stopping_early_is_nearly_ridge(readings: Readings) -> Finding:
    """After t steps against ridge with λ = 1/(ηt), and the best t against the best λ."""
    cells = [*list_square(readings, "stopping_square"), find_more(readings)]
    seeds = min(len(cell.seeds) for cell in cells)
    return Finding(
        (
            worst("path", _join(cells, "path_ratio"), seeds=seeds, below=1.69),
            median(
                "best",
                [100 * (cell["best_ratio"] - 1) for cell in cells],
                above=-4,
                below=4,
                unit="%",
                digits=2,
            ),
        ),
        {"count": str(len(cells)), "runs": write_range(100 * (_join(cells, "best_ratio") - 1))},
    )


@claim("best-stop-is-not-the-best-decays")
def best_stop_is_not_the_best_decays(readings: Readings) -> Finding:
    """1/(ηt) at the best step over the best λ."""
    cells = [*list_square(readings, "stopping_square"), find_more(readings)]
    ratios = [1 / (cell["best_time"] * cell["best_decay"]) for cell in cells]
    return Finding(
        (median("ratio", ratios, above=1.25, below=4, digits=2),),
        {"ratios": tuple(write_interval(median_interval(each), digits=2) for each in ratios)},
    )


@claim("never-stopping-costs-what-no-decay-does")
def never_stopping_costs_what_no_decay_does(readings: Readings) -> Finding:
    """Without stopping: dear where there are as many examples as features, cheap elsewhere."""
    chapter, tall = find_settled(readings, "stopping_chapter"), find_more(readings)
    require_chapter(chapter)
    square = list_square(readings, "stopping_square")
    return Finding(
        (
            median("noisy", _never(square[-1]), above=20),
            median("quiet", _never(square[0]), above=3),
            median("tall", _never(tall), below=1.05),
            median("chapter", _never(chapter), below=1.01),
        ),
        {
            "runs": write_range(_never(square[-1])),
            "noisy_std": write_exactly(square[-1].setting.noise_std),
            "quiet_std": write_exactly(square[0].setting.noise_std),
        },
    )


@claim("no-stopping-removes-the-start")
def no_stopping_removes_the_start(readings: Readings) -> Finding:
    """From the chapter's random start the best step is no better than what no example sees."""
    cell = find_settled(readings, "stopping_chapter")
    require_chapter(cell)
    return Finding(
        (
            proved("floor", cell["started_best"] / cell["started_floor"], above=1, allowed=True),
            worst("near", 100 * (cell["started_best"] / cell["started_floor"] - 1), below=0.01),
            worst("gain", 100 * (cell["started_never"] / cell["started_best"] - 1), below=0.01),
        ),
        {
            "floor_runs": write_range(cell["started_floor"]),
            "zero": write_interval(median_interval(cell["stopped_risk"])),
        },
    )


@claim("only-some-programs-make-zeros")
def only_some_programs_make_zeros(readings: Readings) -> Finding:
    """L1 by coordinates and proximal steps has exact zeros; by subgradients it has none."""
    cell = find_settled(readings, "lasso")
    below, beyond = line_up(readings, "lasso_edge", "l1_share")[:2]
    if not 1 - below.setting.l1_share > 0 > 1 - beyond.setting.l1_share:
        raise Missing("premise", study="lasso_edge", premise="penalties_around_one")
    d = cell.setting.n_features
    found = [cell[f"{name}_nonzero"] for name in ("coordinate", "proximal")]
    dense = [cell[f"{name}_nonzero"] for name in ("subgradient", "ridge")]
    ends = [
        [each[f"{name}_nonzero"] for name in ("coordinate", "proximal")] for each in (below, beyond)
    ]
    return Finding(
        (
            worst("same", cell["proximal_distance"], below=0.01, digits=1),
            worst("zeros", 100 * (1 - np.array(found) / d), above=50, unit="%"),
            worst("none", d - np.array(dense), below=1),
            worst("excess", 100 * cell["subgradient_excess"], above=0.1, unit="%", digits=2),
            proved("below", np.array(ends[0]), above=1, allowed=True),
            proved("beyond", np.array(ends[1]), below=0, allowed=True),
        ),
        {
            "kept": write_range(cell["coordinate_nonzero"]),
            "d": str(d),
            "share": write_exactly(cell.setting.l1_share),
            "edges": tuple(write_exactly(each.setting.l1_share) for each in (below, beyond)),
        },
    )


@claim("dropout-is-a-weighted-ridge")
def dropout_is_a_weighted_ridge(readings: Readings) -> Finding:
    """Training with dropout against the ridge with a λ for each weight, and against others."""
    cells = line_up(readings, "dropout", "dropped")
    seeds = min(len(cell.seeds) for cell in cells)
    return Finding(
        tuple(
            worst(
                name,
                100 * _join(cells, f"{name}_distance"),
                seeds=seeds,
                unit="%",
                digits=2,
                **bound,
            )
            for name, bound in (
                ("dropout", {"below": 4}),
                ("plain", {"above": 10}),
                ("bare", {"above": 40}),
            )
        ),
        {
            "dropped": tuple(write_exactly(cell.setting.dropped) for cell in cells),
            "strengths": tuple(
                f"{write_range(cell['least_strength'])} / {write_range(cell['most_strength'])}"
                for cell in cells
            ),
        },
    )


@claim("some-cures-are-one-cure")
def some_cures_are_one_cure(readings: Readings) -> Finding:
    """Ridge, stopping and dropout at their best do alike; without any it is far worse."""
    cells = [*list_square(readings, "cures_square"), *list_settled(readings, "cures_sparse")]
    alike = [compare_risks(cell, cure) for cell in cells for cure in ("stopping", "dropout")]
    return Finding(
        (
            median("alike", [100 * (each - 1) for each in alike], above=-5, below=5, unit="%"),
            median("nothing", [compare_risks(cell, "nothing") for cell in cells], above=1.5),
        ),
        {"runs": write_range(np.concatenate(alike))},
    )


@claim("more-data-depend-on-the-noise")
def more_data_depend_on_the_noise(readings: Readings) -> Finding:
    """Twice the examples without decay against the best λ on half of them."""
    quiet, *_, noisy = list_square(readings, "cures_square")
    chapter = find_settled(readings, "cures_chapter")
    require_chapter(chapter)
    doubled = compare_risks(noisy, "doubled")
    return Finding(
        (
            median("quiet", compare_risks(quiet, "doubled"), below=0.4),
            median("noisy", doubled, above=0.9, below=1.15),
            median("chapter", compare_risks(chapter, "doubled"), below=0.95),
        ),
        {
            "quiet_std": write_exactly(quiet.setting.noise_std),
            "noisy_std": write_exactly(noisy.setting.noise_std),
            "runs": write_range(doubled),
        },
    )


@claim("zeros-pay-where-the-truth-has-them")
def zeros_pay_where_the_truth_has_them(readings: Readings) -> Finding:
    """L1 and fewer features against the best λ, where all weights are true and where few are."""
    dense = list_square(readings, "cures_square")
    sparse = find_settled(readings, "cures_sparse")
    return Finding(
        (
            median("sparse", compare_risks(sparse, "l1"), below=0.9),
            median("chosen", compare_risks(sparse, "features"), below=0.9),
            median(
                "dense",
                [compare_risks(cell, cure) for cell in dense for cure in ("l1", "features")],
                above=1.1,
            ),
        ),
        {
            "relevant": str(sparse.setting.relevant),
            "d": str(sparse.setting.n_features),
            "kept": write_interval(median_interval(sparse["l1_kept"])),
            "chosen_kept": write_interval(median_interval(sparse["features_kept"])),
        },
    )
