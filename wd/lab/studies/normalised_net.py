"""A network of two hidden layers with batch norm: its loss and its gradient, for many runs at once.

    64 inputs – W₁ – batch norm – max(0, ·) – W₂ – batch norm – max(0, ·) – 64 × 10 – softmax

The hidden layers have no biases: batch norm would take them away, and has gains and shifts of its
own. The outputs are filled up to `COLUMNS`, of which those beyond the tenth count for nothing: so
each row begins at a multiple of 64 bytes, and a run's last bits don't depend on its place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, pad

from wd.lab.data import normals

WIDTH = 64
"""Pixels of a digit, and units of each hidden layer."""
CLASSES = 10
COLUMNS = 16
"""Outputs in memory."""
EPSILON = 1e-5
"""What batch norm adds to a variance, as PyTorch's."""


class Net(NamedTuple):
    """The parameters of many runs, or their gradient.

    Attributes:
        w1: (runs, 64, 64), from inputs to units.
        gain1: (runs, 1, 64).
        shift1: (runs, 1, 64).
        w2: (runs, 64, 64).
        gain2: (runs, 1, 64).
        shift2: (runs, 1, 64).
        w3: (runs, 64, COLUMNS).
        b3: (runs, 1, COLUMNS).
    """

    w1: Tensor
    gain1: Tensor
    shift1: Tensor
    w2: Tensor
    gain2: Tensor
    shift2: Tensor
    w3: Tensor
    b3: Tensor


Statistics = tuple[tuple[Tensor, Tensor], ...]
"""The mean and the variance of both hidden layers, (runs, 1, 64) each."""


def start(seeds: Sequence[int], start_scale: float) -> Net:
    """Draw normal weights of the variance of PyTorch's linear layers, 1/(3·inputs); float32.

    Args:
        seeds: One per run.
        start_scale: What multiplies W₁ and W₂.
    """
    draws = torch.stack([normals(seed, "w", 2 * WIDTH + CLASSES, WIDTH) for seed in seeds])
    w1, w2, w3 = (draws / math.sqrt(3 * WIDTH)).float().split([WIDTH, WIDTH, CLASSES], dim=1)
    ones = torch.ones(len(seeds), 1, WIDTH)
    return Net(
        start_scale * w1.contiguous(),
        ones,
        torch.zeros_like(ones),
        start_scale * w2.contiguous(),
        ones.clone(),
        torch.zeros_like(ones),
        pad(w3.mT, (0, COLUMNS - CLASSES)).contiguous(),
        torch.zeros(len(seeds), 1, COLUMNS),
    )


def find_gradient(net: Net, x: Tensor, labels: Tensor) -> Net:
    """Differentiate the mean cross-entropy of a batch, normalised by the batch itself.

    Args:
        net: The parameters.
        x: Inputs, (runs, batch, 64).
        labels: 1 for the right class and 0 for others, (runs, batch, COLUMNS).
    """
    h1, scale1 = _normalise(torch.bmm(x, net.w1))
    a1 = torch.addcmul(net.shift1, h1, net.gain1).relu_()
    h2, scale2 = _normalise(torch.bmm(a1, net.w2))
    a2 = torch.addcmul(net.shift2, h2, net.gain2).relu_()
    outputs = torch.baddbmm(net.b3, a2, net.w3)
    guessed = pad(outputs[:, :, :CLASSES].softmax(2), (0, COLUMNS - CLASSES))
    d3 = (guessed - labels) / x.shape[1]
    d2 = torch.bmm(d3, net.w3.mT).mul_(a2.sign())  # the slope of max(0, ·): 0 or 1
    through2, to_gain2, to_shift2 = _pass_back(d2, h2, scale2 * net.gain2)
    d1 = torch.bmm(through2, net.w2.mT).mul_(a1.sign())
    through1, to_gain1, to_shift1 = _pass_back(d1, h1, scale1 * net.gain1)
    return Net(
        torch.bmm(x.mT, through1),
        to_gain1,
        to_shift1,
        torch.bmm(a1.mT, through2),
        to_gain2,
        to_shift2,
        torch.bmm(a2.mT, d3),
        d3.sum(1, keepdim=True),
    )


def _normalise(z: Tensor) -> tuple[Tensor, Tensor]:
    """Give z, in place, mean 0 and variance 1 over the batch; return it and what multiplied it."""
    z -= z.mean(1, keepdim=True)
    scale = (z.square().mean(1, keepdim=True) + EPSILON).rsqrt()
    return z.mul_(scale), scale


def _pass_back(d: Tensor, h: Tensor, factor: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Take a gradient from the output of batch norm to its input.

    Args:
        d: With respect to gain·h + shift, (runs, batch, 64).
        h: What was normalised, (runs, batch, 64).
        factor: What multiplied h until here, gain included, (runs, 1, 64).

    Returns:
        The gradients with respect to the input, the gain and the shift.
    """
    to_gain, to_shift = (d * h).sum(1, keepdim=True), d.sum(1, keepdim=True)
    batch = d.shape[1]
    back = torch.addcmul(d, h, to_gain, value=-1 / batch).sub_(to_shift / batch).mul_(factor)
    return back, to_gain, to_shift


def predict(net: Net, x: Tensor, fitted: Tensor) -> tuple[Tensor, Tensor]:
    """Return the outputs for new and for the fitted inputs, (runs, examples, 10) each.

    Batch norm takes the mean and the variance of all fitted inputs, not of a batch.
    """
    both = torch.cat([fitted, x], dim=1)
    count = fitted.shape[1]
    for w, gain, shift in ((net.w1, net.gain1, net.shift1), (net.w2, net.gain2, net.shift2)):
        z = torch.bmm(both, w)
        z -= z[:, :count].mean(1, keepdim=True)
        variance = z[:, :count].square().mean(1, keepdim=True)
        both = torch.addcmul(shift, z, gain * (variance + EPSILON).rsqrt()).relu_()
    outputs = torch.baddbmm(net.b3, both, net.w3)[:, :, :CLASSES]
    return outputs[:, count:], outputs[:, :count]


def judge(outputs: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
    """Return the share that is taken for another class, and the mean cross-entropy, (runs,) each.

    Args:
        outputs: (runs, examples, 10).
        classes: (runs, examples).
    """
    mistaken = (outputs.contiguous().argmax(2) != classes).double().mean(1)
    each = cross_entropy(outputs.double().mT, classes, reduction="none")
    return mistaken, each.mean(1)
