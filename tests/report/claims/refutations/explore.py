"""What would refute the claims about what widgets let a reader find."""

import numpy as np
from tampering import change, once

SCRATCH_AT_THREE = {"implementation": "scratch", "weight_decay": 3}


def hold_the_row_space_up(factor):
    """Change the norms halfway so that the part beside the leftover is another one."""

    def made(old):
        half = old.shape[1] // 2
        leftover = old[:, half] * np.sqrt(0.99)
        old[:, half] = np.hypot(leftover, factor * np.sqrt(old[:, half] ** 2 - leftover**2))
        return old

    return made


REFUTATIONS = {
    "a-little-decay-helps-in-the-picture": {
        # the test loss only rises, or ends below that without decay
        "little": [change("portrait", "test_loss", 0.1, weight_decay=0)],
        "strong": [change("portrait", "test_loss", 0.15, weight_decay=100)],
        "train": [change("portrait", "train_loss", 0.5, weight_decay=100)],
    },
    "row-space-rests-first": {
        "row.below": [
            change("chapter", "curves.w_norm", hold_the_row_space_up(3), **SCRATCH_AT_THREE)
        ],
        "row.above": [
            change("chapter", "curves.w_norm", hold_the_row_space_up(0), **SCRATCH_AT_THREE)
        ],
        "norm": [
            change(
                "chapter",
                "curves.w_norm",
                lambda old: once(old[0, -1], seed=(0, 10))(old),
                **SCRATCH_AT_THREE,
            )
        ],
    },
}
