"""What would refute the claims about where training diverges."""

from tampering import change, once


def one(seed):
    """Turn what happened to one run into its opposite."""

    def made(old):
        old[seed] = ~old[seed]
        return old

    return made


def all_others(old):
    """Turn what happened to every run into its opposite."""
    return ~old


REFUTATIONS = {
    "full-batch-limit-is-exact": {
        "below": [change("stable_rates", "below_factor", once(1.001, seed=4), weight_decay=3)],
        "above": [change("stable_rates", "above_factor", once(0.999, seed=4), weight_decay=3)],
        "early": [change("stability_full", "diverged", one(3), lr=0.01, weight_decay=3)],
        "late": [change("stability_full", "diverged", one(3), lr=0.2, weight_decay=3)],
    },
    "safe-limit-is-sufficient": {
        "scratch": [change("stability", "diverged", one(11), lr=0.01, weight_decay=3)],
        "concise": [change("stability_concise", "diverged", one(2), lr=0.003, weight_decay=3)],
    },
    "safe-limit-is-not-necessary": {
        "each": [change("stable_rates", "onset", once(0.99, seed=4), weight_decay=60)],
        # every run still above 1, but hardly
        "margin": [change("stable_rates", "onset", lambda old: 1.05 + 0.01 * old, weight_decay=0)],
        "rising": [change("stable_rates", "onset", 0.7, weight_decay=3)],
        "falling": [change("stable_rates", "onset", 0.6, weight_decay=30)],
        "over_bare": [
            change("stable_rates", "onset", 1.7, weight_decay=decay) for decay in (0, 0.3, 1, 3)
        ],
        "over_most": [
            change("stable_rates", "onset", factor, weight_decay=decay)
            for decay, factor in ((30, 1.6), (60, 1.8), (100, 1.8))
        ],
    },
    "some-decay-steadies-mini-batches": {
        f"{program}_{name}": [change(study, "diverged", all_others, lr=rate, weight_decay=decay)]
        for program, study, rate in (
            ("scratch", "stability", 0.07),
            ("concise", "stability_concise", 0.03),
        )
        for name, decay in (("bare", 0), ("some", 10), ("much", 100))
    },
    "concise-bears-half-the-rate": {
        "same": [change("stability_concise", "diverged", all_others, lr=0.015, weight_decay=0)],
        "scratch": [change("stability", "diverged", one(11), lr=0.03, weight_decay=0)],
        "concise": [change("stability_concise", "diverged", one(11), lr=0.03, weight_decay=0)],
    },
}
