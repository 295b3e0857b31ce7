"""Answers to readers' questions that no other page measures: stopping early, and more data."""

from __future__ import annotations

import numpy as np

from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import estimate_ratio, find_settled, write_interval, write_range
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Readings
from wd.report.read.series import line_up_decays
from wd.report.read.statistics import median_interval


@claim("stopping-early-does-not-help-here")
def stopping_early_does_not_help_here(readings: Readings) -> Verdict:
    """Even stopping at the best recorded epoch, chosen by the test set, gains next to nothing."""
    cells = {
        "bare": find_settled(readings, "chapter", implementation="scratch", weight_decay=0),
        "decayed": find_settled(readings, "chapter", implementation="scratch", weight_decay=3),
        "zero": find_settled(readings, "zero_start", weight_decay=0),
    }
    ratios = {}
    for name, cell in cells.items():
        epochs, losses = cell.curves("test_loss")
        ratios[name] = losses.min(axis=1) / losses[:, -1]
    return Verdict(
        all(median_interval(each)[1] > 0.99 for each in ratios.values()),
        {
            **{
                name: write_interval(median_interval(100 * (1 - each)), digits=2)
                for name, each in ratios.items()
            },
            "bare_runs": write_range(100 * (1 - ratios["bare"]), digits=2),
            "every": write_exactly(float(np.diff(epochs)[0])),
            "zero_seeds": f"{len(ratios['zero']):,}",
        },
        len(ratios["bare"]),
    )


@claim("more-data-help-where-decay-does-not")
def more_data_help_where_decay_does_not(readings: Readings) -> Verdict:
    """From zero, eight times the examples lower the test loss more than any λ of the grid does."""
    few, many = (find_settled(readings, "size", init_std=0, n_train=count) for count in (20, 160))
    data = estimate_ratio(many, few)
    bare, *decayed = line_up_decays(readings, "zero_start")
    decay = min(estimate_ratio(cell, bare) for cell in decayed)
    return Verdict(
        data[2] < 0.5 and decay[1] > 0.9,
        {
            "few": str(few.setting.n_train),
            "many": str(many.setting.n_train),
            "data": write_interval(data),
            "decay": write_interval(decay),
            "tried": str(len(decayed)),
        },
        len(few.seeds),
    )


@claim("more-data-cannot-erase-the-start")
def more_data_cannot_erase_the_start(readings: Readings) -> Verdict:
    """From the chapter's random weights more data help too, but less than the decay does."""
    few, many = (find_settled(readings, "size", init_std=1, n_train=count) for count in (20, 160))
    bare, decayed = (
        find_settled(readings, "chapter", implementation="scratch", weight_decay=decay)
        for decay in (0, 3)
    )
    data, decay = estimate_ratio(many, few), estimate_ratio(decayed, bare)
    constant = find_settled(readings, "size_exact", implementation="constant", n_train=160)
    return Verdict(
        data[1] > 0.1 and data[2] < 0.5 and decay[2] < 0.01,
        {
            "few": str(few.setting.n_train),
            "many": str(many.setting.n_train),
            "data": write_interval(data),
            "decay": write_interval(decay),
            "constant": write_interval(estimate_ratio(many, constant)),
        },
        len(few.seeds),
    )
