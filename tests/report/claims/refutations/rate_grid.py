"""What would refute the claims about learning rate and λ."""

import numpy as np
from tampering import change

LOSS = "cross_entropy"
RIVALS = [(0.001, 0.1), (0.001, 1), (0.003, 0.3), (0.01, 0.3), (0.03, 0.3)]
"""Cells of AdamW's, each to win for every fifth seed."""


def l2(how, **where):
    return change("grid_adam", LOSS, how, **where)


def adamw(how, **where):
    return change("grid_adamw", LOSS, how, **where)


def mistake(more):
    """Let Adam with L2 mistake more digits at one rate without decay."""
    where = {"lr": 0.003, "weight_decay": 0}
    return change("grid_adam", "mistaken", lambda old: old + more, **where)


def win(own, other):
    """Let each of the rivals have one loss where it wins, and another on all other seeds."""

    def give(place):
        return lambda old: np.where(np.arange(len(old)) % len(RIVALS) == place, own, other)

    return [
        adamw(give(place), lr=lr, weight_decay=decay) for place, (lr, decay) in enumerate(RIVALS)
    ]


def but(seeds, factor):
    """Multiply the losses of all seeds but for some."""

    def made(old):
        kept = np.isin(np.arange(len(old)), seeds)
        return np.where(kept, old, factor * old)

    return made


def agree(program):
    """Let one cell win for all seeds."""
    decay = 0.003 if program is l2 else 1
    return [program(lambda old: np.full_like(old, 0.1), lr=0.003, weight_decay=decay)]


REFUTATIONS = {
    "one-seed-does-not-find-the-cell": {
        "same": [adamw(but([0], 0.3), lr=0.003, weight_decay=1)],
        "rates": [l2(2, lr=rate) for rate in (0.001, 0.003)],
    },
    "a-winner-promises-too-much": {
        "shown": [*agree(l2), *agree(adamw), *win(0.0996, 0.105)],
        "price.above": [*agree(l2), *win(0.1, 0.1015)],
        "price.below": win(0.01, 5),
    },
    "the-mean-does-not-settle-it": {
        "tied": [
            change
            for program, cell in ((l2, (0.03, 0.003)), (adamw, (0.003, 1)))
            for change in (program(2), program(0.5, lr=cell[0], weight_decay=cell[1]))
        ],
        "ratio.above": [adamw(0.7)],
        "ratio.below": [adamw(1.3)],
    },
    "decay-is-worth-more-at-a-larger-rate": {
        "little": [l2(lambda old: old + 0.07, weight_decay=0)],
        "more": [l2(0.5, lr=0.01, weight_decay=0)],
        "fewer.above": [mistake(-0.05)],
        "fewer.below": [mistake(0.05)],
    },
    "the-valley-keeps-the-decay-not-the-product": {
        "up": [l2(0.8, lr=0.001, weight_decay=0.01)],
        "down": [
            l2(2.2, lr=0.001, weight_decay=0.003),
            l2(0.9, lr=0.001, weight_decay=0.001),  # or the slope can't be told
        ],
        "slope.above": [
            l2(0.5, lr=0.03, weight_decay=0.0001),
            adamw(0.4, lr=0.03, weight_decay=0.03),
        ],
        "slope.below": [
            l2(0.3, lr=0.03, weight_decay=0.03),
            adamw(0.1, lr=0.03, weight_decay=10),
        ],
    },
}
