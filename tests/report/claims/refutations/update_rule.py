"""What would refute the claims about one step, whole runs and the decay on its own."""

from tampering import change, once


def one(seed):
    """Turn what happened to one run into its opposite."""

    def made(old):
        old[seed] = ~old[seed]
        return old

    return made


def end(value):
    """Let a path end elsewhere."""

    def made(old):
        old[:, -1] = value
        return old

    return made


REFUTATIONS = {
    "one-step-by-three-ways": {
        "largest": [
            change(
                "one_step", "formula_optim", once(100.0, seed=7), dtype="float64", weight_decay=3
            )
        ]
    },
    "whole-runs-agree-with-torch": {
        "float32": [
            change("one_step", "scratch_concise", once(1e-5), dtype="float32", weight_decay=3)
        ],
        "float64": [
            change("one_step", "scratch_concise", once(1e-12), dtype="float64", weight_decay=0)
        ],
    },
    "decay-alone-is-a-power": {
        "error": [change("decay_alone", "formula_error", lambda old: 1e-9 + old, weight_decay=1.5)],
        "shrunk": [change("decay_alone", "decay_path.weight", end(2.0), weight_decay=1.5)],
        "grown": [change("decay_alone", "decay_path.weight", end(0.5), weight_decay=2.1)],
    },
    "ill-chosen-rate-destroys-the-run": {
        "survived": [change("stability", "diverged", one(3), lr=0.1, weight_decay=3)],
        "lost": [change("stability_full", "diverged", one(3), lr=0.1, weight_decay=0)],
    },
}
