"""The two programs that readers see, as the scripts they are."""

from __future__ import annotations

import contextlib
import io
import runpy
from collections.abc import Callable
from unittest import mock

import matplotlib.pyplot as plt

from benchmarks.ours import ROOT
from benchmarks.turns import Contender

DECAYS = (0, 3)


def load(name: str) -> Callable[[float], object]:
    """Run a program once and return its own `train`, a function of weight_decay."""
    source = ROOT / "docs" / "en" / "notebooks" / f"{name}.py"
    plt.switch_backend("agg")
    with mock.patch.object(plt, "show"), contextlib.redirect_stdout(io.StringIO()):
        train = runpy.run_path(str(source), run_name="__main__")["train"]
    plt.close("all")
    return train


def contend(name: str) -> Contender:
    """Make a program a contender; it trains its one seed with two values of λ."""
    train = load(name)
    return Contender(len(DECAYS), lambda: [train(decay) for decay in DECAYS])
