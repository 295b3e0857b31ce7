"""What would refute the claims about printed norms."""

from tampering import change, once

SCRATCH, CONCISE = ({"implementation": name} for name in ("scratch", "concise"))
ZERO, THREE = ({"weight_decay": decay} for decay in (0, 3))


DECAYED = {"bias_decay": 1, "epochs": 100, **THREE}


def outer_half(old):
    """Two in five runs far out, and the rest as they are: the median hardly moves."""
    return old * [(3, 1, 1, 1, 0.1)[seed % 5] for seed in range(len(old))]


def times(factor):
    """Multiply."""
    return lambda old: factor * old


def towards(norm):
    """All runs at nearly one norm, which is a usual one."""
    return lambda old: norm + old / 1e6


REFUTATIONS = {
    "published-norms-are-normal": {
        "rarity": [change("chapter", "w_norm", 3, **THREE)],
    },
    "undecayed-programs-print-the-same": {
        "change.above": [change("chapter", "w_norm", 0.98, **CONCISE, **ZERO)],
        "change.below": [change("chapter", "w_norm", 1.02, **CONCISE, **ZERO)],
        "larger": [change("chapter", "w_norm", 0.9, **CONCISE, **THREE)],
        "outside": [
            change("chapter", "w_norm", lambda old: 0.37 + old / 1e6, **CONCISE, **THREE),
            change("chapter", "w_norm", lambda old: old - 0.01, **SCRATCH, **THREE),
        ],
    },
    "batch-size-one-explains-small-norms": {
        "gap": [change("chapter", "w_norm", 0.1, **THREE)],
        "rarity": [change("batch_one", "w_norm", 10, **THREE)],
    },
    "settled-runs-print-the-same": {
        "change.above": [change("batch_one", "w_norm", 0.8, **SCRATCH, **THREE)],
        "change.below": [change("more_epochs", "w_norm", 0.85, **SCRATCH, **THREE)],
        "over": [
            change("more_epochs", "w_norm", 1.2, **SCRATCH, **THREE),
            *(
                change("larger_rate", "w_norm", 1.2, **SCRATCH, **THREE, lr=rate)
                for rate in (0.01, 0.03)
            ),
            change("batch_one", "w_norm", 1.2, **SCRATCH, **THREE),
            change("sweep", "w_norm", 1.2, **SCRATCH, weight_decay=6),
        ],
        # a norm that every run would print alike, and so told from those of the others
        "inside": [change("more_epochs", "w_norm", towards(0.037), **SCRATCH, **THREE)],
    },
    "larger-batches-look-like-half-the-decay": {
        f"{name}.{side}": [
            change("batch_ten", "w_norm", once(factor), implementation=name, **THREE)
        ]
        for name in ("scratch", "concise")
        for side, factor in (("above", times(0.97)), ("below", times(1.03)))
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
        "change.above": [change("bias", "w_norm", towards(0.35), **DECAYED)],
        "change.below": [change("bias", "w_norm", towards(0.392), **DECAYED)],
        "inside": [change("bias", "w_norm", outer_half, **DECAYED)],
    },
}
