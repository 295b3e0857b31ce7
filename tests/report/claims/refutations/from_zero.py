"""What would refute the claims about the two clocks, and about the bias spared or decayed."""

from tampering import change, once

SCRATCH, RIDGE = ({"implementation": name} for name in ("scratch", "ridge"))
THREE = {"weight_decay": 3}
LONG = {"epochs": 1500, **THREE}
SHORT = {"epochs": 100, **THREE}
SPARED, DECAYED = {"bias_decay": 0}, {"bias_decay": 1}
LOSS = "expected_test_loss"


def at(place, how):
    """Change a series at one point of all runs."""

    def made(old):
        old[:, place] = how(old[:, place])
        return old

    return made


def last_stretch(factor):
    """Let the norms of all runs end elsewhere."""
    norm = at(-1, lambda old: factor * old)
    return change("chapter", "curves.w_norm", norm, **SCRATCH, **THREE)


def grow_once(old):
    """Let the norm of one run grow over the last stretch."""
    old[0, -1] = 1.01 * old[0, -2]
    return old


def lift_a_tenth(old):
    """Lift the norm of every tenth run above that at the next smaller λ."""
    old[::10] = 5 * old[::10]
    return old


REFUTATIONS = {
    "norm-still-falls-at-the-end": {
        "measured": [change("chapter", "curves.w_norm", grow_once, **SCRATCH, **THREE)],
        # data that take part in the shrinking, or hold it up
        "pace.above": [last_stretch(0.9)],
        "pace.below": [last_stretch(1.1)],
    },
    "from-zero-the-norm-settles-early": {
        "near": [change("zero_start", "curves.w_norm", at(5, lambda old: 2 * old), **THREE)],
        "far": [
            change(
                "chapter",
                "curves.w_norm",
                lambda old: once(old[0, -1], seed=(0, 5))(old),
                **SCRATCH,
                **THREE,
            )
        ],
    },
    "from-zero-the-decay-helps-a-little": {
        "help.above": [change("zero_start", LOSS, 1.05, **THREE)],
        "help.below": [change("zero_start", LOSS, 1.04, weight_decay=0)],
        "gain": [change("zero_start", LOSS, 0.9, weight_decay=9)],
    },
    "from-zero-the-decay-shrinks-the-norm": {
        "falling": [change("zero_start", "w_norm", lift_a_tenth, weight_decay=30)],
        "excess.above": [change("reference", "w_norm", 1.3, **RIDGE, **THREE)],
        "excess.below": [change("reference", "w_norm", 0.8, **RIDGE, **THREE)],
    },
    "converged-run-reaches-the-optimum": {
        "norm.above": [change("bias", "w_norm", 0.9, **LONG, **SPARED)],
        "norm.below": [change("bias", "w_norm", 1.1, **LONG, **SPARED)],
        "loss.above": [change("bias", LOSS, 0.9, **LONG, **SPARED)],
        "loss.below": [change("bias", LOSS, 1.1, **LONG, **SPARED)],
    },
    "sparing-the-bias-matters-little-once-converged": {
        # both worse than the constant, and the spared one more so
        "cost.above": [
            change("bias", LOSS, 1.2, **LONG, **SPARED),
            change("bias", LOSS, 1.02, **LONG, **DECAYED),
        ],
        "cost.below": [change("bias", LOSS, 1.3, **LONG, **DECAYED)],
        # a constant that is worse: much more is gained than decaying the bias loses
        "lost": [change("reference", LOSS, 2, implementation="constant")],
    },
    "sparing-the-bias-matters-in-the-run": {
        "change": [change("bias", LOSS, 1.3, **SHORT, **DECAYED)],
        # a bias that is decayed away from the truth
        "errors": [change("bias", "b", lambda old: old - 1, **SHORT, **DECAYED)],
    },
}
