"""What would refute the claims about the size of the training set, noise, and the best λ."""

import numpy as np
from tampering import change

EXPECTED = "expected_test_loss"
RIDGE = {"implementation": "ridge"}


def some(share, how):
    """Change the numbers of so large a share of the seeds."""
    return lambda old: np.where(np.arange(len(old)) < share * len(old), how(old), old)


REFUTATIONS = {
    "smaller-training-set-larger-test-loss": {
        "exact": [change("size_exact", EXPECTED, 0.5, **RIDGE, n_train=5)],
        "zero": [change("size", EXPECTED, 0.5, init_std=0, n_train=5)],
        "left": [change("size", "train_loss", 10, init_std=0, n_train=160)],
    },
    "more-data-hurt-near-the-peak": {
        "hurt": [change("peak", EXPECTED, 20, **RIDGE, weight_decay=0, n_train=90)],
        "around": [change("size_exact", EXPECTED, 20, **RIDGE, n_train=202)],
    },
    "right-decay-removes-the-peak": {
        "steps": [change("peak", EXPECTED, 1.6, **RIDGE, weight_decay=0.005, n_train=200)],
        "gain": [change("peak", EXPECTED, 0.1, **RIDGE, weight_decay=0, n_train=100)],
    },
    "noise-makes-the-peak-worse-than-a-constant": {
        "bare": [change("noise", EXPECTED, 0.05, **RIDGE, weight_decay=0, noise_std=0.3)],
        "right": [change("noise", EXPECTED, 1.2, **RIDGE, weight_decay=4.5, noise_std=0.3)],
    },
    "more-noise-wants-more-decay": {
        "steps": [change("noise", EXPECTED, 0.01, **RIDGE, noise_std=0.3, weight_decay=0.005)],
    },
    "best-decay-is-predicted": {
        "factor.above": [change("best_decay_square", "best", 0.5, noise_std=0.1)],
        "factor.below": [change("best_decay_square", "best", 2, noise_std=0.1)],
        "cheap": [
            change("best_decay_square", "regret", some(0.2, lambda old: old + 0.2), noise_std=0.1)
        ],
    },
    "best-decay-of-the-chapter-cannot-be-known": {
        "lowest": [change("best_decay", "lowest", 0.5, noise_std=0.01)],
        # each the lowest tried, and yet near the formula's
        "tenfold": [
            change("best_decay", name, lambda old: 0.01 + 0 * old, noise_std=0.01)
            for name in ("best", "lowest")
        ],
        "cheap": [change("best_decay", "regret", some(0.2, lambda old: old + 0.1), noise_std=0.01)],
    },
    "little-to-gain-with-few-examples": {
        "gain": [change("chapter_noise", EXPECTED, 0.8, **RIDGE, noise_std=0.3, weight_decay=200)],
        "falling": [change("chapter_noise", EXPECTED, 0.9, **RIDGE, noise_std=1, weight_decay=500)],
    },
}
