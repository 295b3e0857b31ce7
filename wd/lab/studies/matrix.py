"""The schedule: which runs are made together, on which device, and what is measured.

Runs that differ in seed or in λ (θ for the hard constraint) alone share tensors: a chunk of seeds
is the batch axis, a tile of λ the last one. A tile's width is constant and a chunk has a least
number of seeds, the rest is padding. So every run is computed by the same kernels whatever stands
beside it, and its numbers don't depend on its company.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import Examples, Start
from wd.lab.inputs import Batches, Inputs, draw_inputs
from wd.lab.objective import drop_zeros, half_mean_squared_error, residuals, residuals_by_model
from wd.lab.outcomes import Outcomes
from wd.lab.programs.concise import Concise
from wd.lab.programs.projected import Projected
from wd.lab.programs.scratch import Scratch
from wd.lab.studies.measures import measure

TRAINERS = {"scratch": Scratch, "concise": Concise, "projected": Projected}
TILE = {"scratch": 24, "concise": 12, "projected": 16}
"""λ (or θ) values trained together, per program; another width rounds differently."""
CHUNK = {"cpu": 100, "cuda": 500, "mps": 250}
"""Seeds trained together at most, per device type: bounds the memory."""
FEWEST = {"cpu": 2, "cuda": 500, "mps": 250}
"""Seeds trained together at least: a CPU takes the matrices of a batch one by one, with another
kernel only for a batch of one; an accelerator may choose by the length of the batch."""
DIVERGED = 1e3
"""A run has diverged when its train loss isn't finite or ended this many times above its start."""


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
    padding = max(0, FEWEST[device.type] - len(seeds))
    inputs = draw_inputs(settings[0], [*seeds, *seeds[-1:] * padding], device)
    tile = TILE[settings[0].implementation]
    return [
        pair
        for start in range(0, len(settings), tile)
        for pair in train_tile(
            settings[start : start + tile], seeds, inputs, curves_every, decompose
        )
    ]


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
    batches, scale = Batches(inputs, first.batch_size), _Scale(inputs, trainer.weights)
    initial_loss = half_mean_squared_error(residuals(inputs.x, inputs.y, trainer.weights))
    points, epochs = [], []
    for epoch in range(1, first.epochs + 1):
        for x, y in batches.visit(epoch):
            trainer.step(x, y)
        if curves_every and epoch % curves_every == 0:
            points.append(scale.measure(trainer.weights))
            epochs.append(epoch)
    last = points[-1] if first.epochs in epochs else scale.measure(trainer.weights)
    final = torch.cat([last, trainer.weights[None, :, -1]])
    good = final.isfinite().all(dim=0) & (final[0] <= DIVERGED * initial_loss)
    named = _measure(settings, len(seeds), inputs, trainer.weights) if decompose else {}
    # one transfer each from the device
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
    return values.cpu().contiguous().numpy()


def _measure(
    settings: Sequence[Setting], runs: int, inputs: Inputs, weights: Tensor
) -> dict[str, np.ndarray]:
    """The further measures of the runs that aren't padding, computed on the CPU in float64."""
    weights = drop_zeros(weights[:runs, :, : len(settings)], inputs.start.w.shape[1])
    named = measure(
        settings,
        Examples(*(part[:runs].cpu().double() for part in vars(inputs.examples).values())),
        Start(*(part[:runs].cpu().double() for part in vars(inputs.start).values())),
        weights.cpu().double(),
    )
    return {name: values.numpy() for name, values in named.items()}


class _Scale:
    """Measures the weights of a chunk of runs, in memory that is allocated once."""

    def __init__(self, inputs: Inputs, weights: Tensor) -> None:
        """Prepare to measure weights of one shape.

        Args:
            inputs: What they are measured on.
            weights: (runs, columns, models), as later ones will be laid out.
        """
        self._inputs = inputs
        self._squares = torch.empty_like(weights)
        self._residual = weights.new_empty(len(weights), weights.shape[2], inputs.all_y.shape[2])

    def measure(self, weights: Tensor) -> Tensor:
        """Train loss, test loss and ‖w‖₂ of every run and model: (3, runs, models)."""
        n = self._inputs.n_train
        residual = residuals_by_model(
            self._inputs.all_x, self._inputs.all_y, weights, self._residual
        )
        train_loss, test_loss = (
            half_mean_squared_error(part, out=part) for part in (residual[:, :n], residual[:, n:])
        )
        squares = torch.mul(weights, weights, out=self._squares)
        return torch.stack([train_loss, test_loss, squares[:, :-1].sum(dim=1).sqrt()])
