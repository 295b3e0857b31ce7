"""Predict, then reveal: what the runs answer to the questions that readers are asked first."""

from __future__ import annotations

import math

import numpy as np

from wd.report.content.book import DECAY
from wd.report.content.claims.choosing import fails, find_square
from wd.report.content.claims.deep_nets import list_resting
from wd.report.content.claims.exercises import find_lowest, follow_loss
from wd.report.content.claims.optimisers import require_decay
from wd.report.content.claims.real_data import line_up_digits, take_bare
from wd.report.content.rate_grid import count_agreement, read_grid
from wd.report.read.estimates import estimate_ratio, find_settled
from wd.report.read.guesses import guess
from wd.report.read.readings import Missing, Readings
from wd.report.read.series import line_up, stack


@guess("undecayed_norm")
def undecayed_norm(readings: Readings) -> int:
    """Without decay: well below the initial norm, about it, or well above."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=0)
    start = cell.setting.init_std * math.sqrt(cell.setting.n_features)
    return int(np.digitize(float(np.median(cell["w_norm"])) / start, (0.5, 2)))


@guess("decayed_norm")
def decayed_norm(readings: Readings) -> int:
    """At λ = 3 most of the squared norm is in the row space, or of the start's unseen part."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=DECAY)
    share = float(np.median((cell.measure("null_norm") / cell["w_norm"]) ** 2))
    return int(share > 0.5)


@guess("against_a_constant")
def against_a_constant(readings: Readings) -> int:
    """The run at λ = 3 is clearly better than a constant, as good within a tenth, or worse."""
    run = find_settled(readings, "chapter", implementation="scratch", weight_decay=DECAY)
    constant = find_settled(readings, "reference", implementation="constant")
    return int(np.digitize(estimate_ratio(run, constant)[0], (0.9, 1.1)))


@guess("where_decay_helps")
def where_decay_helps(readings: Readings) -> int:
    """The best λ gains most where n is well below d, about d, or well above."""
    best = [1.0, 1.0, 1.0]
    for cell in readings.cells("peak", implementation="ridge"):
        setting = cell.setting
        undecayed = find_settled(
            readings, "peak", implementation="ridge", weight_decay=0, n_train=setting.n_train
        )
        place = int(np.digitize(setting.n_train / setting.n_features, (0.7, 1.4)))
        best[place] = max(best[place], estimate_ratio(undecayed, cell)[0])
    return best.index(max(best))


@guess("bound_on_new_data")
def bound_on_new_data(readings: Readings) -> int:
    """In how many data sets an active bound lowers the expected test loss: few, some, nearly all.

    The exact solution at the best active θ of the grid against the unbounded one.
    """
    cells = line_up(readings, "hard", "theta", implementation="constrained")
    loss = stack(cells, "expected_test_loss")
    active = stack(cells, "multiplier") > 0
    helped = np.where(active, loss, np.inf).min(axis=0) < loss[-1]
    return int(np.digitize(float(np.mean(helped)), (0.1, 0.9)))


@guess("norm_of_the_optimum")
def norm_of_the_optimum(readings: Readings) -> int:
    """From λ = 0 to the chapter's λ the optimum's norm stays, loses a part, or nearly vanishes."""
    bare, decayed = (
        find_settled(readings, "reference", implementation="ridge", weight_decay=decay)
        for decay in (0, DECAY)
    )
    return int(np.digitize(-estimate_ratio(decayed, bare, "w_norm")[0], (-0.95, -0.2)))


@guess("best_over_a_constant")
def best_over_a_constant(readings: Readings) -> int:
    """By how much the best λ of the grid beats a constant: by a little, by half, by a lot."""
    constant = find_settled(readings, "reference", implementation="constant")
    cells = line_up(readings, "reference", "weight_decay", implementation="ridge")
    best = min(estimate_ratio(cell, constant, "expected_test_loss")[0] for cell in cells)
    return int(np.digitize(-best, (-0.75, -0.25)))


@guess("half_of_the_start")
def half_of_the_start(readings: Readings) -> int:
    """After how many steps the decay alone has halved a weight: some, tens, or hundreds."""
    setting = find_settled(
        readings, "chapter", implementation="scratch", weight_decay=DECAY
    ).setting
    factor = 1 - setting.lr * setting.weight_decay
    if not 0 < factor < 1:
        raise Missing("premise", study="chapter", premise="decay_shrinks")
    return int(np.digitize(math.log(0.5) / math.log(factor), (25, 250)))


@guess("five_fold_fails")
def five_fold_fails(readings: Readings) -> int:
    """On what share of data sets five-fold cross-validation fails at n = d: few, some, many."""
    return int(np.digitize(float(np.mean(fails(find_square(readings), "five_fold"))), (0.05, 0.2)))


@guess("decoupled_momentum")
def decoupled_momentum(readings: Readings) -> int:
    """With most momentum, decoupled decay finds the optimum of a smaller λ, of λ, or a larger."""
    cells = readings.cells("resting_sgd", decay_form="decoupled")
    most = max(cell.setting.momentum for cell in cells)
    cell = find_settled(readings, "resting_sgd", decay_form="decoupled", momentum=most)
    require_decay([cell])
    meant = float(np.median(cell["resting_decay"])) / cell.setting.weight_decay
    return int(np.digitize(meant, (0.5, 2)))


@guess("shape_of_the_curve")
def shape_of_the_curve(readings: Readings) -> int:
    """Over λ the exact optimum's typical loss on the chapter's data falls, is a U, or only rises.

    A fall or a rise of less than a hundredth counts as none.
    """
    curve = follow_loss(readings, "reference")
    _, lowest = find_lowest(curve)
    if float(np.median(lowest)) > 0.99:
        return 2
    return int(float(np.median(curve[-1][1] / lowest)) > 1.01)


@guess("zeros_of_l1")
def zeros_of_l1(readings: Readings) -> int:
    """How many weights L1 in the gradient makes exactly zero: none, some, or most."""
    cell = find_settled(readings, "lasso")
    zeros = 1 - float(np.median(cell["subgradient_nonzero"])) / cell.setting.n_features
    return int(np.digitize(zeros, (1e-9, 0.5)))


@guess("more_digits")
def more_digits(readings: Readings) -> int:
    """Without decay, errors at the peak over those with fewest examples: fewer, as many, more."""
    cells, top = line_up_digits(readings)
    ratio = float(np.median(take_bare(cells[top]) / take_bare(cells[0])))
    return int(np.digitize(ratio, (0.9, 1.1)))


@guess("same_cell")
def same_cell(readings: Readings) -> int:
    """How often two seeds have the same best cell of AdamW's: nearly always, half, seldom."""
    agreement = count_agreement(read_grid(readings, "grid_adamw"))
    return 2 - int(np.digitize(agreement, (0.3, 0.7)))


@guess("decay_without_length")
def decay_without_length(readings: Readings) -> int:
    """The angle of a step with the largest λ over that with the smallest, at one η, at rest."""
    cells = [cell for group in list_resting(readings) for cell in group]
    rates = [cell.setting.lr for cell in cells]
    lr = max(rates, key=rates.count)
    found = sorted((c for c in cells if c.setting.lr == lr), key=lambda c: c.setting.weight_decay)
    if len(found) < 2:
        raise Missing("premise", study="nets_turning", premise="rests_of_one_product")
    ratio = float(np.median(found[-1]["angle"] / found[0]["angle"]))
    return int(np.digitize(ratio, (0.9, 1.1)))
