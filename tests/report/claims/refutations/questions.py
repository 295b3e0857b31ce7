"""What would refute the answers to readers' questions about stopping early and more data."""

from tampering import change

SCRATCH, CONCISE = ({"implementation": name} for name in ("scratch", "concise"))
LOSS = "expected_test_loss"


def better_on_the_way(old):
    """Halve the test loss of all runs in the middle."""
    old[:, old.shape[1] // 2] = old[:, -1] / 2
    return old


def at_the_end(factor):
    """Change the test loss at the last point of all runs."""

    def made(old):
        old[:, -1] = factor * old[:, -1]
        return old

    return made


REFUTATIONS = {
    "stopping-early-does-not-help-here": {
        "bare": [
            change("chapter", "curves.test_loss", better_on_the_way, **SCRATCH, weight_decay=0)
        ],
        "decayed": [
            change("chapter", "curves.test_loss", better_on_the_way, **CONCISE, weight_decay=3)
        ],
        "zero": [change("zero_start", "curves.test_loss", at_the_end(1.1), weight_decay=0)],
    },
    "more-data-help-where-decay-does-not": {
        "data": [change("size", LOSS, 3, n_train=160, init_std=0)],
        "decay": [change("zero_start", LOSS, 0.5, weight_decay=1)],
    },
    "more-data-cannot-erase-the-start": {
        "data.above": [change("size", LOSS, 0.01, n_train=160, init_std=1)],
        "data.below": [change("size", LOSS, 3, n_train=160, init_std=1)],
        "decay": [change("chapter", LOSS, 100, **SCRATCH, weight_decay=3)],
    },
}
