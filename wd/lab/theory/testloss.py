"""The test loss that theory expects, and what it is made of.

Fresh inputs are standard normal and the truth is y = x·w° + b° + σε, so that the loss expected of
any (w, b) is known exactly; no test set is needed. Losses are half squared errors and exclude the
penalty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.lab.solutions.ridge import Spectrum, check_weight_decay
from wd.lab.theory.rowspace import RowSpace, split


@dataclass(frozen=True)
class TestLoss:
    """The expected test loss of a model, in parts that add up to it exactly.

    With N and P projecting onto the null and the row space of X, and w* the exact ridge optimum:

    Attributes:
        initialisation: ½‖Nw‖², the part of w that data never touch: undecayed start.
        missing_signal: ½‖Nw°‖², what n examples cannot show of the true weights.
        overlap: −Nw·Nw°, the cross term of these two. It has either sign and, over random starts,
            mean 0: the one part that is luck.
        shrinkage: ½‖w* − Pw°‖², what the exact optimum gets wrong where the data do see: λ's
            shrinkage, the direction given up to the free bias, and the noise it has fitted.
        unsettled: ½‖Pw − Pw°‖² − ½‖w* − Pw°‖², how much worse the run's own w is there; negative
            where it happens to be better than the optimum.
        bias: ½(b − b°)².
        noise: ½σ², which no model avoids.

    All are (*runs, k), float64.
    """

    __test__ = False  # pytest, this is no test

    initialisation: Tensor
    missing_signal: Tensor
    overlap: Tensor
    shrinkage: Tensor
    unsettled: Tensor
    bias: Tensor
    noise: Tensor


def measure_expected_test_loss(
    w: Tensor, b: Tensor, true_w: Tensor, true_b: float, noise_std: float
) -> Tensor:
    """Return the loss expected on a fresh example: ½(‖w − w°‖² + (b − b°)² + σ²).

    From y − x·w − b = x·(w° − w) + (b° − b) + σε with independent standard normal x and ε. A test
    set of n_test examples scatters about it by a factor of 1 ± √(2/n_test), nearly.

    Args:
        w: (*runs, d, k).
        b: (*runs, k).
        true_w: w°, (d, 1).
        true_b: b°.
        noise_std: σ ≥ 0.

    Returns:
        Half the expected squared error, (*runs, k), float64.

    References:
        Hastie, Montanari, Rosset, Tibshirani, Surprises in High-Dimensional Ridgeless Least
        Squares Interpolation, Ann. Statist. 50 (2022), section 2 (risk under isotropic x).
    """
    wrong = (w.to(torch.float64) - true_w).square().sum(-2)
    return 0.5 * (wrong + (b.to(torch.float64) - true_b).square() + noise_std**2)


def split_test_loss(
    space: RowSpace,
    w: Tensor,
    b: Tensor,
    *,
    ridge_w: Tensor,
    true_w: Tensor,
    true_b: float,
    noise_std: float,
) -> TestLoss:
    """Split the expected test loss of (w, b) into its causes.

    ‖w − w°‖² = ‖N(w − w°)‖² + ‖P(w − w°)‖² by Pythagoras. The first is expanded into its three
    products, the second compared with that of the ridge optimum, which lies in the row space.

    Args:
        space: `rowspace.span_rows(x)` of the training inputs.
        w: Final weights, (*runs, d, k).
        b: Final bias, (*runs, k).
        ridge_w: w*(λ), (*runs, d, k); for concise at λ/2, see `match_conventions`.
        true_w: w°, (d, 1), float64.
        true_b: b°.
        noise_std: σ ≥ 0.

    Returns:
        The parts.
    """
    w_null, w_row = split(space, w)
    true_null, true_row = split(space, true_w.expand(*space.basis.shape[:-1], 1))
    shrinkage = 0.5 * (ridge_w - true_row).square().sum(-2)
    bias = 0.5 * (b.to(torch.float64) - true_b).square()
    return TestLoss(
        initialisation=0.5 * w_null.square().sum(-2),
        missing_signal=(0.5 * true_null.square().sum(-2)).expand_as(bias),
        overlap=-(w_null * true_null).sum(-2),
        shrinkage=shrinkage,
        unsettled=0.5 * (w_row - true_row).square().sum(-2) - shrinkage,
        bias=bias,
        noise=torch.full_like(bias, 0.5 * noise_std**2),
    )


def choose_weight_decay(
    noise_std: float, true_w_norm: float, n_train: int, n_features: int
) -> float:
    """Return the best λ in theory, σ²d/(n‖w°‖²).

    With the prior w ~ N(0, τ²I) and noise N(0, σ²), the posterior is largest where
    Σ(residual)²/(2σ²) + ‖w‖²/(2τ²) is smallest; times σ²/n this is L + (λ/2)‖w‖² with λ =
    σ²/(nτ²), and it is the posterior mean too. τ² = ‖w°‖²/d gives the formula. For any given
    inputs it minimises the test loss averaged over the noise and the directions of w°; for a
    single w° and a single draw of the noise another λ may be better.

    Args:
        noise_std: σ ≥ 0.
        true_w_norm: ‖w°‖ > 0.
        n_train: n.
        n_features: d.

    Returns:
        λ.

    Raises:
        ValueError: If `true_w_norm` isn't positive: without a signal the best λ is infinite.

    References:
        Hoerl, Kennard, Baldwin, Ridge regression: some simulations, Comm. Statist. 4 (1975)
        (k = dσ²/‖w‖², with k = nλ).
        Dobriban and Wager, High-Dimensional Asymptotics of Prediction: Ridge Regression and
        Classification, Ann. Statist. 46 (2018), theorem 2.1 (its optimality).
    """
    if not true_w_norm > 0:
        raise ValueError(f"true_w_norm must be positive, not {true_w_norm}")
    return noise_std**2 * n_features / (n_train * true_w_norm**2)


def predict_ridge_test_loss(
    spectrum: Spectrum,
    weight_decay: Tensor | Sequence[float],
    true_w: Tensor,
    noise_std: float,
) -> Tensor:
    """Predict the test loss of exact ridge for given inputs, averaged over the training noise.

    With φ = s/(s² + λ), the error w* − w° has the mean −e, e = w° − V·diag(sφ)·Vᵀw°, and the
    covariance (σ²/n)·V·diag(φ²)·Vᵀ; the bias errs by x̄·(w° − w*) + ε̄ with Var ε̄ = σ²/n,
    independent of it. So the loss is

        ½( ‖e‖² + (x̄·e)² + (σ²/n)·(Σ φ²·(1 + (x̄·v)²) + 1) + σ² ).

    Args:
        spectrum: From `ridge.factorise`; its targets are not used.
        weight_decay: λ ≥ 0, (k,) or (*runs, k).
        true_w: w°, (d, 1), float64.
        noise_std: σ ≥ 0.

    Returns:
        Half the expected squared error on a fresh example, (*runs, k).

    Raises:
        ValueError: If a λ is negative or not finite.

    References:
        Hastie, Montanari, Rosset, Tibshirani (see `measure_expected_test_loss`), lemma 1, with
        λ > 0; the terms of the bias are ours.
    """
    decay = check_weight_decay(weight_decay).unsqueeze(-2)
    s, v = spectrum.singular_values.unsqueeze(-1), spectrum.directions
    gain = torch.where(s > 0, s / (s.square() + decay).where(s > 0, 1.0), 0.0)
    missed = true_w - v @ (s * gain * (v.mT @ true_w))
    x_mean = spectrum.x_mean.unsqueeze(-2)
    offset = (x_mean @ missed).squeeze(-2)
    fitted = (gain.square() * (1 + (x_mean @ v).mT.square())).sum(-2)
    variance = noise_std**2 / spectrum.n_train * (fitted + 1)
    return 0.5 * (missed.square().sum(-2) + offset.square() + variance + noise_std**2)
