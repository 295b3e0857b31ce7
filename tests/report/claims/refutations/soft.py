"""What would refute the claims about the soft constraint."""

from tampering import change, once

EXACT, RIDGE = {"implementation": "constrained"}, {"implementation": "ridge"}
RUN = {"implementation": "scratch", "weight_decay": 0}
MUCH = {"implementation": "ridge", "noise_std": 0.01, "weight_decay": 5000}


def of_the_last_active(old):
    """The price is forgotten where the bound is active for some data sets only."""
    old[old.argmin() if (old > 0).all() else (old > 0).argmax()] = 0
    return old


REFUTATIONS = {
    "no-weight-decay-no-effect": {
        # something decays the weights although λ = 0
        "norm": [change("sweep", "w_norm", once(lambda old: 0.999 * old), **RUN)],
        "bias": [change("sweep", "b", once(lambda old: old + 0.01), **RUN)],
        "left": [change("reference", "train_loss", once(1e-6), **RIDGE, weight_decay=0)],
    },
    "every-bound-has-one-price": {
        "active": [change("hard", "multiplier", of_the_last_active, **EXACT, theta=0.003)],
        "inactive": [change("hard", "multiplier", once(0.1), **EXACT, theta=0.1)],
        "grows": [change("hard", "multiplier", once(1e-9, seed=7), **EXACT, theta=0.0001)],
    },
    "half-the-price-is-the-slope": {
        # the half of the penalty is forgotten
        "steep": [change("hard", "multiplier", 0.5, **EXACT, theta=0.0001)],
        "flat": [change("hard", "multiplier", 1.3, **EXACT, theta=0.0002)],
    },
    "infinite-weight-decay-leaves-a-constant": {
        "norm": [
            change("chapter_noise", "w_norm", 5, **MUCH),
            change("chapter_noise", "w_norm", 5, **MUCH | {"weight_decay": 1000}),
        ],
        "force": [change("chapter_noise", "w_norm", once(lambda old: 1.1 * old), **MUCH)],
        "excess": [
            change("chapter_noise", "expected_test_loss", once(lambda old: 1.1 * old), **MUCH)
        ],
    },
    "vanishing-weight-decay-picks-the-least-norm": {
        "falls": [change("decay_limits", "interpolator_distance", once(0.5), weight_decay=1e-4)],
        "near": [
            change("decay_limits", "interpolator_distance", factor, weight_decay=decay)
            for decay, factor in ((1e-8, 1000), (1e-6, 20))
        ],
    },
    "descent-without-decay-finds-another-minimum": {
        "near": [change("undecayed_descent", "descent_augmented", once(0.01))],
        # the bias takes no part, so that descent does find the limit
        "away": [change("undecayed_descent", "descent_interpolator", once(1e-9))],
        "shorter": [change("undecayed_descent", "descent_squared_length", once(1.0))],
    },
}
