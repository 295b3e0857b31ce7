"""What would refute the claims about runs and optima against the best constant."""

from tampering import change, once

SCRATCH, CONCISE, RIDGE = ({"implementation": name} for name in ("scratch", "concise", "ridge"))
THREE = {"weight_decay": 3}


def nearer_to_the_constant(old):
    """Still above it in every run, but not five times as high."""
    return 0.02 + 0 * old


REFUTATIONS = {
    "decay-lowers-the-test-loss-of-the-run": {
        "scratch": [change("chapter", "test_loss", once(1000.0), **SCRATCH, **THREE)],
        "concise": [change("chapter", "test_loss", once(1000.0), **CONCISE, **THREE)],
    },
    "decayed-run-is-worse-than-a-constant": {
        "scratch": [change("chapter", "test_loss", nearer_to_the_constant, **SCRATCH, **THREE)],
        "concise": [change("chapter", "test_loss", nearer_to_the_constant, **CONCISE, **THREE)],
        "least_scratch": [change("chapter", "test_loss", once(0.001), **SCRATCH, **THREE)],
        "least_concise": [change("chapter", "test_loss", once(0.001), **CONCISE, **THREE)],
    },
    "exact-ridge-beats-the-constant-a-little": {
        "ratio": [change("reference", "expected_test_loss", 0.9, **RIDGE, weight_decay=0.5)],
        # still below the typical constant, but above it on a quarter of the data sets
        "wins": [
            change(
                "reference",
                "expected_test_loss",
                lambda old: old * [2 if seed % 4 == 0 else 1 for seed in range(len(old))],
                **RIDGE,
                weight_decay=0.5,
            )
        ],
    },
    "no-decay-rescues-the-run": {
        "change": [change("sweep", "test_loss", 0.8, **SCRATCH, weight_decay=40)],
        "scratch": [change("sweep", "test_loss", 1.2, **SCRATCH)],
        "concise": [change("sweep", "test_loss", 0.5, **CONCISE, weight_decay=100)],
    },
    "optimum-hardly-notices-the-decay": {
        "change.above": [change("reference", "expected_test_loss", 0.9, **RIDGE, **THREE)],
        "change.below": [change("reference", "expected_test_loss", 1.1, **RIDGE, **THREE)],
        "times": [
            change("best_decay", "formula", 6.5, noise_std=0.01),
        ],
    },
    "more-decay-smaller-norm": {
        "scratch": [change("sweep", "w_norm", 2, **SCRATCH, weight_decay=9)],
        "concise": [change("sweep", "w_norm", 2, **CONCISE, weight_decay=9)],
    },
}
