"""What would refute the claims about noise in the gradients."""

from tampering import change, once

ALIKE = {"spread": 1}
APART = {"spread": 100}
LITTLE = {"gradient_noise": 0.1}
MUCH = {"gradient_noise": 10}

REFUTATIONS = {
    "batches-give-adamw-a-ridge-of-its-own": {
        "own": [change("batch_noise", "adamw_own", once(0.02), **ALIKE)],
        "others": [change("batch_noise", "sgd_asked", once(0.03), **APART)],
        "asked": [change("batch_noise", "adamw_asked", once(0.1), **ALIKE)],
        "bare": [change("batch_noise", "adamw_bare", once(0.03), **APART)],
        "alike": [change("batch_noise", "adamw_nearest", once(0.02), **ALIKE)],
        "apart": [change("batch_noise", "adamw_nearest", once(0.02), **APART)],
    },
    "noise-sets-adams-decay-and-not-adamws": {
        "adamw": [change("noise_alone", "adamw_mean", once(0.6), **MUCH)],
        "far.above": [change("noise_alone", "adam_said", 1.01, **MUCH)],
        "far.below": [change("noise_alone", "adam_said", 0.99, **MUCH)],
        "near": [change("noise_alone", "adam_said", 1.3, **LITTLE)],
        "followed.above": [change("noise_alone", "adam_followed", 1.05, **LITTLE)],
        "followed.below": [change("noise_alone", "adam_followed", 0.95, **LITTLE)],
    },
}
