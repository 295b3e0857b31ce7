"""Up to which lr descent stays finite: exactly for full batches, sufficiently for mini-batches.

Near a quadratic's minimum a step multiplies the error along each eigenvector of the Hessian by
1 − lr·(eigenvalue). It shrinks as long as lr·(largest eigenvalue) < 2 and grows without bound
beyond. With mini-batches every step has a Hessian of its own; if the condition holds for each, no
step lengthens the error, whatever the order. The converse fails: a run may survive a few batches
beyond the limit, so that mini-batch runs diverge only at a somewhat larger lr.

All limits are for the objective ½·mean squared error + (λ/2)‖w‖², bias free and undecayed. For
the mean squared error without ½ (concise), take half the limit at λ/2.

References:
    Boyd and Vandenberghe, Convex Optimization, section 9.3 (gradient descent on a quadratic).
    Needell, Srebro, Ward, Stochastic gradient descent, weighted sampling, and the randomized
    Kaczmarz algorithm, Math. Program. 155 (2016), section 2 (one example's curvature bounds lr).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from wd.lab.objective import with_ones
from wd.lab.solutions.ridge import check_weight_decay
from wd.lab.theory.rowspace import RowSpace, build_hessian, find_eigenvalues


def find_limit(space: RowSpace, weight_decay: Tensor | Sequence[float]) -> Tensor:
    """Return the lr at which full-batch descent begins to diverge: 2/(largest eigenvalue).

    The eigenvalue is that of the Hessian in (w, b), λ on the weights included.

    Args:
        space: From `rowspace.span_rows`.
        weight_decay: λ ≥ 0, (k,) or (*runs, k).

    Returns:
        The limit of lr, (*runs, k); exact.

    Raises:
        ValueError: If a λ is negative or not finite.
    """
    return 2 / find_eigenvalues(build_hessian(space, weight_decay))[..., -1]


def find_safe_limit(
    x: Tensor,
    weight_decay: Tensor | Sequence[float],
    order: Tensor,
    batch_size: int,
    *,
    short_batch_scaled: bool,
) -> Tensor:
    """Return an lr below which no batch of this order can lengthen the error.

    The smallest over the batches of 2/(c·(‖[X 1]_B‖²/m + λ)), where m is the batch's size and c is
    m/batch_size on a scaled short batch, otherwise 1. Counting λ on the bias too keeps the
    condition sufficient and costs little.

    Args:
        x: Inputs, (*runs, n, d), float64.
        weight_decay: λ ≥ 0, (k,).
        order: Rows are the epochs' orders of the examples, int64, (*runs, epochs, n).
        batch_size: Examples in a full batch, 1 to n.
        short_batch_scaled: Whether the step divides a short last batch's sum by `batch_size`
            (scratch) rather than by its own size (concise).

    Returns:
        The sufficient limit of lr, (*runs, k).

    Raises:
        ValueError: If a λ is negative or not finite.
    """
    z = with_ones(x)
    n = x.shape[-2]
    gram = (z @ z.mT).flatten(-2)
    worst = []
    for size, start, stop in _batch_groups(n, batch_size):
        members = order[..., start:stop].unflatten(-1, (-1, size)).flatten(-3, -2)
        pairs = n * members.unsqueeze(-1) + members.unsqueeze(-2)
        blocks = gram.gather(-1, pairs.flatten(-3)).view(pairs.shape)
        worst.append((size, torch.linalg.eigvalsh(blocks)[..., -1].amax(-1) / size))
    return _limit(worst, weight_decay, batch_size, short_batch_scaled)


def _batch_groups(n_train: int, batch_size: int) -> list[tuple[int, int, int]]:
    """Return (size, start, stop) of an epoch's full batches and, where there is one, the short."""
    full = n_train // batch_size * batch_size
    groups = [(batch_size, 0, full), (n_train - full, full, n_train)]
    return [group for group in groups if group[2] > group[1]]


def _limit(
    worst: list[tuple[int, Tensor]],
    weight_decay: Tensor | Sequence[float],
    batch_size: int,
    short_batch_scaled: bool,
) -> Tensor:
    """Combine the largest curvature of each group's batches (*runs,) into a limit of lr."""
    decay = check_weight_decay(weight_decay)
    sharpest = torch.stack(
        [
            (curvature.unsqueeze(-1) + decay) * (size / batch_size if short_batch_scaled else 1.0)
            for size, curvature in worst
        ]
    ).amax(0)
    return 2 / sharpest
