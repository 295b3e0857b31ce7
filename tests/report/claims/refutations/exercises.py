"""What would refute the claims about the chapter's exercises."""

from tampering import change, once


def answered(name, how, weight_decay=3):
    return change("exercises", name, how, weight_decay=weight_decay)


def curve(weight_decay, factor):
    where = {"implementation": "ridge", "weight_decay": weight_decay}
    return change("reference", "expected_test_loss", factor, **where)


def square(weight_decay, factor):
    where = {"implementation": "ridge", "weight_decay": weight_decay, "noise_std": 0.01}
    return change("noise", "expected_test_loss", factor, **where)


REFUTATIONS = {
    "chapters-curve-is-no-u": {
        "flat.above": [curve(1, 0.993)],
        "flat.below": [curve(0.3, 1.02)],
        "gain": [curve(6, 0.97)],
        "rise": [curve(100, 0.95)],
        "fall": [square(0, 0.15)],
        "beyond": [square(100, 0.1)],
    },
    "penalty-of-a-matrix-shrinks-its-singular-values": {
        "trace": [answered("trace_distance", once(1e-10))],
        "shrunk": [answered("shrunk_distance", once(1e-10), 0.05)],
    },
    "ridge-is-least-squares-with-further-rows": {
        "same": [answered("augmented_distance", once(1e-8))],
        "less": [answered("root_own_distance", once(1e-8), 0.05)],
        "wrong": [answered("root_distance", once(0.05))],
    },
    "prior-of-the-chapter-is-too-narrow": {
        "map": [answered("map_distance", once(1e-8), 0.05)],
        "times": [answered("prior_std", 2.0)],
        "chapter": [answered("covered", lambda old: 20 + old)],
        "fitting": [answered("covered", 0.5, 0.05)],
    },
    "shrinking-is-no-penalty-where-gradients-are-rescaled": {
        "penalty": [answered("penalty_distance", once(1e-8))],
        "shrink": [answered("shrink_distance", once(1e-8), 0.05)],
        "apart": [answered("apart_distance", once(0.05))],
    },
}
