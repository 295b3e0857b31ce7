"""What a trained run is made of, and what theory said of it before: its further named numbers."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from wd.config import Setting
from wd.declarations import IMPLEMENTATIONS
from wd.lab.data import Examples, Start
from wd.lab.objective import half_mean_squared_error, residuals, with_ones
from wd.lab.solutions import ridge
from wd.lab.theory import prediction as theory
from wd.lab.theory.rowspace import span_rows, split
from wd.lab.theory.testloss import split_test_loss


def measure(
    settings: Sequence[Setting], data: Examples, start: Start, weights: Tensor
) -> dict[str, Tensor]:
    """Split final weights and test loss into their causes, and predict them without training.

    Args:
        settings: Of a program that declares its theory; they differ in `weight_decay` alone.
        data: What the runs were trained and tested on, float64.
        start: Where they started, float64.
        weights: Final weights with the bias in the last row, (runs, d + 1, models), float64.

    Returns:
        Per name a number for each run and model, (runs, models):

        - null_start, null_norm, row_norm: ‖w⊥(0)‖, ‖w⊥‖ and ‖w∥‖ with respect to the rows of X;
        - null_predicted: |factor|·‖w⊥(0)‖, and null_error: ‖w⊥ − factor·w⊥(0)‖ / ‖w⊥(0)‖;
        - ridge_norm: ‖w*(λ)‖, and norm_predicted: √(null_predicted² + ridge_norm²);
        - path_norm, path_test_loss: where descent on the whole training set would end;
        - part_…: the parts of the expected test loss, as `testloss.TestLoss` names them.
    """
    first = settings[0]
    decays = [setting.weight_decay for setting in settings]
    seen = IMPLEMENTATIONS[first.implementation].theory
    matched = [theory.match_conventions(first.lr, each, seen.loss_scale) for each in decays]  # type: ignore[union-attr]  # a decomposed program has a theory
    lr, matched_decays = matched[0][0], [decay for _, decay in matched]
    schedule = (first.epochs, first.n_train, first.batch_size)

    space, spectrum = span_rows(data.x), ridge.factorise(data.x, data.y)
    factor = theory.compute_leftover_factor(
        first.lr,
        decays,
        *schedule,
        short_batch_scaled=seen.short_batch_scaled,  # type: ignore[union-attr]  # it has a theory
    )
    w, b = weights[:, :-1], weights[:, -1]
    null_start, _ = split(space, start.w)
    null, row = split(space, w)
    start_norm = null_start.norm(dim=-2)
    ridge_w, _ = ridge.solve(spectrum, matched_decays)
    null_predicted, ridge_norm = factor.abs() * start_norm, ridge_w.norm(dim=-2)
    path_w, path_b = theory.predict_run(
        data.x,
        data.y,
        start.w,
        start.b.squeeze(-1),
        space=space,
        lr=lr,
        weight_decay=matched_decays,
        epochs=first.epochs,
        batch_size=first.batch_size,
        short_batch_scaled=seen.short_batch_scaled,  # type: ignore[union-attr]  # it has a theory
    )
    path = torch.cat([path_w, path_b.unsqueeze(-2)], dim=-2)
    parts = split_test_loss(
        space,
        w,
        b,
        ridge_w=ridge_w,
        true_w=torch.full_like(w[0, :, :1], first.true_w),
        true_b=first.true_b,
        noise_std=first.noise_std,
    )
    return {
        "null_start": start_norm.expand_as(b),
        "null_norm": null.norm(dim=-2),
        "row_norm": row.norm(dim=-2),
        "null_predicted": null_predicted,
        "null_error": (null - factor * null_start).norm(dim=-2)
        / start_norm.clamp_min(torch.finfo(torch.float64).tiny),
        "ridge_norm": ridge_norm,
        "norm_predicted": theory.predict_norm(null_predicted, ridge_norm),
        "path_norm": path_w.norm(dim=-2),
        "path_test_loss": half_mean_squared_error(
            residuals(with_ones(data.x_test), data.y_test, path)
        ),
        **{f"part_{name}": part for name, part in vars(parts).items()},
    }
