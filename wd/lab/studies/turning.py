"""What steps do to the hidden matrices of networks: how long they are, and how far they turn."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.studies.normalised_net import Net
from wd.lab.theory import invariance


class Steps(NamedTuple):
    """What steps did to each hidden matrix, (steps, runs, 2) each.

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
        self._unit = self._w / self._start[:, :, None]
        self._seen: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        self._rates: list[float] = []
        self._closed: list[int] = []

    def add(self, gradient: Net, net: Net, lr: float) -> None:
        """Look at a step: its gradient, and the network after it."""
        g, after = _flatten(gradient), _flatten(net)
        norm = after.norm(dim=2)
        unit = after / norm[:, :, None]
        # from the chord between unit vectors: the cosine of a small angle has lost its digits
        chord = (unit - self._unit).norm(dim=2)
        self._seen.append((norm, chord, g.norm(dim=2), (g * self._w).sum(2)))
        self._rates.append(lr)
        self._w, self._unit = after, unit

    def close(self) -> None:
        """End an epoch."""
        self._closed.append(len(self._seen))

    def _list_steps(self) -> Steps:
        norm, chord, steepness, along = map(torch.stack, zip(*self._seen, strict=True))
        before = torch.cat([self._start[None], norm[:-1]])
        kept = torch.tensor([(1 - lr * self._setting.weight_decay) ** 2 for lr in self._rates])
        added = torch.tensor([lr**2 for lr in self._rates])
        expected = kept[:, None, None] * before**2 + added[:, None, None] * steepness**2
        along = along.abs()
        return Steps(
            norm,
            2 * (chord / 2).asin(),
            (steepness * before) ** 2,
            torch.where(along > 0, along / (steepness * before), along),  # 0 is at right angles
            (norm**2 / expected - 1).abs(),
        )

    def list_numbers(self) -> dict[str, Tensor]:
        """Summarise the second half of the steps, and the worst of all; (runs,) each."""
        setting = self._setting
        steps = Steps(*(each.double() for each in self._list_steps()))
        half = len(self._seen) // 2
        late = Steps(*(each[half:] for each in steps))
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
        steps, rows, first = self._list_steps(), [], 0
        for epoch, last in enumerate(self._closed, start=1):
            angle = steps.angle[first:last, :, 1].double().square().mean(0)
            norm = steps.norm[last - 1, :, 1].double()
            rows.append(torch.stack([torch.full_like(norm, epoch), norm, angle.sqrt()], dim=1))
            first = last
        return torch.stack(rows, dim=1)


def _flatten(net: Net) -> Tensor:
    """Put W₁ and W₂ of each run into rows: (runs, 2, 64·64)."""
    return torch.stack([net.w1.flatten(1), net.w2.flatten(1)], dim=1)
