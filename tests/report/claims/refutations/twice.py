"""What would refute the claims about constraint, penalty and closed form."""

from tampering import change, once

WIDE, TALL = "same_thing", "same_thing_tall"

REFUTATIONS = {
    "hard-soft-and-closed-form-agree": {
        "distance": [change(WIDE, "penalty_closed", once(1e-7), theta_share=0.5)],
    },
    "optimality-conditions-are-met": {
        "active": [change(TALL, "penalty_slackness", once(1e-6), theta_share=0.9)],
        "inactive": [change(WIDE, "projected_stationarity", once(1e-6), theta_share=1.5)],
    },
    "price-can-be-read-off-the-solution": {
        # λ and not λ/2 stands before the penalty
        "error": [change(WIDE, "multiplier_error", once(0.5), theta_share=0.1)],
    },
    "inactive-bound-same-loss-other-weights": {
        "excess": [change("random_start", "loss_excess", once(0.01))],
        # descent ends at the closed form wherever it starts
        "away": [change("random_start", "projected_closed", once(0.0))],
        "unique": [change(TALL, "projected_closed", once(0.5), theta_share=1.5)],
    },
}
