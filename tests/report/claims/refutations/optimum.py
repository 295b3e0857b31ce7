"""What would refute the claims about the optimum over λ."""

from tampering import change, once

RIDGE = {"implementation": "ridge"}
FIRST, CHAPTER, MUCH = ({**RIDGE, "weight_decay": decay} for decay in (0, 3, 100))

REFUTATIONS = {
    "forces-cancel-at-the-optimum": {
        # λ is doubled in the penalty's pull
        "pictured": [change("landscape", "decay1", 2, weight_decay=1)],
        "elsewhere": [change("same_thing", "closed_stationarity", once(1e-6), theta_share=0.5)],
    },
    "decay-moves-the-fit-not-the-test-loss": {
        "change": [change("reference", "expected_test_loss", once(1.0), **RIDGE, weight_decay=0.5)],
        "shorter": [change("reference", "w_norm", once(1.0), **CHAPTER)],
        "fit": [change("reference", "train_loss", once(1e-33), **CHAPTER)],
    },
    "smaller-norm-is-not-a-better-model": {
        "norm": [change("reference", "w_norm", once(1.0), **MUCH)],
        # better on two fifths of the data sets, while the typical one loses even more
        "larger": [
            change(
                "reference",
                "expected_test_loss",
                lambda old: old * [0.5 if seed % 5 < 2 else 1.5 for seed in range(len(old))],
                **MUCH,
            )
        ],
        # larger on all data sets, but by little
        "excess": [
            change("reference", "expected_test_loss", lambda old: 0 * old + 0.01, **FIRST),
            change("reference", "expected_test_loss", lambda old: 0 * old + 0.0101, **MUCH),
        ],
    },
    "the-pictured-draw-is-chosen": {
        "helps.above": [
            change("portrait_draws", "expected_test_loss", 0.8, **FIRST),
            change("portrait", "expected_test_loss", 0.5, **RIDGE, weight_decay=0.05),
        ],
        "helps.below": [change("portrait_draws", "expected_test_loss", 1.1, **FIRST)],
        "as_much": [change("portrait", "expected_test_loss", 0.72, **FIRST)],
    },
}
