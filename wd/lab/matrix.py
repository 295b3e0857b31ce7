"""The schedule: which runs are made together, on which device, and what is measured.

Runs that differ in seed or in λ (θ for the hard constraint) alone share tensors: a chunk of seeds
is the batch axis, a tile of λ the last one. Both widths are constant, the rest is padding. So
every run is computed by kernels of the same shape whatever stands beside it, and its numbers don't
depend on its company.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.concise import Concise
from wd.lab.data import Examples, Start, draw_examples, draw_start
from wd.lab.measures import measure
from wd.lab.objective import half_mean_squared_error, residuals, with_ones
from wd.lab.outcomes import Outcomes
from wd.lab.projected import Projected
from wd.lab.scratch import Scratch

TRAINERS = {"scratch": Scratch, "concise": Concise, "projected": Projected}
TILE = {"scratch": 24, "concise": 12, "projected": 16}
"""λ (or θ) values trained together, per program; another width rounds differently."""
CHUNK = {"cpu": 50, "cuda": 500, "mps": 250}
"""Seeds trained together, per device type: bounds the memory."""
DIVERGED = 1e3
"""A run has diverged when its train loss isn't finite or ended this many times above its start."""


@dataclass(frozen=True)
class Inputs:
    """What a chunk of runs is trained and measured on, on the device.

    Attributes:
        x: Training inputs with a last column of ones, (runs, n, d + 1).
        y: Training targets, (runs, n, 1).
        x_test: Test inputs with a last column of ones, (runs, n_test, d + 1).
        y_test: Test targets, (runs, n_test, 1).
        start: Initial values and batch orders.
        first_row: Where each run's examples begin when all are stacked, (runs, 1).
    """

    x: Tensor
    y: Tensor
    x_test: Tensor
    y_test: Tensor
    start: Start
    first_row: Tensor


def train(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    device: torch.device,
    curves_every: int | None = None,
    decompose: bool = False,
) -> list[tuple[Setting, Outcomes]]:
    """Train every setting with every seed of one chunk.

    Args:
        settings: They differ in `weight_decay` or `theta` alone.
        seeds: Any distinct seeds, at most `CHUNK[device.type]`.
        device: Where to train.
        curves_every: Record a curve's point every so many epochs; None for none.
        decompose: Take the further measures of `measures.measure`.

    Returns:
        Each setting with the outcomes of `seeds`, in their order.

    Raises:
        ValueError: If there is no seed, or more than fit into a chunk.
    """
    size = CHUNK[device.type]
    if not 0 < len(seeds) <= size:
        raise ValueError(f"a chunk has 1 to {size} seeds on {device.type}, not {len(seeds)}")
    inputs = draw_inputs(settings[0], [*seeds, *seeds[-1:] * (size - len(seeds))], device)
    tile = TILE[settings[0].implementation]
    return [
        pair
        for start in range(0, len(settings), tile)
        for pair in train_tile(
            settings[start : start + tile], seeds, inputs, curves_every, decompose
        )
    ]


def draw_inputs(setting: Setting, seeds: Sequence[int], device: torch.device) -> Inputs:
    """Draw what `seeds` decide and move it to the device in the setting's dtype."""
    dtype = getattr(torch, setting.dtype)
    data = draw_examples(setting, seeds, dtype)
    start = draw_start(setting, seeds, dtype)
    return Inputs(
        x=with_ones(data.x).to(device),
        y=data.y.to(device),
        x_test=with_ones(data.x_test).to(device),
        y_test=data.y_test.to(device),
        start=Start(start.w.to(device), start.b.to(device), start.order.to(device)),
        first_row=torch.arange(0, data.y.shape[:2].numel(), setting.n_train, device=device)[
            :, None
        ],
    )


def train_tile(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    inputs: Inputs,
    curves_every: int | None = None,
    decompose: bool = False,
) -> list[tuple[Setting, Outcomes]]:
    """Train the settings of one tile on one chunk of inputs.

    Args:
        settings: They differ in `weight_decay` alone.
        seeds: The seeds of the first entries of `inputs`; entries beyond are padding.
        inputs: From `draw_inputs`, a whole chunk.
        curves_every: As in `train`.
        decompose: As in `train`.

    Returns:
        Each setting with the outcomes of `seeds`.
    """
    first = settings[0]
    width = TILE[first.implementation]
    trainer = TRAINERS[first.implementation](inputs.start.w, inputs.start.b, settings, width)
    initial_loss = _evaluate(inputs, trainer.weights)[0]
    points, epochs = [], []
    for epoch in range(1, first.epochs + 1):
        for x, y in _batches(inputs, epoch, first.batch_size):
            trainer.step(x, y)
        if curves_every and epoch % curves_every == 0:
            points.append(_evaluate(inputs, trainer.weights))
            epochs.append(epoch)
    final = torch.cat([_evaluate(inputs, trainer.weights), trainer.weights[None, :, -1]])
    good = final.isfinite().all(dim=0) & (final[0] <= DIVERGED * initial_loss)
    named = _measure(settings, len(seeds), inputs, trainer.weights) if decompose else {}
    # one transfer each from the device; float64 holds every float32 exactly
    values = _to_array(final.permute(2, 1, 0))
    good = good.mT.cpu().numpy()
    curves = _to_array(torch.stack(points).permute(3, 2, 0, 1)) if points else None
    runs = slice(len(seeds))
    return [
        (
            setting,
            Outcomes(
                list(seeds),
                values[model, runs],
                good[model, runs],
                epochs,
                None if curves is None else curves[model, runs],
                {name: rows[:, model] for name, rows in named.items()},
            ),
        )
        for model, setting in enumerate(settings)
    ]


def _to_array(values: Tensor) -> np.ndarray:
    return values.double().cpu().contiguous().numpy()


def _measure(
    settings: Sequence[Setting], runs: int, inputs: Inputs, weights: Tensor
) -> dict[str, np.ndarray]:
    """The further measures of the runs that aren't padding, computed on the CPU in float64."""
    data = Examples(
        inputs.x[:runs, :, :-1], inputs.y[:runs], inputs.x_test[:runs, :, :-1], inputs.y_test[:runs]
    )
    named = measure(
        settings,
        Examples(*(part.cpu().double() for part in vars(data).values())),
        Start(*(part[:runs].cpu().double() for part in vars(inputs.start).values())),
        weights[:runs, :, : len(settings)].cpu().double(),
    )
    return {name: values.numpy() for name, values in named.items()}


def _batches(inputs: Inputs, epoch: int, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
    x, y = inputs.x, inputs.y
    n = x.shape[1]
    if batch_size < n:
        # one flat index_select is ten times as fast as gather along an axis
        rows = (inputs.start.order[:, epoch - 1] + inputs.first_row).flatten()
        x = x.flatten(0, 1).index_select(0, rows).view_as(x)
        y = y.flatten(0, 1).index_select(0, rows).view_as(y)
    for start in range(0, n, batch_size):
        stop = min(start + batch_size, n)
        yield x[:, start:stop], y[:, start:stop]


def _evaluate(inputs: Inputs, weights: Tensor) -> Tensor:
    """Train loss, test loss and ‖w‖₂ of every run and model: (3, runs, models)."""
    train_loss = half_mean_squared_error(residuals(inputs.x, inputs.y, weights))
    test_loss = half_mean_squared_error(residuals(inputs.x_test, inputs.y_test, weights))
    w_norm = torch.linalg.vector_norm(weights[:, :-1], dim=1)
    return torch.stack([train_loss, test_loss, w_norm])
