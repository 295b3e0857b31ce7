"""What would refute the claims about networks with batch norm."""

from tampering import change, once

ONE, OTHER = {"lr": 0.1, "weight_decay": 0.2}, {"lr": 0.4, "weight_decay": 0.05}
"""Two pairs of one ηλ, at rest."""
LONGEST = {"lr": 0.025, "weight_decay": 0.2}


def turning(name, how, **where):
    return change("nets_turning", name, how, **where)


def start(name, how, scale, weight_decay):
    return change("nets_start", name, how, start_scale=scale, weight_decay=weight_decay)


def decayed(factor, schedule, which, name="errors", **where):
    return change("nets_decayed", name, factor, schedule=schedule, decayed=which, **where)


def one_run(factor):
    return once(lambda old: factor * old)


REFUTATIONS = {
    "length-says-nothing": {
        "scaled": [turning("scaled_change", once(0.1), **ONE)],
        "cosine": [start("cosine", once(0.1), 10, 0.05)],
        "identity": [turning("identity_error", once(0.1), **ONE)],
        "grows": [turning("end_norm", one_run(0.5), lr=0.1, weight_decay=0)],
    },
    "product-sets-the-angle": {
        "angle.above": [turning("first_angle", one_run(0.8), **ONE)],
        "angle.below": [turning("first_angle", one_run(1.2), **ONE)],
        "length.above": [turning("first_norm", one_run(0.8), **ONE)],
        "length.below": [turning("first_norm", one_run(1.2), **ONE)],
        "equal": [turning("angle", one_run(0.92), **ONE), turning("angle", one_run(1.1), **OTHER)],
        "apart": [turning(name, 2, **LONGEST) for name in ("norm", "predicted_norm")],
        "early": [turning("angle", 2, lr=0.1, weight_decay=0.0125)],
    },
    "decay-forgets-a-large-start": {
        "kept": [start("end_norm", 0.4, 10, 0)],
        "forgotten.above": [start("end_norm", one_run(0.7), 10, 0.05)],
        "forgotten.below": [start("end_norm", one_run(1.5), 10, 0.05)],
        "harm": [start("errors", 0.4, 10, 0)],
        "healed.above": [start("errors", 0.4, 10, 0.05)],
        "healed.below": [start("errors", 1.8, 10, 0.05)],
        "costs": [start("errors", 0.5, scale, 0.05) for scale in (1, 10)],
        "small": [start("end_norm", 0.4, 0.1, 0)],
    },
    "an-annealed-rate-leaves-decay-little": {
        "everything.above": [decayed(1.3, "cosine", "all")],
        "everything.below": [decayed(0.5, "cosine", "all")],
        "hidden.above": [decayed(0.6, "cosine", "hidden")],
        "hidden.below": [decayed(1.5, "cosine", "hidden")],
        "entropy": [decayed(0.7, "cosine", "all", "cross_entropy")],
    },
    "a-constant-rate-makes-decay-costly": {
        "hidden": [change("nets_undecayed", "errors", 1.3, schedule="constant", batch_size=50)],
        "less": [decayed(1.3, "constant", "all", batch_size=50)],
        "batches": [decayed(1.4, "constant", "hidden", batch_size=50)],
    },
}
