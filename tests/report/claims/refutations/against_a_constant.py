"""What would refute the claims about runs and optima against the best constant."""

from tampering import change, once

THREE = {"weight_decay": 3}
SCRATCH, CONCISE, RIDGE = ({"implementation": name} for name in ("scratch", "concise", "ridge"))

REFUTATIONS = {
    "decay-lowers-the-test-loss-of-the-run": {
        "scratch": [change("chapter", "test_loss", once(1000.0), **SCRATCH, **THREE)],
        "concise": [change("chapter", "test_loss", once(1000.0), **CONCISE, **THREE)],
    },
    "decayed-run-is-worse-than-a-constant": {
        "scratch": [change("chapter", "test_loss", lambda old: 0.3 * old + 0.012, **SCRATCH, **THREE)],
        "concise": [change("chapter", "test_loss", lambda old: 0.1 * old + 0.012, **CONCISE, **THREE)],
        "least_scratch": [change("chapter", "test_loss", once(0.001), **SCRATCH, **THREE)],
        "least_concise": [change("chapter", "test_loss", once(0.001), **CONCISE, **THREE)],
    },
}
