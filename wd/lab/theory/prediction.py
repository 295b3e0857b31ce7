"""What theory says about a run before it is trained: its decay and where it ends.

Conventions are those of the whole lab: the objective is ½·mean squared error + (λ/2)‖w‖², the bias
is free and undecayed, and losses exclude the penalty. The concise program leaves out the ½;
`match_conventions` gives the settings under which it is the same descent. What a predicted model
would score is in `testloss`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from wd.lab.solutions.constrained import differentiate
from wd.lab.solutions.ridge import check_weight_decay
from wd.lab.theory.rowspace import RowSpace, build_hessian, split

_STILL = 1e-12  # eigenvalues below this share of the largest are a direction that never moves


def match_conventions(lr: float, weight_decay: float, loss_scale: float) -> tuple[float, float]:
    """Return the scratch settings (s·lr, λ/s) that a run at (lr, λ) on the loss s·½·mse amounts to.

    s = 2 is the mean of squares without the ½: w − lr·(s∇L + λw) = w − s·lr·(∇L + (λ/s)w). Exact
    as long as all batches have one size; on a short batch scratch divides by the nominal size.

    Args:
        lr: Learning rate of the run.
        weight_decay: Its λ.
        loss_scale: s.

    Returns:
        The learning rate and λ of the matching scratch run.
    """
    return loss_scale * lr, weight_decay / loss_scale


def compute_leftover_factor(
    lr: float,
    weight_decay: Tensor | Sequence[float] | float,
    epochs: int,
    n_train: int,
    batch_size: int,
    *,
    short_batch_scaled: bool,
) -> Tensor:
    """Return what decay alone leaves of a weight: the product of 1 − lr·λ·c over all steps.

    c = m/batch_size on a scaled short batch of m examples, otherwise 1. Computed as
    exp(Σ log1p(−lr·λ·c)), which stays exact where repeated multiplication drifts. The null-space
    part of w follows it to rounding: w⊥(t) = factor·w⊥(0), whatever the data and their order.

    Since a direction of curvature μ decays like a weight under λ = μ, `predict_run` uses it for
    the eigenvalues of the Hessian as well.

    Args:
        lr: Learning rate, ≥ 0.
        weight_decay: λ, any shape.
        epochs: Number of epochs, ≥ 0.
        n_train: Number of training examples.
        batch_size: Examples in a full batch, 1 to n_train.
        short_batch_scaled: Whether the step divides a short last batch's sum by `batch_size`
            (scratch) rather than by its own size (concise).

    Returns:
        The factor, float64, of λ's shape. Negative where lr·λ·c > 1 in an odd number of steps, 0
        where it is 1, and beyond ±1 (at the extreme ±inf) where lr·λ·c > 2.

    References:
        Krogh and Hertz, A Simple Weight Decay Can Improve Generalization, NIPS 1991
        (directions without data decay exponentially).
    """
    sign, log_size = _multiply_up(
        lr, weight_decay, epochs, _steps(n_train, batch_size, short_batch_scaled)
    )
    return sign * log_size.exp()


def predict_norm(leftover_norm: Tensor, ridge_norm: Tensor) -> Tensor:
    """Return √(leftover² + ridge²), the norm of w once the row space has settled.

    The leftover factor·w⊥(0) lies in the null space of X, the ridge solution in its row space, so
    that Pythagoras adds them. Neglects what mini-batches and a slow bias keep moving in the row
    space; `predict_run` includes the bias.

    Args:
        leftover_norm: |factor|·‖w⊥(0)‖.
        ridge_norm: ‖w*(λ)‖; for concise at λ/2, see `match_conventions`.

    Returns:
        The predicted ‖w‖₂, of the arguments' common shape.
    """
    return torch.hypot(leftover_norm, ridge_norm)


def predict_run(
    x: Tensor,
    y: Tensor,
    w: Tensor,
    b: Tensor,
    *,
    space: RowSpace,
    lr: float,
    weight_decay: Tensor | Sequence[float],
    epochs: int,
    batch_size: int,
    short_batch_scaled: bool,
) -> tuple[Tensor, Tensor]:
    """Predict where a run ends, as if every batch had the gradient of the whole training set.

    Along an eigenvector v of the Hessian with eigenvalue μ, descent from p = (w, b) ends at
    p + v·(f(μ) − 1)/μ·(v·∇(L + (λ/2)‖w‖²)(p)), f being `compute_leftover_factor`; where μ = 0 the
    gradient is 0 and nothing moves. Exact for full batches to rounding; for mini-batches it is
    the path about which they scatter. In the null space it is factor·w⊥(0), exact for both.

    Args:
        x: Inputs, (*runs, n, d), float64.
        y: Targets, (*runs, n, 1), float64.
        w: Initial weights, (*runs, d, 1) or (*runs, d, k), float64.
        b: Initial bias, (*runs, 1) or (*runs, k), float64.
        space: `rowspace.span_rows(x)`.
        lr: Learning rate; for concise with λ by `match_conventions`.
        weight_decay: λ ≥ 0, (k,).
        epochs: Number of epochs.
        batch_size: Examples in a full batch, 1 to n.
        short_batch_scaled: As in `compute_leftover_factor`.

    Returns:
        The predicted w (*runs, d, k) and b (*runs, k), float64.

    Raises:
        ValueError: If a λ is negative or not finite.

    References:
        Goodfellow, Bengio, Courville, Deep Learning, sections 7.1.1 and 7.8 (descent on a
        quadratic in its eigenbasis).
    """
    decay = check_weight_decay(weight_decay)
    w, b = w.expand(*w.shape[:-1], len(decay)), b.expand(*b.shape[:-1], len(decay))
    counts = _steps(x.shape[-2], batch_size, short_batch_scaled)
    grad_w, grad_b = differentiate(x, y, w, b)
    grad_seen = space.basis.mT @ (grad_w + decay * w)
    force = torch.cat([grad_seen, grad_b.unsqueeze(-2)], dim=-2).mT.unsqueeze(-1)

    curvature, vectors = torch.linalg.eigh(build_hessian(space, decay))
    sign, log_size = _multiply_up(lr, curvature, epochs, counts)
    change = torch.where(sign > 0, torch.expm1(log_size), sign * log_size.exp() - 1)
    still = curvature <= _STILL * curvature[..., -1:]
    reach = torch.where(still, 0.0, change / curvature)
    moved = (vectors @ (reach.unsqueeze(-1) * (vectors.mT @ force))).squeeze(-1).mT

    sign, log_size = _multiply_up(lr, decay, epochs, counts)
    w_null, w_row = split(space, w)
    w_end = sign * log_size.exp() * w_null + w_row + space.basis @ moved[..., :-1, :]
    return w_end, b + moved[..., -1, :]


def _steps(n_train: int, batch_size: int, short_batch_scaled: bool) -> list[tuple[int, float]]:
    """Return (count, c) of an epoch's full steps and, where there is one, its short step."""
    full, short = divmod(n_train, batch_size)
    share = short / batch_size if short_batch_scaled else 1.0
    return [(full, 1.0), (int(short > 0), share)]


def _multiply_up(
    lr: float,
    rate: Tensor | Sequence[float] | float,
    epochs: int,
    counts: Sequence[tuple[int, float]],
) -> tuple[Tensor, Tensor]:
    """Return sign and log of the size of the product of 1 − lr·rate·c over all steps."""
    rate = torch.as_tensor(rate, dtype=torch.float64)
    sign, log_size = torch.ones_like(rate), torch.zeros_like(rate)
    for count, share in counts:
        steps = epochs * count
        if steps == 0:
            continue
        shrink = lr * rate * share
        log_step = torch.where(shrink < 1, torch.log1p(-shrink), torch.log(shrink - 1))
        log_size = log_size + steps * log_step
        sign = sign * torch.sign(1 - shrink).pow(2 - steps % 2)
    return sign, log_size
