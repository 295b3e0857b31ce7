"""The optimum over λ: balance of forces, what new data say, and how typical the picture is."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import DECAY, require_chapter
from wd.report.content.claims.soft import read_path
from wd.report.content.claims.twice import gather, list_solved
from wd.report.content.landscape import read_landscape
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, write_interval, write_range
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import median, proved, share, worst
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import line_up_decays, match, match_settings, stack
from wd.report.read.statistics import median_interval

_BALANCE = 1e-8  # as a share of the force that starts to move the weights
_EXPECTED = "expected_test_loss"


@claim("forces-cancel-at-the-optimum")
def forces_cancel_at_the_optimum(readings: Readings) -> Finding:
    """‖−∇L − λw*‖: at every optimum of the picture, and on other data for penalty and closed form.

    In the picture relative to the largest pull drawn there, else to the pull at w = 0.
    """
    drawn = read_landscape(readings)
    left, pull = (np.linalg.norm(each, axis=1) for each in (drawn.pull - drawn.decay, drawn.pull))
    solved = list_solved(readings, active=True)
    elsewhere, seeds = gather(solved, "penalty_stationarity", "closed_stationarity")
    return Finding(
        (
            worst("pictured", left / pull.max(), below=_BALANCE, digits=2),
            worst("elsewhere", elsewhere, seeds=seeds, below=_BALANCE, digits=2),
        ),
        {"points": str(len(pull))},
    )


@claim("decay-moves-the-fit-not-the-test-loss")
def decay_moves_the_fit_not_the_test_loss(readings: Readings) -> Finding:
    """Up to the chapter's λ: largest relative change of test loss, and norm and training loss."""
    decays, path = read_path(readings)
    constant = find_settled(readings, "reference", implementation="constant")
    match(constant, *path)
    require_chapter(constant, *path)
    if DECAY not in decays:
        raise Missing("setting", study="reference", setting=f"weight_decay = {DECAY:g}")
    within = decays[:, 0] <= DECAY
    loss, norm, fit = (stack(path, name)[within] for name in (_EXPECTED, "w_norm", "train_loss"))
    change = 100 * np.abs(loss / loss[0] - 1).max(0)
    rest = 100 * fit[-1] / constant["train_loss"]
    return Finding(
        (
            worst("change", change, below=10, unit="%", digits=2),
            worst("shorter", 100 * (1 - norm[-1] / norm[0]), above=10, unit="%"),
            worst("fit", rest, above=1, unit="%", digits=2),
        ),
        {
            "decay": write_exactly(DECAY),
            "runs": write_range(change, digits=2),
            "norm": write_interval(median_interval(norm[-1] / norm[0]), 100),
            "rest": write_interval(median_interval(rest), 1, 2),
        },
    )


@claim("smaller-norm-is-not-a-better-model")
def smaller_norm_is_not_a_better_model(readings: Readings) -> Finding:
    """The strongest decay against none, at the optimum: norm and test loss, seed by seed."""
    decays, path = read_path(readings)
    norm = 100 * path[-1]["w_norm"] / path[0]["w_norm"]
    ratio = path[-1][_EXPECTED] / path[0][_EXPECTED]
    return Finding(
        (
            proved("norm", norm, below=100, unit="%"),
            share("larger", ratio > 1, above=75),
            median("excess", 100 * (ratio - 1), above=5, unit="%"),
        ),
        {"decay": write_exactly(float(decays[-1, 0]))},
    )


@claim("the-pictured-draw-is-chosen")
def the_pictured_draw_is_chosen(readings: Readings) -> Finding:
    """Of data sets drawn like the pictured one: on how many decay helps, and as much as there."""
    pictured, draws = (line_up_decays(readings, name) for name in ("portrait", "portrait_draws"))
    for cell in pictured:
        match_settings(cell, draws[0].setting, "[study.portrait_draws]")
    if len(pictured[0].seeds) > 1:
        raise Missing("premise", study="portrait", premise="single_seed")
    tried = {cell.setting.weight_decay for cell in draws}
    common = [cell for cell in pictured if cell.setting.weight_decay in tried]
    if len(common) < len(draws):
        raise Missing("premise", study="portrait", premise="decays_of_the_draws")
    losses, shown = stack(draws, _EXPECTED), stack(common, _EXPECTED)[:, 0]
    gain, chosen = 1 - losses[1:].min(0) / losses[0], 1 - shown[1:].min() / shown[0]
    return Finding(
        (
            share("helps", gain > 0, above=40, below=60),
            share("as_much", gain >= chosen, below=20),
        ),
        {
            "chosen": write(100 * chosen),
            "most": write_exactly(draws[-1].setting.weight_decay),
            "tried": str(len(draws) - 1),
        },
    )
