"""What a key of the configuration accepts: a type, bounds, or a list of words."""

from __future__ import annotations

import difflib
import math
import sys
from dataclasses import dataclass

from wd.config.settings import IMPLEMENTATIONS


@dataclass(frozen=True)
class Accepted:
    """What a key accepts: a type, and bounds for numbers.

    Attributes:
        type: int, float (which takes whole numbers too) or str.
        least: The smallest number.
        most: The largest number.
        above: A bound that a number must exceed.
        choices: The words that a str may be.
    """

    type: type
    least: float = -math.inf
    most: float = math.inf
    above: float = -math.inf
    choices: tuple[str, ...] = ()

    def check(self, value: object) -> str | None:
        """Say what is allowed if `value` isn't, else None."""
        if self.type is str:
            if isinstance(value, str) and value in self.choices:
                return None
            return list_allowed(str(value), list(self.choices))
        number = isinstance(value, (int, float) if self.type is float else int)
        good = number and not isinstance(value, bool) and abs(value) <= sys.float_info.max
        if good and self.least <= value <= self.most and value > self.above:
            return None
        kind = "a whole number" if self.type is int else "a finite number"
        bounds = [
            f"above {self.above:g}" if self.above > -math.inf else "",
            f"at least {self.least:g}" if self.least > -math.inf else "",
            f"at most {self.most:,.0f}" if self.most < math.inf else "",
        ]
        return f"Allowed: {' '.join([kind, ' and '.join(filter(None, bounds))]).strip()}."


COUNT = Accepted(int, least=1, most=1_000_000)
LARGEST = 1e9  # products of two of these still fit into float32
KEYS = {
    "implementation": Accepted(str, choices=tuple(IMPLEMENTATIONS)),
    "weight_decay": Accepted(float, least=0, most=LARGEST),
    "theta": Accepted(float, above=0, most=LARGEST),
    "n_train": COUNT,
    "n_test": COUNT,
    "n_features": COUNT,
    "noise_std": Accepted(float, least=0),
    "true_w": Accepted(float),
    "true_b": Accepted(float),
    "init_std": Accepted(float, least=0),
    "bias_init_std": Accepted(float, least=0),
    "batch_order": Accepted(int, least=0, most=1),
    "bias_decay": Accepted(float, least=0, most=LARGEST),
    "lr": Accepted(float, above=0, most=LARGEST),
    "batch_size": COUNT,
    "epochs": COUNT,
    "dtype": Accepted(str, choices=("float32", "float64")),
}
"""Each hyperparameter of a study and what it accepts."""


def list_allowed(word: str, names: list[str]) -> str:
    """Say which names are allowed, the one that `word` may be a misspelling of first."""
    close = difflib.get_close_matches(word, names, n=1)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}Allowed: {', '.join(names)}."
