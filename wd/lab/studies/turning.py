"""What steps do to the hidden matrices of networks: how long they are, and how far they turn."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.studies.normalised_net import Net
from wd.lab.theory import invariance


class Step(NamedTuple):
    """What a step did to each hidden matrix, (runs, 2) each.

    Attributes:
        norm: ‖w'‖ after it.
        angle: Between w and w', in radians.
        square: ‖ĝ‖² = ‖g‖²·‖w‖².
        cosine: |cos∠(g, w)|.
        error: ‖w'‖² relative to (1 − ηλ)²‖w‖² + η²‖g‖², less 1.
    """

    norm: Tensor
    angle: Tensor
    square: Tensor
    cosine: Tensor
    error: Tensor


class Record:
    """Follows W₁ and W₂; of most interest is W₂, whose inputs are made by the network."""

    def __init__(self, setting: Setting, net: Net) -> None:
        self._setting = setting
        self._w = _flatten(net)
        self._start = self._w.norm(dim=2)
        self._steps: list[Step] = []
        self._closed: list[int] = []

    def add(self, gradient: Net, net: Net, lr: float) -> None:
        """Look at a step: its gradient, and the network after it."""
        g, w, after = _flatten(gradient), self._w, _flatten(net)
        before = self._steps[-1].norm if self._steps else self._start
        norm, steepness = after.norm(dim=2), g.norm(dim=2)
        # from the chord between unit vectors: the cosine of a small angle has lost its digits
        chord = (after / norm[:, :, None] - w / before[:, :, None]).norm(dim=2)
        expected = (1 - lr * self._setting.weight_decay) ** 2 * before**2 + lr**2 * steepness**2
        along = (g * w).sum(2).abs()
        self._steps.append(
            Step(
                norm,
                2 * (chord / 2).asin(),
                (steepness * before) ** 2,
                torch.where(along > 0, along / (steepness * before), along),  # 0 is at right angles
                (norm**2 / expected - 1).abs(),
            )
        )
        self._w = after

    def close(self) -> None:
        """End an epoch."""
        self._closed.append(len(self._steps))

    def list_numbers(self) -> dict[str, Tensor]:
        """Summarise the second half of the steps, and the worst of all; (runs,) each."""
        setting = self._setting
        steps = Step(*(torch.stack(each).double() for each in zip(*self._steps, strict=True)))
        half = len(self._steps) // 2
        late = Step(*(each[half:] for each in steps))
        square = late.square.mean(0)
        norm = (late.norm**4).mean(0) ** 0.25
        angle = late.angle.square().mean(0).sqrt()
        numbers = {
            "identity_error": steps.error.amax((0, 2)),
            "cosine": steps.cosine.amax((0, 2)),
            "start_norm": self._start[:, 1],
            "end_norm": steps.norm[-1, :, 1],
            "norm": norm[:, 1],
            "angle": angle[:, 1],
            "first_norm": norm[:, 0],
            "first_angle": angle[:, 0],
        }
        if setting.schedule == "constant":
            rate = setting.lr, setting.weight_decay
            predicted = invariance.find_resting_norm(*rate, square)
            resting = invariance.find_resting_angle(*rate)
            before = steps.norm[half - 1] if half else self._start.double()
            share = invariance.find_start_share(*rate, half, self._start.double() / before)
            numbers |= {
                "predicted_norm": predicted[:, 1],  # infinite without decay, and left out
                "first_predicted_norm": predicted[:, 0],
                "predicted_angle": torch.full_like(norm[:, 1], resting),
                "start_share": share[:, 1],
            }
        return numbers

    def path(self) -> Tensor:
        """List each epoch, ‖W₂‖ after it, and the rms of its angles: (runs, epochs, 3)."""
        rows, first = [], 0
        for epoch, last in enumerate(self._closed, start=1):
            steps = self._steps[first:last]
            angle = torch.stack([each.angle[:, 1] for each in steps]).double().square().mean(0)
            norm = steps[-1].norm[:, 1].double()
            rows.append(torch.stack([torch.full_like(norm, epoch), norm, angle.sqrt()], dim=1))
            first = last
        return torch.stack(rows, dim=1)


def _flatten(net: Net) -> Tensor:
    """Put W₁ and W₂ of each run into rows: (runs, 2, 64·64)."""
    return torch.stack([net.w1.flatten(1), net.w2.flatten(1)], dim=1)
