"""Where descent from zero ends without decay, beside the limit λ → 0 of ridge.

For n < d many (w, b) have no loss. The path of ridge ends at the one with the smallest ‖w‖²;
descent from zero, which treats the bias like a weight, at the one with the smallest ‖w‖² + b².
"""

from __future__ import annotations

from collections.abc import Sequence

from wd.config import Setting
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import ridge
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.studies.problem import draw, measure_distance
from wd.lab.theory.descent import descend_to_optimum


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Descend from zero at λ = 0 on wide data.

    Args:
        settings: One.
        seeds: One data set each.

    Returns:
        The setting with descent_augmented and descent_interpolator, the distances ‖Δ(w, b)‖/‖w‖
        from where ‖w‖² + b² is smallest and from the limit λ → 0 of ridge; of descent and of that
        limit (interpolator) the loss at the end, ‖w‖² (squared_norm) and ‖w‖² + b²
        (squared_length).
    """
    return measure_in_tiles(settings, seeds, 1, _compare)


def _compare(settings: Sequence[Setting], seed: int) -> Numbers:
    problem = draw(settings[0], seed)
    found = descend_to_optimum(problem.x, problem.y, weight_decay=[0.0])
    descent = (found.w, found.b)
    augmented = ridge.settle_undecayed(problem.x, problem.y)
    interpolator = ridge.solve(problem.spectrum, [0.0])
    numbers = {
        "descent_augmented": measure_distance(descent, augmented, augmented[0]),
        "descent_interpolator": measure_distance(descent, interpolator, interpolator[0]),
    }
    for way, (w, b) in (("descent", descent), ("interpolator", interpolator)):
        squared_norm = w.square().sum(1)
        numbers[f"{way}_end_loss"] = problem.measure_loss(w, b)
        numbers[f"{way}_squared_norm"] = squared_norm
        numbers[f"{way}_squared_length"] = squared_norm + b.square()
    return numbers
