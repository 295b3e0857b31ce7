"""The schedule: which runs are made together, on which device, and what is measured.

Runs that differ in seed or in λ (θ for the hard constraint) alone share tensors: a chunk of seeds
is the batch axis, a tile of λ the last one. A tile's width is constant and a chunk has a least
number of seeds, the rest is padding. So every run is computed by the same kernels whatever stands
beside it, and its numbers don't depend on its company.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np
import torch
from torch import Tensor

from wd.config import Setting
from wd.declarations import IMPLEMENTATIONS
from wd.lab.chunks import TRAINED_AT_ONCE
from wd.lab.data import Examples, Start
from wd.lab.inputs import Batches, Inputs, draw_inputs
from wd.lab.objective import drop_zeros, half_mean_squared_error, residuals, residuals_by_model
from wd.lab.outcomes import Outcomes
from wd.lab.theory.testloss import measure_expected_test_loss

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
        seeds: Any distinct seeds, at most `TRAINED_AT_ONCE[device.type]`.
        device: Where to train.
        curves_every: Record a curve's point every so many epochs; None for none.
        decompose: Take the further measures of `measures.measure`.

    Returns:
        Each setting with the outcomes of `seeds`, in their order.

    Raises:
        ValueError: If there is no seed, or more than fit into a chunk.
    """
    size = TRAINED_AT_ONCE[device.type]
    if not 0 < len(seeds) <= size:
        raise ValueError(f"a chunk has 1 to {size} seeds on {device.type}, not {len(seeds)}")
    padding = max(0, FEWEST[device.type] - len(seeds))
    inputs = draw_inputs(settings[0], [*seeds, *seeds[-1:] * padding], device)  # type: ignore[misc, operator]  # a list or tuple
    tile = IMPLEMENTATIONS[settings[0].implementation].tile
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
    program = import_module(f"wd.lab.programs.{first.implementation}").PROGRAM
    width = IMPLEMENTATIONS[first.implementation].tile
    trainer = program(inputs.start.w, inputs.start.b, settings, width)
    batches, scale = Batches(inputs, first.batch_size), _Scale(inputs, trainer.weights)
    initial_loss = half_mean_squared_error(residuals(inputs.x, inputs.y, trainer.weights))
    points, epochs = ([scale.measure(trainer.weights)], [0]) if curves_every else ([], [])
    for epoch in range(1, first.epochs + 1):
        for x, y in batches.visit(epoch):
            trainer.step(x, y)
        if curves_every and epoch % curves_every == 0:
            points.append(scale.measure(trainer.weights))
            epochs.append(epoch)
    last = points[-1] if first.epochs in epochs else scale.measure(trainer.weights)
    final = torch.cat([last, trainer.weights[None, :, -1]])
    good = final.isfinite().all(dim=0) & (final[0] <= DIVERGED * initial_loss)
    runs = slice(len(seeds))
    d = inputs.start.w.shape[1]
    # on the whole tile: a sum over fewer models may round differently
    weights = drop_zeros(trainer.weights, d).cpu().double()
    expected = measure_expected_test_loss(
        weights[:, :-1], weights[:, -1], first.true_w, first.true_b, first.noise_std
    )
    named = _measure(settings, len(seeds), inputs, weights) if decompose else {}
    # one transfer each from the device
    train_loss, test_loss, w_norm, b = final.cpu().double()
    values = _to_array(torch.stack([train_loss, test_loss, expected, w_norm, b]).permute(2, 1, 0))
    good = good.mT.cpu().numpy()  # type: ignore[assignment]  # an array from here on
    curves = _stack_curves(points, epochs) if points else None
    return [
        (
            setting,
            Outcomes(
                list(seeds),
                values[model, runs],
                good[model, runs],  # type: ignore[arg-type]  # an array
                {} if curves is None else {"curves": curves[model, runs]},
                {name: rows[:, model] for name, rows in named.items()},
            ),
        )
        for model, setting in enumerate(settings)
    ]


def _to_array(values: Tensor) -> np.ndarray:
    return values.cpu().contiguous().numpy()


def _stack_curves(points: Sequence[Tensor], epochs: Sequence[int]) -> np.ndarray:
    """Put the epoch before the numbers of each point: (models, runs, points, columns)."""
    numbers = torch.stack(points).permute(3, 2, 0, 1).cpu()  # type: ignore[arg-type]  # a list
    counted = torch.tensor(epochs, dtype=numbers.dtype)[:, None].expand(*numbers.shape[:3], 1)
    return _to_array(torch.cat([counted, numbers], dim=-1))


def _measure(
    settings: Sequence[Setting], runs: int, inputs: Inputs, weights: Tensor
) -> dict[str, np.ndarray]:
    """The further measures of the runs that aren't padding, computed on the CPU in float64."""
    named = import_module("wd.lab.studies.measures").measure(
        settings,
        Examples(*(part[:runs].cpu().double() for part in vars(inputs.examples).values())),
        Start(*(part[:runs].cpu().double() for part in vars(inputs.start).values())),
        weights[:runs, :, : len(settings)],
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
