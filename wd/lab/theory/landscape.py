"""A problem with two features, to be drawn: the loss as a surface over (w₁, w₂).

The bias is minimised out at every point, so that the surface is a parabola with the matrix H:
L(w) = ½·mean((X̃w − ỹ)²). Along the path of optima the loss's pull −∇L and the penalty's λw are
equal: each optimum is where the two forces −∇L and −λw cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.lab.solutions import ridge
from wd.lab.solutions.constrained import differentiate


@dataclass(frozen=True)
class Landscape:
    """Loss surface and path of optima, all CPU float64.

    Attributes:
        w1: Grid of the first weight, (columns,).
        w2: Grid of the second weight, (rows,).
        loss: min over b of L at (w1[j], w2[i]), penalty excluded, (rows, columns): the layout of
            contour plots.
        weight_decay: λ along the path, (k,).
        optimum: w*(λ), (k, 2).
        bias: b*(λ), (k,).
        pull: −∇_w L at the optimum, (k, 2).
        decay: λ·w*, (k, 2); equal to `pull` up to rounding.
        optimum_loss: L at the optimum, (k,).
    """

    w1: Tensor
    w2: Tensor
    loss: Tensor
    weight_decay: Tensor
    optimum: Tensor
    bias: Tensor
    pull: Tensor
    decay: Tensor
    optimum_loss: Tensor


def survey(
    x: Tensor,
    y: Tensor,
    w1: Tensor | Sequence[float],
    w2: Tensor | Sequence[float],
    weight_decay: Tensor | Sequence[float],
) -> Landscape:
    """Compute the loss on a grid and the optima for some λ.

    The loss is measured on the data, the path comes from the closed form and `pull` from the
    gradient of the loss: that they fit together is a check, not an assumption.

    Args:
        x: Inputs with two features, (n, 2), float64.
        y: Targets, (n, 1), float64.
        w1: Values of the first weight, (columns,).
        w2: Values of the second weight, (rows,).
        weight_decay: λ ≥ 0, (k,).

    Returns:
        The landscape.

    Raises:
        ValueError: If there aren't two features, the data aren't float64, or a λ is negative or
            not finite.
    """
    ridge.check_data(x, y)
    if x.dim() != 2 or x.shape[-1] != 2:
        raise ValueError(f"x must be (n, 2), not {tuple(x.shape)}")
    w1 = torch.as_tensor(w1, dtype=torch.float64)
    w2 = torch.as_tensor(w2, dtype=torch.float64)
    decay = ridge.check_weight_decay(weight_decay)
    points = torch.stack(torch.meshgrid(w1, w2, indexing="xy")).reshape(2, -1)
    spectrum = ridge.factorise(x, y)
    w, b = ridge.solve(spectrum, decay)
    grad_w, _ = differentiate(x, y, w, b)
    return Landscape(
        w1=w1,
        w2=w2,
        loss=_measure_best_loss(x, y, points).reshape(len(w2), len(w1)),
        weight_decay=decay,
        optimum=w.mT,
        bias=b,
        pull=-grad_w.mT,
        decay=(decay * w).mT,
        optimum_loss=_measure_best_loss(x, y, w),
    )


def survey_around_optimum(
    x: Tensor, y: Tensor, weight_decay: Tensor | Sequence[float], points: int = 81
) -> Landscape:
    """Survey a square that shows the origin, the undecayed optimum, and as much again around.

    Where the two are the same point, the square reaches one unit to each side of it.

    Args:
        x: Inputs with two features, (n, 2), float64.
        y: Targets, (n, 1), float64.
        weight_decay: λ ≥ 0, (k,).
        points: Grid points per axis.

    Returns:
        The landscape.

    Raises:
        ValueError: As `survey`.
    """
    best, _ = ridge.solve(ridge.factorise(x, y), [0.0])
    centre = best.flatten() / 2
    reach = 1.6 * best.abs().max().item()
    if reach < torch.finfo(torch.float64).tiny * points:
        reach = 1.0  # targets without variation: the optimum is the origin at every λ
    steps = torch.linspace(-reach, reach, points, dtype=torch.float64)
    w1, w2 = (middle + steps for middle in centre)
    return survey(x, y, w1, w2, weight_decay)


def _measure_best_loss(x: Tensor, y: Tensor, w: Tensor) -> Tensor:
    """Return L with the best bias for each column of w: half the variance of the residuals."""
    return (x @ w - y).var(0, correction=0) / 2
