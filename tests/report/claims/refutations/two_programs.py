"""What would refute the claims about the two programs, made to agree and then not."""

from tampering import change, once

THREE = {"weight_decay": 3}
SCRATCH, CONCISE = ({"implementation": name} for name in ("scratch", "concise"))


def matched(column):
    return [change("matched", column, once(lambda old: 1.001 * old), weight_decay=6)]


def library(convention, number="distance", how=None, study="conventions"):
    """Let one data set end elsewhere."""
    return [change(study, number, how or once(0.001, seed=2), convention=convention)]


REFUTATIONS = {
    "matched-programs-agree": {
        column: matched(column) for column in ("w_norm", "b", "train_loss", "test_loss")
    },
    "missing-half-hardly-moves-the-norm": {
        "norm.above": [change("unmatched_half", "w_norm", 0.98, **THREE)],
        "norm.below": [change("unmatched_half", "w_norm", 1.02, **THREE)],
        "train": [change("unmatched_half", "train_loss", 2, **THREE)],
        "test.above": [change("unmatched_half", "test_loss", 0.95, **THREE)],
        "test.below": [change("unmatched_half", "test_loss", 1.12, **THREE)],
    },
    "random-bias-sets-the-programs-apart": {
        # a tenth of the test loss without the random bias is a change as well, and a large one
        "test": [change("unmatched_bias", "test_loss", 0.1, weight_decay=6)],
        "over_half": [change("unmatched_half", "test_loss", 1.5, **THREE)],
        "over_order": [change("unmatched_order", "test_loss", 1.5, weight_decay=6)],
    },
    "another-order-changes-little": {
        "norm": [change("unmatched_order", "w_norm", 1.005, weight_decay=6)],
        "test": [change("unmatched_order", "test_loss", 1.05, weight_decay=6)],
        # rounding as large as what the order changes
        "changed": [change("matched", "w_norm", once(lambda old: 1.01 * old), weight_decay=6)],
    },
    "plots-differ-by-the-half-and-the-bias": {
        "bare.above": [change("chapter", "test_loss", 0.95, **CONCISE, weight_decay=0)],
        "bare.below": [change("chapter", "test_loss", 1.05, **CONCISE, weight_decay=0)],
        "decayed": [change("chapter", "test_loss", 0.4, **CONCISE, **THREE)],
    },
    "converted-decay-solves-the-same-problem": {
        name: library(name) for name in ("sgd_half_mse", "sgd_mse", "adam_l2", "ridge")
    },
    "unconverted-decay-solves-another-problem": {
        "sgd": library("sgd_mse_unconverted", how=once(0.001)),
        "ridge": library("ridge_unconverted", how=once(0.001)),
        "sgd_own": library("sgd_mse_unconverted", "own_distance"),
        "ridge_own": library("ridge_unconverted", "own_distance"),
    },
    "adamw-solves-another-problem": {
        "adamw": library("adamw", how=once(1e-9)),
        "adam": library("adam_l2"),
        "first": library("adamw", "first_step_from_adam", once(0.0001)),
    },
    "adamw-stays-in-a-box": {
        "wide": library("adamw", "box_distance", once(0.02)),
        "tight": library("adamw", "box_distance", once(0.2), "conventions_box"),
        "undecayed": library("adamw", "undecayed_distance", once(0.4), "conventions_box"),
    },
}
