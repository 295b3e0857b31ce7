"""What would refute the claim about data whose truth is known."""

from tampering import change

RISK = "risk_path.risk"
NONE, LITTLE, THIRD, BEST = 0, 2, 4, 5
"""Places of shares of the best λ."""


def times(factor, places):
    """Multiply the risks, (data sets, λ), at these places."""

    def made(old):
        for place in places:
            old[:, place] *= factor
        return old

    return made


def at(n, how, name=RISK):
    return change("known_truth", name, how, n_train=n)


REFUTATIONS = {
    "tuned-decay-wastes-no-example": {
        "place": [at(50, times(1e6, [NONE]))],
        "height": [change("known_truth", RISK, times(0.003, [NONE]))],
        "hill": [at(500, times(0.5, [LITTLE]))],
        "falls": [
            at(500, times(1.05, range(BEST, 8))),
            at(500, lambda old: old * 1.05, "risk_said"),
        ],
        "beside": [at(500, times(0.85, [THIRD]))],
        "formula": [at(500, lambda old: old * 1.2, "risk_said")],
    },
}
