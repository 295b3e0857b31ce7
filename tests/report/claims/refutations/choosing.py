"""What would refute the claims about choosing λ."""

import numpy as np
from tampering import change, once

LINEAR = {"features": "linear"}
SQUARE = {"noise_std": 0.01}
PATH = "choosing_path"


def first(share, value):
    """Let the first so many of the seeds have this number, and the others 1."""
    return lambda old: np.where(np.arange(len(old)) < share * len(old), value, 1.0)


def of_none(factor):
    """Change what a path has at its first λ, which stands for none."""
    return lambda old: np.concatenate([old[:, :1] * factor, old[:, 1:]], axis=1)


def around(factor, *, below=1, above=1):
    """Change a path's risk below and above the place of least mean risk."""

    def made(old):
        place = np.arange(old.shape[1])
        least = old.mean(0).argmin()
        return old * np.where(place < least, below, np.where(place > least, above, factor))

    return made


def regret(method, how, study="choosing_square", where=SQUARE):
    return change(study, f"{method}_regret", how, **where)


REFUTATIONS = {
    "left-out-residuals-need-one-fit": {
        "one": [change("left_out", "leave_one_out_distance", once(1e-9), n_features=40)],
        "five": [change("left_out", "five_fold_distance", once(1e-9), n_features=10)],
        "textbook": [change("left_out", "textbook_distance", once(1e-12), n_features=200)],
    },
    "five-fold-fails-where-decay-matters": {
        "five": [regret("five_fold", first(0.1, 3.0)), regret("ten_fold", first(0.01, 3.0))],
        "hold_out": [regret("hold_out", first(0.2, 3.0))],
        "ten": [regret("ten_fold", first(0.25, 3.0)), regret("five_fold", first(0.35, 3.0))],
        "one": [regret("leave_one_out", first(0.3, 3.0))],
        "tall": [regret("gcv", first(0.2, 3.0), "choosing_tall", {})],
    },
    "folds-do-not-see-the-peak": {
        "folds": [change("choosing_square", f"{PATH}.hold_out", of_none(1.2), **SQUARE)],
        "one": [change("choosing_square", f"{PATH}.leave_one_out", of_none(0.4), **SQUARE)],
        "risk": [change("choosing_square", f"{PATH}.risk", of_none(0.4), **SQUARE)],
    },
    "fresh-examples-choose-well": {
        "each": [regret("fresh", once(1.5))],
        "typical": [regret("fresh", lambda old: np.maximum(old, 1.1), "choosing_tall", {})],
    },
    "best-fixed-decay-is-the-formulas": {
        "ratio.above": [change("choosing_tall", f"{PATH}.risk", of_none(0.1))],
        "ratio.below": [
            change(
                "choosing_tall",
                f"{PATH}.risk",
                lambda old: np.concatenate([old[:, :-1], 0.1 * old[:, -1:]], axis=1),
            )
        ],
    },
    "wrong-decay-costs-most-at-the-peak": {
        "square": [change("choosing_square", f"{PATH}.risk", around(1, below=0.5), **SQUARE)],
        "less": [change("choosing_tall", f"{PATH}.risk", around(1, below=1.2))],
        "more": [change("choosing_tall", f"{PATH}.risk", around(1, above=0.7))],
        "chapter": [
            change(
                "choosing_chapter",
                f"{PATH}.risk",
                lambda old: old * np.linspace(1, 2, old.shape[1]),
            )
        ],
    },
    "split-decides-where-the-choice-hardly-matters": {
        "flat": [
            change(
                "choosing_splits", "five_fold_all", lambda old: 0.005 + 0 * old, features="linear"
            )
        ],
        "steep": [change("choosing_splits", "leave_one_out_all", 20, features="quadratic")],
        "cheap": [change("choosing_splits", "five_fold_loss_ratio", 1.2, features="linear")],
        "bare": [change("choosing_splits", "none_loss_ratio", 0.3, features="quadratic")],
    },
    "no-choice-gains-much-on-the-chapters-data": {
        "gain": [change("choosing_chapter", "constant_risk", 1.1)],
        "tiny": [change("choosing_chapter", "gcv_chosen", lambda old: old + 1e-2)],
        "cheap": [regret("hold_out", first(0.2, 1.3), "choosing_chapter", {})],
    },
}
