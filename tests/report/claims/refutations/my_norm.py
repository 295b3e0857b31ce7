"""What would refute the claims about printed norms."""

from tampering import change, once

SCRATCH, CONCISE = ({"implementation": name} for name in ("scratch", "concise"))
ZERO, THREE = ({"weight_decay": decay} for decay in (0, 3))


def outer_half(old):
    """Half of the runs as they are, half far out."""
    return old * [1 if seed % 2 else 3 for seed in range(len(old))]


REFUTATIONS = {
    "published-norms-are-normal": {
        "percentile.above": [change("chapter", "w_norm", 3, **THREE)],
        # a shift that leaves the published norm below the largest of its runs
        "percentile.below": [change("batch_one", "w_norm", 0.9, **ZERO)],
    },
    "undecayed-programs-print-the-same": {
        "change.above": [change("chapter", "w_norm", 0.98, **CONCISE, **ZERO)],
        "change.below": [change("chapter", "w_norm", 1.02, **CONCISE, **ZERO)],
        "larger": [change("chapter", "w_norm", 0.9, **CONCISE, **THREE)],
        "outside": [
            change("chapter", "w_norm", lambda old: 0.37 + old / 1e6, **CONCISE, **THREE),
            change("chapter", "w_norm", lambda old: 0.36 + (old - 0.36) / 100, **SCRATCH, **THREE),
            change("chapter", "w_norm", lambda old: old.clip(0.30, 0.40), **SCRATCH, **THREE),
        ],
    },
    "batch-size-one-explains-small-norms": {
        "gap": [change("chapter", "w_norm", 0.1, **THREE)],
        "percentile.above": [change("batch_one", "w_norm", 10, **THREE)],
        "percentile.below": [change("batch_one", "w_norm", 0.2, **THREE)],
    },
    "half-square-is-recognised": {
        "undecayed": [change("chapter", "w_norm", 0.15, **ZERO)],
        "decayed": [change("chapter", "w_norm", once(0.9), **SCRATCH, **THREE)],
    },
    "small-start-is-recognised": {
        "undecayed": [change("small_start", "w_norm", once(20.0), **SCRATCH, **ZERO)],
        "decayed": [change("small_start", "w_norm", once(1.0), **CONCISE, **THREE)],
    },
    "half-the-decay-is-recognised": {
        "gap": [change("sweep", "w_norm", once(0.3), **SCRATCH, weight_decay=1.5)],
        "ratio": [change("sweep", "w_norm", 0.6, **SCRATCH, weight_decay=1.5)],
    },
    "decayed-bias-is-not-recognised": {
        "change.above": [change("bias", "w_norm", 0.97, bias_decay=1, epochs=100, **THREE)],
        "change.below": [change("bias", "w_norm", 1.03, bias_decay=1, epochs=100, **THREE)],
        "inside": [change("bias", "w_norm", outer_half, bias_decay=1, epochs=100, **THREE)],
    },
}
