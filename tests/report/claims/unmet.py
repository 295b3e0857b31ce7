"""What claims suppose of the evidence, and changes of it after which it isn't so."""

import numpy as np
from tampering import become, change, once, without

UNMET = [
    ("optimum-hardly-notices-the-decay", "best_decay_tried", change("best_decay", "formula", 1e-3)),
    (
        "right-decay-removes-the-peak",
        "best_decay_tried",
        change("best_decay_square", "formula", 0.01),
    ),
    ("five-fold-fails-where-decay-matters", "square", become("choosing_square", "n_train", 101)),
    (
        "five-fold-fails-where-decay-matters",
        "more_examples",
        become("choosing_tall", "n_features", 100),
    ),
    ("left-out-residuals-need-one-fit", "no_more_examples", become("left_out", "n_train", 201)),
    (
        "best-fixed-decay-is-the-formulas",
        "enough_runs",
        change("choosing_square", "seeds", lambda old: old[:99]),
    ),
    ("some-cures-are-one-cure", "square", become("cures_square", "n_features", 51, noise_std=0.1)),
    (
        "stopping-early-is-nearly-ridge",
        "more_examples",
        become("stopping_tall", "n_features", 100),
    ),
    (
        "only-some-programs-make-zeros",
        "penalties_around_one",
        become("lasso_edge", "l1_share", 1.0, l1_share=1.01),
    ),
    ("product-sets-the-angle", "rests_of_one_product", become("nets_turning", "start_share", 0.5)),
    ("product-sets-the-angle", "start_still_there", become("nets_turning", "start_share", 0)),
    (
        "decay-forgets-a-large-start",
        "with_and_without_decay",
        become("nets_start", "weight_decay", 0.01, weight_decay=0),
    ),
    (
        "decay-forgets-a-large-start",
        "small_usual_and_large_start",
        become("nets_start", "start_scale", 0.5, start_scale=10),
    ),
    (
        "decay-forgets-a-large-start",
        "small_usual_and_large_start",
        become("nets_start", "start_scale", 2, start_scale=0.1),
    ),
    (
        "concise-bears-half-the-rate",
        "concise_alone",
        become("stability_concise", "bias_decay", 1.0),
    ),
    ("safe-limit-is-sufficient", "scratch_alone", become("stability", "bias_decay", 1.0)),
    ("full-batch-limit-is-exact", "full_batches", become("stability_full", "batch_size", 19)),
    ("full-batch-limit-is-exact", "rates_around", change("stability_full", "lr", 0.01)),
    ("safe-limit-is-sufficient", "rates_below", change("stability", "lr", 100)),
    (
        "safe-limit-is-not-necessary",
        "much_decay",
        change("stable_rates", "safe_limit", 1e-3, weight_decay=100),
    ),
    ("some-decay-steadies-mini-batches", "rate_between", change("stability", "lr", 0.1)),
    (
        "some-decay-steadies-mini-batches",
        "decay_too_large",
        *(change(study, "weight_decay", 0.28) for study in ("stability", "stable_rates")),
    ),
    ("concise-bears-half-the-rate", "rates_doubled", change("stability_concise", "lr", 1.01)),
    (
        "prior-of-the-chapter-is-too-narrow",
        "prior_of_the_truth",
        change("exercises", "prior_std", 1.01, weight_decay=0.05),
    ),
    (
        "a-little-decay-helps-in-the-picture",
        "single_seed",
        change("portrait", "seeds", lambda _: [10, 11]),
    ),
    ("the-pictured-draw-is-chosen", "single_seed", change("portrait", "seeds", lambda _: [10, 11])),
    (
        "the-pictured-draw-is-chosen",
        "decays_of_the_draws",
        become("portrait_draws", "weight_decay", 0.03, weight_decay=0.02),
    ),
    (
        "converged-run-reaches-the-optimum",
        "much_longer_runs",
        become("bias", "epochs", 999, epochs=1500),
    ),
    (
        "from-zero-the-norm-settles-early",
        "early_point",
        change("zero_start", "curves.epoch", lambda old: np.where(old % 100, old + 0.5, old)),
    ),
    (
        "batches-give-adamw-a-ridge-of-its-own",
        "scales_alike_and_apart",
        become("batch_noise", "scaled_weights.scale", 1, spread=100),
    ),
    (
        "noise-sets-adams-decay-and-not-adamws",
        "noises_around_the_decay",
        become("noise_alone", "gradient_noise", 0.11, gradient_noise=0.1),
    ),
    (
        "noise-sets-adams-decay-and-not-adamws",
        "noises_around_the_decay",
        become("noise_alone", "gradient_noise", 0.99, gradient_noise=10),
    ),
    (
        "norm-reaches-the-bound",
        "some_theta_active",
        change("hard", "multiplier", lambda old: -1 - old, implementation="constrained"),
    ),
    (
        "every-bound-has-one-price",
        "ends_of_theta",
        change("hard", "multiplier", once(0.0), implementation="constrained", theta=0.0001),
    ),
    (
        "inactive-bound-same-fit-other-test-loss",
        "thetas_beyond",
        change("sweep", "w_norm", 1e-3, implementation="scratch", weight_decay=0),
    ),
    (
        "no-weight-decay-no-effect",
        "ball_holds_the_run",
        change("sweep", "w_norm", 100, implementation="scratch", weight_decay=0),
    ),
    (
        "tuned-decay-wastes-no-example",
        "size_where_the_rank_stops",
        become("known_truth", "n_train", 501, n_train=500),
    ),
    (
        "tuned-decay-wastes-no-example",
        "size_where_the_rank_stops",
        become("known_truth", "n_train", 250, n_train=50),
        *(without("known_truth", n_train=size) for size in (100, 200)),
    ),
    (
        "peak-stands-where-the-rank-stops",
        "size_where_the_rank_stops",
        without("real_diabetes", n_train=65),
    ),
    (
        "more-features-do-not-make-up-for-decay",
        "size_where_the_rank_stops",
        without("real_random", random_features=99),
    ),
    (
        "larger-batches-look-like-half-the-decay",
        "double_batches",
        become("batch_ten", "batch_size", 9),
    ),
    ("added-decay-has-one-point-of-rest", "some_decay", become("resting_sgd", "weight_decay", 0)),
    (
        "leftover-of-each-step-is-known",
        "chapter_settings",
        become("leftover_sgd", "epochs", 100, schedule="cosine"),
    ),
    (
        "adamw-rests-in-its-box",
        "box_active",
        *(
            change("resting_adamw", name, once(0.0), weight_decay=5)
            for name in ("undecayed_distance", "rest_distance")
        ),
    ),
    (
        "more-data-cannot-erase-the-start",
        "many_more_examples",
        become("size", "n_train", 159, n_train=160),
    ),
    (
        "the-valley-keeps-the-decay-not-the-product",
        "tenfold_grid",
        *(become(study, "lr", 0.02, lr=0.01) for study in ("grid_adam", "grid_adamw")),
    ),
    (
        "infinite-weight-decay-leaves-a-constant",
        "two_decays",
        *(
            without("chapter_noise", weight_decay=each * size)
            for size in (0.01, 0.1, 1, 10, 100)
            for each in (1, 2, 5)
        ),
        without("chapter_noise", weight_decay=1000),
    ),
    (
        "infinite-weight-decay-leaves-a-constant",
        "strong_decays",
        become("chapter_noise", "weight_decay", 999, weight_decay=1000),
    ),
    ("matched-programs-agree", "equal_batches", become("matched", "batch_size", 7)),
    ("another-order-changes-little", "equal_batches", become("unmatched_order", "batch_size", 7)),
    (
        "inactive-bound-same-loss-other-weights",
        "fewer_examples",
        become("random_start", "n_train", 200),
    ),
    (
        "inactive-bound-same-loss-other-weights",
        "more_examples",
        become("same_thing_tall", "n_features", 200),
    ),
    (
        "vanishing-weight-decay-picks-the-least-norm",
        "vanishing_decay",
        become("decay_limits", "weight_decay", 2e-8, weight_decay=1e-8),
    ),
    (
        "adamw-solves-another-problem",
        "some_decay",
        become("conventions", "weight_decay", 0.0, convention="adamw"),
    ),
    (
        "adamw-stays-in-a-box",
        "box_active",
        *(
            change("conventions_box", name, once(0.0))
            for name in ("undecayed_distance", "box_distance")
        ),
    ),
    ("decay-alone-is-a-power", "products_around_two", without("decay_alone", weight_decay=2.1)),
    ("more-data-hurt-near-the-peak", "sizes_around_the_peak", without("size_exact", n_train=202)),
    ("right-decay-removes-the-peak", "sizes_around_the_peak", without("peak", n_train=99)),
    (
        "more-noise-wants-more-decay",
        "three_noises",
        *(without("noise", noise_std=noise) for noise in (0.01, 0.3)),
    ),
    ("noise-makes-the-peak-worse-than-a-constant", "square", become("noise", "n_features", 101)),
    (
        "smaller-training-set-larger-test-loss",
        "fourfold_sizes",
        *(without("size_exact", n_train=size) for size in (20, 160)),
    ),
]
"""A claim, its premise, and changes of the evidence."""
