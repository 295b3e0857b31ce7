"""Cures for overfitting on equal terms, where the truth is known.

Each cure sees the same training set and has its best strength: the one with the smallest risk
½(‖w − w°‖² + (b − b°)² + σ²) on this very data set. The true bias is 0, and the fitted one is free.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lars_path
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.studies.stopping import STEPS, find_rate
from wd.lab.theory import dropout, leaving_out, spectral

DECAYS = torch.logspace(-6, 3, 109, dtype=torch.float64)
"""The grid of λ, and of the odds p/(1 − p) of dropout."""

Judge = Callable[[Tensor, Tensor], Tensor]
"""The risk of each of some models w (k, d) and b (k,): (k,)."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Let each cure do its best on every training set.

    Args:
        settings: One.
        seeds: A training set each.

    Returns:
        The setting with the risk of

        - nothing: the least squares, with the smallest ‖w‖ where there are several;
        - ridge, stopping, dropout, l1: at the best λ, number of steps, p and λ₁;
        - features: the least squares on those features that correlate best with the targets, as
          many as is best, features_kept; l1_kept: the weights that L1 keeps;
        - doubled: the least squares on twice as many examples;
        - constant: the mean of the training targets.
    """
    return measure_in_tiles(settings, seeds, 1, _compare)


def _compare(settings: Sequence[Setting], seed: int) -> Numbers:
    (setting,) = settings
    n, d = setting.n_train, setting.n_features
    truth = torch.zeros(d, dtype=torch.float64)
    truth[: setting.relevant] = setting.true_w
    x = normals(seed, "x", 2 * n, d)
    y = x @ truth + setting.noise_std * normals(seed, "noise", 2 * n)
    judge = partial(_judge, truth, setting.noise_std)
    nothing = judge(*_fit_barely(x[:n], y[:n]))
    l1, l1_kept = _try_l1(x[:n], y[:n], judge)
    features, kept = _try_features(x[:n], y[:n], judge)
    risks = {
        "nothing": nothing,
        "doubled": judge(*_fit_barely(x, y)),
        "l1": l1,
        "features": features,
        "dropout": _try_dropout(x[:n], y[:n], judge),
        **_try_filters(x[:n], y[:n], judge),
        "constant": judge(torch.zeros_like(truth)[None], y[:n].mean().view(1)),
    }
    numbers = {f"{name}_risk": risk.min() for name, risk in risks.items()}
    numbers |= {"features_kept": kept[features.argmin()], "l1_kept": l1_kept[l1.argmin()]}
    return {name: number.double().view(1, 1) for name, number in numbers.items()}


def _judge(truth: Tensor, noise_std: float, w: Tensor, b: Tensor) -> Tensor:
    return ((w - truth).square().sum(1) + b.square() + noise_std**2) / 2


def _fit_barely(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    rows = leaving_out.factorise_rows(x)
    return _drop_target(*spectral.fit(rows, y[:, None], torch.ones_like(rows.s)[None]))


def _drop_target(w: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    return w.squeeze(2), b.squeeze(1)


def _try_filters(x: Tensor, y: Tensor, judge: Judge) -> dict[str, Tensor]:
    rows = leaving_out.factorise_rows(x)
    squares = rows.s.square()
    shares = {
        "ridge": spectral.shrink(squares, DECAYS),
        "stopping": spectral.descend(squares, find_rate(rows), STEPS),
    }
    return {
        name: judge(*_drop_target(*spectral.fit(rows, y[:, None], each)))
        for name, each in shares.items()
    }


def _try_dropout(x: Tensor, y: Tensor, judge: Judge) -> Tensor:
    """Solve for every p; in units of √mean x_j² it is a ridge with one λ for all weights."""
    units = dropout.find_strengths(x, 0.5).sqrt()
    units = torch.where(units > 0, units, 1)
    w, b = leaving_out.solve(leaving_out.factorise_rows(x / units), y[:, None], DECAYS)
    return judge(w.squeeze(2) / units, b.squeeze(1))


def _try_l1(x: Tensor, y: Tensor, judge: Judge) -> tuple[Tensor, Tensor]:
    """Follow the whole path of L1, which is straight between the points where a weight changes."""
    mean = x.mean(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # at the very end of the path
        *_, path = lars_path(
            (x - mean).numpy(), (y - y.mean()).numpy(), method="lasso", max_iter=4 * min(x.shape)
        )
    w = torch.from_numpy(path.T.copy())
    return judge(w, y.mean() - w @ mean), (w != 0).sum(1)


def _try_features(x: Tensor, y: Tensor, judge: Judge) -> tuple[Tensor, Tensor]:
    """Fit the k features of largest correlation, for each k that leaves an example to spare."""
    centred, target = x - x.mean(0), y - y.mean()
    lengths = centred.norm(dim=0)
    order = (
        (centred.mT @ target / torch.where(lengths > 0, lengths, 1))
        .abs()
        .argsort(descending=True, stable=True)
    )
    most = max(0, min(len(x) - 2, x.shape[1]))
    q, r = torch.linalg.qr(centred[:, order[:most]])
    along = q.mT @ target
    w = x.new_zeros(most + 1, x.shape[1])
    for k in range(1, most + 1):
        w[k, order[:k]] = torch.linalg.solve_triangular(
            r[:k, :k], along[:k, None], upper=True
        ).squeeze(1)
    return judge(w, y.mean() - w @ x.mean(0)), torch.arange(most + 1)
