"""The handwritten digits that come with scikit-learn, as they are."""

from __future__ import annotations

from functools import cache

import torch
from sklearn.datasets import load_digits
from torch import Tensor


@cache
def load() -> tuple[Tensor, Tensor]:
    """Read all digits.

    Returns:
        Pixels from 0 to 16, (1797, 64), float64, and what the digits show, (1797,).
    """
    digits = load_digits()
    return torch.from_numpy(digits.data), torch.from_numpy(digits.target).long()
