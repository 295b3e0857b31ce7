"""What would refute the claims about the other editions of the book."""

from tampering import change, once

ZERO, THREE = ({"weight_decay": decay} for decay in (0, 3))


def every_tenth(old):
    """Every tenth run far better than it was: the median hardly moves."""
    return old * [0.1 if seed % 10 == 0 else 1 for seed in range(len(old))]


def nearly(value):
    """All runs at nearly one value."""
    return lambda old: value + old / 1e6


def small(old):
    """One run with a small weight."""
    return old / 2


REFUTATIONS = {
    "english-scratch-levels-with-the-constant": {
        "ratio.above": [change("english", "test_loss", 0.8, **THREE)],
        "ratio.below": [change("english", "test_loss", 1.2, **THREE)],
    },
    "english-concise-is-worse-than-a-constant": {
        # a constant that is still better in every run, but by less
        "ratio": [
            change("english_concise", "test_loss", nearly(0.014), **THREE),
            change("reference", "test_loss", nearly(0.01), implementation="constant"),
        ],
        "worse": [change("english_concise", "test_loss", every_tenth, **THREE)],
    },
    "newest-edition-beats-the-constant": {
        "scratch": [change("newest", "test_loss", 1.2, **THREE)],
        "concise": [change("newest_concise", "test_loss", 1.2, **THREE)],
    },
    "english-concise-prints-the-larger-number": {
        "undecayed": [change("english_concise", "w_norm", once(small), **ZERO)],
        "decayed": [change("english_concise", "w_norm", once(small), **THREE)],
    },
    "published-half-squares-are-normal": {
        "rarity": [change("newest", "w_norm", 3, **THREE)],
    },
}
