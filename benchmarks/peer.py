"""The strongest peer: the same experiment in JAX, with vmap, scan and jit.

One run is written as one would write it for itself; `vmap` makes it many, `jit` compiles them. The
results are arrays on the host, curves included. Compiling is not timed. JAX shares one call among
the cores where its operations are large, and the best chunk is too small for that, so chunks are
also computed several at a time, one per thread; the faster way counts.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np
import torch

from benchmarks.ours import CLOSE, CURVES_EVERY, Results, Shape
from benchmarks.turns import Contender
from wd.config import Setting
from wd.lab.data import draw_examples, draw_start

CHUNKS = (5, 10, 20, 50)
"""Seeds per call that are tried; those beyond the shape's seeds are left out."""


class _Way:
    """A way to compute the shape: seeds per call, and calls at a time."""

    def __init__(self, shape: Shape, arrays: list[jax.Array], chunk: int, threads: int) -> None:
        self._threads = threads
        self._chunks = [
            [array[first : first + chunk] for array in arrays]
            for first in range(0, len(shape.seeds), chunk)
        ]
        decays = jnp.asarray([setting.weight_decay for setting in shape.settings], jnp.float32)
        compiled = compile_run(shape.settings[0])
        self._call = lambda chunk: jax.device_get(compiled(*chunk, decays))

    def __call__(self) -> list[tuple[np.ndarray, ...]]:
        if self._threads == 1:
            return [self._call(chunk) for chunk in self._chunks]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._call, self._chunks))


def compile_run(setting: Setting) -> Callable:
    """Compile the scratch program for many seeds and many λ.

    Returns:
        A function of x (runs, n, d), y (runs, n), x_test, y_test, w (runs, d), b (runs,), order
        (runs, epochs, n) and weight_decay (models,). It returns w (runs, models, d) and
        b (runs, models) at the end, and the curves, a list of train loss, test loss and ‖w‖₂, each
        (runs, models, points).
    """
    lr, batch_size = setting.lr, setting.batch_size

    def residuals(params, x, y):
        w, b = params
        return x @ w + b - y

    def objective(params, x, y, weight_decay):
        penalty = weight_decay * jnp.sum(params[0] ** 2) / 2
        return jnp.sum(residuals(params, x, y) ** 2 / 2 + penalty)

    def run(x, y, x_test, y_test, w, b, order, weight_decay):
        def epoch(params, rows):
            shuffled_x, shuffled_y = x[rows], y[rows]
            for start in range(0, len(rows), batch_size):
                batch = slice(start, start + batch_size)
                gradient = jax.grad(objective)(
                    params, shuffled_x[batch], shuffled_y[batch], weight_decay
                )
                params = [p - lr * g / batch_size for p, g in zip(params, gradient, strict=True)]
            return params, None

        def stretch(params, rows):
            params, _ = jax.lax.scan(epoch, params, rows)
            losses = [
                jnp.mean(residuals(params, *data) ** 2) / 2 for data in ((x, y), (x_test, y_test))
            ]
            return params, [*losses, jnp.sqrt(jnp.sum(params[0] ** 2))]

        stretches = order.reshape(-1, CURVES_EVERY, order.shape[1])
        params, curves = jax.lax.scan(stretch, [w, b], stretches)
        return *params, curves

    over_decays = jax.vmap(run, in_axes=(None,) * 7 + (0,))
    return jax.jit(jax.vmap(over_decays, in_axes=(0,) * 7 + (None,)))


def contend(shape: Shape) -> dict[str, Contender]:
    """Make JAX a contender, at its best chunk, by one call at a time and by several.

    Args:
        shape: Of the scratch program; its epochs are a multiple of `CURVES_EVERY`.

    Returns:
        Two contenders by name.
    """
    arrays = _hand_over(shape)
    best: dict[int, tuple[float, int, _Way]] = {}
    sizes = [size for size in CHUNKS if size <= len(shape.seeds)]
    for threads, size in product({1, torch.get_num_threads()}, sizes):
        way = _Way(shape, arrays, size, threads)
        way()
        seconds = min(_time(way) for _ in range(2))
        if threads not in best or seconds < best[threads][0]:
            best[threads] = seconds, size, way
    return {
        f"JAX, {size} seeds per call, {threads} at a time": Contender(shape.runs, way)
        for threads, (_, size, way) in sorted(best.items())
    }


def check(found: list[tuple[np.ndarray, ...]], results: Results) -> None:
    """Check that JAX trains what the matrix trained.

    Args:
        found: What one of the contenders returned.
        results: What the matrix returned, every seed of it.

    Raises:
        ValueError: If a final norm differs by more than rounding explains.
    """
    norms = defaultdict(list)
    for setting, outcomes in results:
        norms[setting] += [outcome.values[2] for outcome in outcomes]
    expected = np.array(list(norms.values())).T
    actual = np.concatenate([np.linalg.norm(w, axis=-1) for w, *_ in found])
    difference = np.max(np.abs(actual / expected - 1))
    if not difference < CLOSE:
        raise ValueError(f"JAX's final norms differ from ours by {difference:.1e}")


def _hand_over(shape: Shape) -> list[jax.Array]:
    setting, seeds = shape.settings[0], list(shape.seeds)
    data = draw_examples(setting, seeds, torch.float32)
    start = draw_start(setting, seeds, torch.float32)
    drawn = [
        data.x,
        data.y[..., 0],
        data.x_test,
        data.y_test[..., 0],
        start.w[..., 0],
        start.b[:, 0, 0],
        start.order.int(),
    ]
    return [jnp.asarray(tensor.contiguous().numpy()) for tensor in drawn]


def _time(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
