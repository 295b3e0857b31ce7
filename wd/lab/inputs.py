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
        x: Training inputs joined with a last column of ones, (runs, n, columns).
        y: Training targets, (runs, n, 1).
        all_x: Inputs of the training set and then of the test set, likewise joined, in the
            layout in which they are evaluated fastest: (runs, columns, n + n_test).
        all_y: Their targets, (runs, 1, n + n_test).
        start: Initial values and batch orders.
    """

    x: Tensor
    y: Tensor
    all_x: Tensor
    all_y: Tensor
    start: Start

    @property
    def n_train(self) -> int:
        """How many of the examples are training examples."""
        return self.x.shape[1]

    @property
    def examples(self) -> Examples:
        """Training and test set apart, without the column of ones; views."""
        n, d = self.n_train, self.start.w.shape[1]
        test_x, test_y = self.all_x[:, :d, n:].mT, self.all_y[..., n:].mT
        return Examples(self.x[..., :d], self.y, test_x, test_y)


def draw_inputs(setting: Setting, seeds: Sequence[int], device: torch.device) -> Inputs:
    """Draw what `seeds` decide and move it to the device in the setting's dtype."""
    dtype = getattr(torch, setting.dtype)
    data = draw_examples(setting, seeds, dtype)
    start = draw_start(setting, seeds, dtype)
    all_x = join_ones(torch.cat([data.x, data.x_test], dim=1))
    return Inputs(
        x=join_ones(data.x).to(device),
        y=data.y.to(device),
        all_x=all_x.mT.contiguous().to(device),
        all_y=torch.cat([data.y, data.y_test], dim=1).mT.contiguous().to(device),
        start=Start(*(part.to(device) for part in vars(start).values())),
    )


class Batches:
    """The batches of a training set, shuffled anew for each epoch.

    They are views of one piece of memory that every epoch fills again: on a CPU, fresh memory for
    each shuffled set takes as long as the shuffling.
    """

    def __init__(self, inputs: Inputs, batch_size: int) -> None:
        """Cut the training set into batches of `batch_size`; the last may be shorter."""
        x, y, n = inputs.x, inputs.y, inputs.n_train
        self._shuffles = batch_size < n
        if self._shuffles:
            # one flat index_select is ten times as fast as gather along an axis
            self._stacked = [part.flatten(0, 1) for part in (x, y)]
            first = torch.arange(0, y.numel(), n, device=y.device)
            self._rows = (inputs.start.order + first[:, None, None]).transpose(0, 1)
            x, y = torch.empty_like(x), torch.empty_like(y)
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
