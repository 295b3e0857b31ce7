"""The two ends of the path of optima, λ → 0 and λ → ∞, and where descent at λ = 0 really ends.

For n < d many (w, b) have no loss. The path of ridge ends at the one with the smallest ‖w‖²;
descent from zero, which treats the bias like a weight, at the one with the smallest ‖w‖² + b².
"""

from __future__ import annotations

import torch

from wd.lab.programs import projected
from wd.lab.solutions import ridge
from wd.lab.studies.problem import Numbers, Problem, measure_distance, split_by_scope

LIMITS = (1e-8, 1e-6, 1e-4, 1e-2, 1e2, 1e4, 1e6, 1e8)
"""λ on the way to 0 and to infinity."""


def descend_without_decay(problem: Problem) -> Numbers:
    """Descend from zero at λ = 0, on wide data.

    Returns:
        descent_augmented and descent_interpolator, the distances ‖Δ(w, b)‖/‖w‖ from where
        ‖w‖² + b² is smallest and from the limit λ → 0 of ridge; of descent and of that limit
        (interpolator) the loss, the squared_norm ‖w‖² and the squared_length ‖w‖² + b². All
        (runs,).
    """
    found = projected.descend_to_optimum(problem.x, problem.y, weight_decay=[0.0])
    descent = (found.w, found.b)
    augmented = ridge.settle_undecayed(problem.x, problem.y)
    interpolator = ridge.solve(problem.spectrum, [0.0])
    numbers = {
        "descent_augmented": measure_distance(descent, augmented, augmented[0]),
        "descent_interpolator": measure_distance(descent, interpolator, interpolator[0]),
    }
    for way, (w, b) in (("descent", descent), ("interpolator", interpolator)):
        squared_norm = w.square().sum(1)
        numbers[f"{way}_loss"] = problem.measure_loss(w, b)
        numbers[f"{way}_squared_norm"] = squared_norm
        numbers[f"{way}_squared_length"] = squared_norm + b.square()
    return {name: number.squeeze(-1) for name, number in numbers.items()}


def approach_limits(problem: Problem) -> dict[str, Numbers]:
    """Follow the closed form towards λ = 0 and λ = ∞.

    Returns:
        By scope lambda_λ, (runs,): weight_decay; norm, ‖w*(λ)‖; interpolator_distance,
        ‖w*(λ) − w*(0)‖/‖w*(0)‖; norm_deviation, |λ‖w*(λ)‖/C − 1| with C = ‖∇_w L(0, ȳ)‖, for
        ‖w*‖ falls like C/λ.
    """
    decay = torch.tensor(LIMITS, dtype=torch.float64)
    w, _ = ridge.solve(problem.spectrum, decay)
    interpolator, _ = ridge.solve(problem.spectrum, [0.0])
    norm = w.norm(dim=1)
    pull = problem.spectrum.pull.norm(dim=-1, keepdim=True)
    numbers = {
        "weight_decay": decay.expand_as(norm),
        "norm": norm,
        "interpolator_distance": (w - interpolator).norm(dim=1) / interpolator.norm(dim=1),
        "norm_deviation": (decay * norm / pull - 1).abs(),
    }
    return split_by_scope([f"lambda_{each:.0e}" for each in LIMITS], numbers)
