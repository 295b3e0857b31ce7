"""What chance decides in a run, drawn from its seed and nothing else.

One seed gives independent named streams of standard normals, one per purpose, on the CPU in
float64. A run's numbers therefore never depend on what else is trained beside it, on the device,
or on the global random state, which is neither read nor written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.config import Setting

STREAMS = ("x", "noise", "x_test", "noise_test", "w", "b", "order", "order1")
"""Purposes in the order of their stream numbers: append to it, never reorder."""

_BLOCK = 16  # torch fills normals in blocks of 16 values: whole blocks make a longer draw extend
_KEPT = 4_000_000  # numbers of earlier draws, 32 MB: the inputs of some 150 seeds
_SPREAD = 2654435761  # odd, so a bijection modulo 2**32: neighbouring seeds get distant states


def normals(seed: int, stream: str, *shape: int) -> Tensor:
    """Draw standard normals of one stream of one seed.

    A longer draw starts with the shorter one's values (in row-major order).

    Args:
        seed: The run's seed, 0 ≤ seed < 2**28.
        stream: One of `STREAMS`.
        *shape: The shape of the result.

    Returns:
        A CPU float64 tensor of `shape`.

    Raises:
        ValueError: If `stream` is unknown.
    """
    count = math.prod(shape)
    return _drawn.take(seed, stream, count).view(shape)


class _Drawn:
    """The longest draw of each stream, of the seeds that were drawn last.

    Studies share their seeds, and half of what a chunk of the matrix took was drawing again.
    """

    def __init__(self) -> None:
        self._draws: dict[tuple[int, str], Tensor] = {}  # the one that was taken last at its end
        self._size = 0

    def take(self, seed: int, stream: str, count: int) -> Tensor:
        """Copy the first `count` values of a stream, drawing them where they aren't here."""
        draw = self._draws.pop((seed, stream), _NOTHING)
        self._size -= len(draw)
        if len(draw) < count:
            draw = _draw(seed, stream, count)
        self._draws[seed, stream] = draw
        self._size += len(draw)
        while self._size > _KEPT:
            self._size -= len(self._draws.pop(next(iter(self._draws))))
        return draw[:count].clone()


_NOTHING = torch.empty(0)
_drawn = _Drawn()


def _draw(seed: int, stream: str, count: int) -> Tensor:
    state = (16 * seed + STREAMS.index(stream)) * _SPREAD % 2**32
    generator = torch.Generator().manual_seed(state)
    whole_blocks = -(-count // _BLOCK) * _BLOCK
    return torch.randn(whole_blocks, generator=generator, dtype=torch.float64)


@dataclass(frozen=True)
class Examples:
    """The data of a group of runs, with a leading `runs` axis.

    Attributes:
        x: Training inputs, (runs, n_train, n_features).
        y: Training targets, (runs, n_train, 1).
        x_test: Test inputs, (runs, n_test, n_features).
        y_test: Test targets, (runs, n_test, 1).
    """

    x: Tensor
    y: Tensor
    x_test: Tensor
    y_test: Tensor


@dataclass(frozen=True)
class Start:
    """Where training starts and what it meets in which order, with a leading `runs` axis.

    Attributes:
        w: Initial weights, init_std times standard normals, (runs, n_features, 1).
        b: Initial biases, bias_init_std times standard normals, (runs, 1, 1).
        order: Row e is the order in which epoch e visits the examples, (runs, epochs, n_train).
            Where one batch holds all examples there is nothing to shuffle: (runs, 1, n_train).
    """

    w: Tensor
    b: Tensor
    order: Tensor


def draw_examples(setting: Setting, seeds: Sequence[int], dtype: torch.dtype) -> Examples:
    """Draw training and test sets: y = X·w° + b° + noise_std·ε.

    Every entry of X and ε is standard normal and every coordinate of w° is `true_w`. Each seed is
    drawn by itself in float64 and cast afterwards.

    Args:
        setting: Sizes and scales; the implementation and λ play no part.
        seeds: One seed per run.
        dtype: What the tensors are cast to.

    Returns:
        The examples on the CPU.
    """
    x, y = draw_training_set(setting, seeds, dtype)
    x_test, y_test = _draw_set(setting, seeds, setting.n_test, ("x_test", "noise_test"), dtype)
    return Examples(x, y, x_test, y_test)


def draw_training_set(
    setting: Setting, seeds: Sequence[int], dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Draw inputs and targets of training sets alone; arguments and values as in `draw_examples`.

    Returns:
        x, (runs, n_train, n_features), and y, (runs, n_train, 1).
    """
    return _draw_set(setting, seeds, setting.n_train, ("x", "noise"), dtype)


def draw_start(setting: Setting, seeds: Sequence[int], dtype: torch.dtype) -> Start:
    """Draw initial values and batch orders; arguments as in `draw_examples`.

    Returns:
        The start on the CPU; `order` holds int64 indices of examples.
    """
    w = [setting.init_std * normals(seed, "w", setting.n_features, 1) for seed in seeds]
    b = [setting.bias_init_std * normals(seed, "b", 1, 1) for seed in seeds]
    order = [draw_order(setting, seed) for seed in seeds]
    return Start(torch.stack(w).to(dtype), torch.stack(b).to(dtype), torch.stack(order))


def draw_order(setting: Setting, seed: int) -> Tensor:
    """Draw the order of the examples in each epoch of one seed, as a row of `Start.order`."""
    if setting.batch_size >= setting.n_train:
        return torch.arange(setting.n_train).view(1, setting.n_train)
    stream = "order1" if setting.batch_order else "order"
    return normals(seed, stream, setting.epochs, setting.n_train).argsort(dim=1)


def _draw_set(
    setting: Setting,
    seeds: Sequence[int],
    count: int,
    streams: tuple[str, str],
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """Draw `count` examples of each seed from its streams of inputs and of noise."""
    inputs, noise = streams
    true_w = torch.full((setting.n_features, 1), setting.true_w, dtype=torch.float64)
    x, y = [], []
    for seed in seeds:
        x.append(normals(seed, inputs, count, setting.n_features))
        errors = setting.noise_std * normals(seed, noise, count, 1)
        y.append(x[-1] @ true_w + setting.true_b + errors)
    return torch.stack(x).to(dtype), torch.stack(y).to(dtype)
