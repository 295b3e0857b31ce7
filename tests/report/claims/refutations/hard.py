"""What would refute the claims about the hard constraint."""

from tampering import change, once

EXACT, PROJECTED = ({"implementation": name} for name in ("constrained", "projected"))
LEAST, FARTHEST = {"theta": 0.0001}, {"theta": 100}

REFUTATIONS = {
    "norm-reaches-the-bound": {
        "exact": [change("hard", "w_norm", once(0.010001), **EXACT, **LEAST)],
        # the projection comes before the step, not after it
        "projected": [change("hard", "w_norm", 1.00001, **PROJECTED, **LEAST)],
    },
    "smaller-bound-larger-training-loss": {
        # a single data set in which the smallest bound fits better
        "loss": [change("hard", "train_loss", once(1e-5, seed=7), **EXACT, **LEAST)],
        "norm": [change("hard", "w_norm", once(1.0, seed=7), **EXACT, **LEAST)],
    },
    "smaller-bound-narrower-gap": {
        "each": [change("hard", "expected_test_loss", once(1.0), **EXACT, **LEAST)],
        "typical": [
            change("hard", name, lambda old, value=value: 0 * old + value, **EXACT, theta=theta)
            for theta, gap in ((0.0001, 0.016), (1000, 0.02))
            for name, value in (("expected_test_loss", gap), ("train_loss", 0))
        ],
    },
    "bound-on-new-data-goes-either-way": {
        "helps": [
            change("hard", "expected_test_loss", 1.2, **EXACT, theta=theta)
            for theta in (0.0001, 0.0002, 0.0004, 0.0007, 0.001, 0.0014, 0.002, 0.003, 0.005)
        ],
        "helpless": [change("hard", "expected_test_loss", 1.02, **EXACT, theta=1000)],
        "gain": [change("hard", "expected_test_loss", once(0.001), **EXACT, **LEAST)],
    },
    "inactive-bound-leaves-the-start": {
        "loss": [change("hard", "train_loss", 1000, **PROJECTED, **FARTHEST)],
        # the run ends at a shorter solution
        "inside": [change("hard", "w_norm", once(5.0), **PROJECTED, **FARTHEST)],
        # the solution of least norm is as long
        "longer": [change("hard", "w_norm", once(11.0), **EXACT, **FARTHEST)],
    },
    "inactive-bound-same-fit-other-test-loss": {
        "fit": [change("hard", "train_loss", 1000, **PROJECTED, **FARTHEST)],
        "loss": [change("hard", "expected_test_loss", once(0.01), **PROJECTED, **FARTHEST)],
    },
}
