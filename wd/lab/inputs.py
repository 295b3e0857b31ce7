"""What a chunk of runs is trained and measured on, and the batches in which it is visited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import Examples, Start, draw_examples, draw_start
from wd.lab.objective import join_ones


@dataclass(frozen=True)
class Inputs:
    """All that chance decides for a chunk of runs, on the device.

    Attributes:
        x: Inputs of the training set, then of the test set, joined with a last column of ones,
            (runs, n + n_test, columns).
        y: Their targets, (runs, n + n_test, 1).
        n_train: n.
        start: Initial values and batch orders.
    """

    x: Tensor
    y: Tensor
    n_train: int
    start: Start

    @property
    def examples(self) -> Examples:
        """Training and test set apart, without the column of ones; views."""
        x, n = self.x[..., : self.start.w.shape[1]], self.n_train
        return Examples(x[:, :n], self.y[:, :n], x[:, n:], self.y[:, n:])


def draw_inputs(setting: Setting, seeds: Sequence[int], device: torch.device) -> Inputs:
    """Draw what `seeds` decide and move it to the device in the setting's dtype."""
    dtype = getattr(torch, setting.dtype)
    data = draw_examples(setting, seeds, dtype)
    start = draw_start(setting, seeds, dtype)
    x = torch.cat([data.x, data.x_test], dim=1)
    return Inputs(
        x=join_ones(x).to(device),
        y=torch.cat([data.y, data.y_test], dim=1).to(device),
        n_train=setting.n_train,
        start=Start(*(part.to(device) for part in vars(start).values())),
    )


class Batches:
    """The batches of a training set, shuffled anew for each epoch.

    They are views of one piece of memory that every epoch fills again: on a CPU, fresh memory for
    each shuffled set takes as long as the shuffling.
    """

    def __init__(self, inputs: Inputs, batch_size: int) -> None:
        """Cut the training set into batches of `batch_size`; the last may be shorter."""
        n = inputs.n_train
        x, y = inputs.x[:, :n], inputs.y[:, :n]
        self._shuffles = batch_size < n
        if self._shuffles:
            # one flat index_select is ten times as fast as gather along an axis
            self._stacked = [part.flatten(0, 1) for part in (inputs.x, inputs.y)]
            first = torch.arange(0, inputs.y.numel(), inputs.y.shape[1], device=y.device)
            self._rows = (inputs.start.order + first[:, None, None]).transpose(0, 1)
            x, y = x.new_empty(x.shape), y.new_empty(y.shape)
            self._shuffled = [part.flatten(0, 1) for part in (x, y)]
        self._views = [
            (x[:, first : first + batch_size], y[:, first : first + batch_size])
            for first in range(0, n, batch_size)
        ]

    def visit(self, epoch: int) -> list[tuple[Tensor, Tensor]]:
        """Return the batches of an epoch, the first being 1: x (runs, m, columns), y (runs, m, 1).

        They hold until the next epoch is visited.
        """
        if self._shuffles:
            rows = self._rows[epoch - 1].flatten()
            for stacked, shuffled in zip(self._stacked, self._shuffled, strict=True):
                torch.index_select(stacked, 0, rows, out=shuffled)
        return self._views
