"""What would refute the claims about other cures."""

from tampering import change, once

QUIET = {"noise_std": 0.01}
NOISY = {"noise_std": 0.1}


def of_square(name, how, where, study="stopping_square"):
    return change(study, name, how, **where)


REFUTATIONS = {
    "stopping-early-is-nearly-ridge": {
        "path": [of_square("path_ratio", once(1.8), QUIET)],
        "best.above": [of_square("best_ratio", 0.9, NOISY)],
        "best.below": [change("stopping_tall", "best_ratio", 1.1)],
    },
    "best-stop-is-not-the-best-decays": {
        "ratio.above": [of_square("best_time", 2.5, NOISY)],
        "ratio.below": [change("stopping_tall", "best_decay", 0.4)],
    },
    "never-stopping-costs-what-no-decay-does": {
        "noisy": [of_square("never_risk", 0.1, NOISY)],
        "quiet": [of_square("never_risk", 0.2, QUIET)],
        "tall": [change("stopping_tall", "never_risk", 1.2)],
        "chapter": [change("stopping_chapter", "never_risk", 1.1)],
    },
    "no-stopping-removes-the-start": {
        "floor": [
            change("stopping_chapter", "started_floor", once(lambda old: 1.001 * old)),
        ],
        "near": [change("stopping_chapter", "started_floor", once(lambda old: 0.9 * old))],
        "gain": [change("stopping_chapter", "started_never", once(lambda old: 1.1 * old))],
    },
    "only-some-programs-make-zeros": {
        "same": [change("lasso", "proximal_distance", once(0.1))],
        "zeros": [change("lasso", "proximal_nonzero", once(70))],
        "none": [change("lasso", "subgradient_nonzero", once(90))],
        "excess": [change("lasso", "subgradient_excess", once(1e-5))],
        "below": [change("lasso_edge", "coordinate_nonzero", once(0), l1_share=0.99)],
        "beyond": [change("lasso_edge", "proximal_nonzero", once(1), l1_share=1.01)],
    },
    "dropout-is-a-weighted-ridge": {
        "dropout": [change("dropout", "dropout_distance", once(0.06), dropped=0.75)],
        "plain": [change("dropout", "plain_distance", once(0.05), dropped=0.5)],
        "bare": [change("dropout", "bare_distance", once(0.3), dropped=0.5)],
    },
    "some-cures-are-one-cure": {
        "alike.above": [of_square("stopping_risk", 0.9, NOISY, "cures_square")],
        "alike.below": [change("cures_sparse", "dropout_risk", 1.1)],
        "nothing": [of_square("nothing_risk", 0.3, QUIET, "cures_square")],
    },
    "more-data-depend-on-the-noise": {
        "quiet": [of_square("doubled_risk", 4, QUIET, "cures_square")],
        "noisy.above": [of_square("doubled_risk", 0.7, NOISY, "cures_square")],
        "noisy.below": [of_square("doubled_risk", 1.3, NOISY, "cures_square")],
        "chapter": [change("cures_chapter", "doubled_risk", 1.2)],
    },
    "zeros-pay-where-the-truth-has-them": {
        "sparse": [change("cures_sparse", "l1_risk", 1.5)],
        "chosen": [change("cures_sparse", "features_risk", 1.5)],
        "dense": [of_square("l1_risk", 0.8, NOISY, "cures_square")],
    },
}
