"""What would refute the claims about optimisers."""

from tampering import change, once

L2 = {"decay_form": "l2"}
APART = {"decay_form": "decoupled"}


def of_momentum(name, value, form=APART, momentum=0.9):
    return change("leftover_momentum", name, once(value), momentum=momentum, **form)


def of_adam(name, how, weight_decay, form=L2):
    return change("leftover_adam", name, once(how), weight_decay=weight_decay, **form)


def times(factor):
    return lambda old: factor * old


REFUTATIONS = {
    "added-decay-has-one-point-of-rest": {
        "each": [change("resting_adam", "rest_distance", once(1e-8))],
        "bare": [change("resting_nesterov", "undecayed_distance", once(0.02), **L2)],
    },
    "momentum-weakens-decoupled-decay": {
        "own": [change("resting_sgd", "rest_distance", once(1e-8), momentum=0.5, **APART)],
        "asked": [change("resting_nesterov", "asked_distance", once(0.01), **APART)],
    },
    "independent-decay-meets-the-rate": {
        "own": [change("resting_independent", "rest_distance", once(1e-8), lr=0.1)],
        "longer": [change("resting_independent", "end_norm", once(times(0.7)), lr=0.3)],
    },
    "adamw-rests-in-its-box": {
        "typical": [
            change("resting_adamw", "rest_distance", lambda old: 0.005 + old, weight_decay=5)
        ],
        "box": [change("resting_adamw", "rest_distance", once(0.05), weight_decay=5)],
        "loose": [change("resting_adamw", "undecayed_distance", once(0.01), weight_decay=0.5)],
        "asked": [change("resting_adamw", "asked_distance", once(0.01), weight_decay=2)],
    },
    "cautious-decay-leaves-the-optimum-alone": {
        "bare": [change("resting_cautious", "rest_distance", once(0.01))],
        "asked": [change("resting_cautious", "asked_distance", once(0.05))],
    },
    "leftover-of-each-step-is-known": {
        "error": [change("leftover_sgd", "leftover_error", once(1e-4), schedule="linear")],
        "faded": [change("leftover_sgd", "leftover", once(times(0.5)), schedule="cosine")],
        "added": [of_momentum("leftover", 1e-4, L2)],
        "apart": [of_momentum("leftover", times(1.01), momentum=0.5)],
    },
    "adams-pace-knows-no-decay": {
        "same.above": [of_adam("leftover", times(1.1), 30)],
        "same.below": [of_adam("leftover", times(0.9), 30)],
        "alone.above": [of_adam("predicted_leftover", times(1.1), 300)],
        "alone.below": [of_adam("predicted_leftover", times(0.9), 300)],
        "adamw": [of_adam("leftover", times(5), 3, APART)],
    },
}
