"""What to pass for λ: each library's own optimiser or solver, against the closed form.

All are to minimise ½·mean squared error + (λ/2)‖w‖², the bias free, and all are really run. Wrong
conversions are run too, and held against the closed form of the λ that they amount to.

Full batches, float64, from zero. Optimisers settle in bounded time on data that are small and tall;
with four times as many examples as features the flattest direction still has a tenth of the largest
curvature, and the undecayed solution is unique.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import lsq_linear
from sklearn.linear_model import LinearRegression, Ridge
from torch import Tensor
from torch.nn.functional import mse_loss
from torch.optim import SGD, Adam, AdamW, Optimizer

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.solutions.ridge import solve
from wd.lab.studies.company import list_outcomes, one_thread
from wd.lab.studies.problem import Problem, draw
from wd.lab.theory import rowspace, stability

PLAIN_STEPS = 400
"""The flattest direction's error falls below rounding in half as many."""
ADAPTIVE_STEPS = 1500
FADE = 0.995
"""What is left of η after each step of Adam and AdamW, whose steps don't shrink by themselves."""


def mse(y_hat: Tensor, y: Tensor) -> Tensor:
    """The mean squared error of each data set, summed: no gradient sees another's data."""
    return mse_loss(y_hat, y, reduction="none").mean(dim=1).sum()


def half_mse(y_hat: Tensor, y: Tensor) -> Tensor:
    """Half of it, the loss of this report."""
    return mse(y_hat, y) / 2


@dataclass(frozen=True)
class Recipe:
    """A way to minimise the penalised loss with a torch optimiser.

    Attributes:
        optimiser: The library's class.
        loss: Of predictions and targets.
        passed: What is passed as weight_decay, as a multiple of λ.
        amounts_to: The multiple of λ for which this minimises the objective; None if there is none.
        share: η in units of what suits the loss with ½.
    """

    optimiser: type[Optimizer]
    loss: Callable[[Tensor, Tensor], Tensor]
    passed: float = 1.0
    amounts_to: float | None = 1.0
    share: float = 1.0


RECIPES: Mapping[str, Recipe] = {
    "sgd_half_mse": Recipe(SGD, half_mse),
    "sgd_mse": Recipe(SGD, mse, passed=2.0, share=0.5),
    "sgd_mse_unconverted": Recipe(SGD, mse, amounts_to=0.5, share=0.5),
    "adam_l2": Recipe(Adam, half_mse),
    "adamw": Recipe(AdamW, half_mse, amounts_to=None),
}


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Minimise by one convention.

    Args:
        settings: One, with the convention and the λ that is asked of it.
        seeds: One data set each.

    Returns:
        The setting with passed, what the library was given for λ (absent for LinearRegression);
        amounts_to, the λ whose minimiser it finds (absent for AdamW); and ‖w − w*‖/‖w*‖ from the
        closed form: distance at the λ that was asked, own_distance at amounts_to,
        undecayed_distance at λ = 0. LinearRegression can be asked for λ = 0 alone. Of adamw also
        box_distance, the same from `solve_in_box`, and first_step_from_adam, see
        `compare_first_steps`.
    """
    (setting,) = settings
    name, asked, n = setting.convention, setting.weight_decay, setting.n_train
    with one_thread():
        problems = [draw(setting, seed) for seed in seeds]
        if name in RECIPES:
            recipe = RECIPES[name]
            passed = recipe.passed * asked
            amounts_to = math.nan if recipe.amounts_to is None else recipe.amounts_to * asked
            w = minimise(recipe, asked, problems)
        elif name == "linear_regression":
            passed, asked, amounts_to = math.nan, 0.0, 0.0
            w = _fit(LinearRegression(), problems)
        else:
            passed = asked if name == "ridge_unconverted" else n * asked
            amounts_to = passed / n
            w = _fit(Ridge(alpha=passed, solver="svd"), problems)
        numbers = {
            "passed": torch.full_like(w[:, 0], passed),
            "amounts_to": torch.full_like(w[:, 0], amounts_to),
            "distance": _measure_distance(problems, w, asked),
            "own_distance": _measure_distance(problems, w, amounts_to),
            "undecayed_distance": _measure_distance(problems, w, 0.0),
        }
        if name == "adamw":
            numbers["box_distance"] = _compare(w, solve_in_box(problems, asked))
            numbers["first_step_from_adam"] = compare_first_steps(setting, problems, seeds)
    return list_outcomes(settings, seeds, {key: each[:, None] for key, each in numbers.items()})


def minimise(recipe: Recipe, weight_decay: float, problems: Sequence[Problem]) -> Tensor:
    """Run a recipe's optimiser from zero for some λ, the bias in a group without decay.

    Returns:
        The final w, (runs, d).
    """
    if recipe.optimiser is SGD:
        decay = [recipe.amounts_to * weight_decay]  # type: ignore[operator]  # a recipe of an optimiser has it
        spaces = (rowspace.span_rows(problem.x) for problem in problems)
        lr = [stability.find_limit(space, decay).item() / 2 for space in spaces]
        steps, fade = PLAIN_STEPS, 1.0
    else:  # their steps have the size of η, whatever the gradient
        lr = [
            min(solve(problem.spectrum, [0.0])[0].abs().max().item(), _reach(weight_decay))
            for problem in problems
        ]
        steps, fade = ADAPTIVE_STEPS, FADE
    start = torch.cat([torch.zeros_like(problem.x[:, 0]) for problem in problems])
    descent = Descent(recipe, weight_decay, problems, start, lr)
    for _ in range(steps):
        descent.step(fade)
    return descent.w


def compare_first_steps(
    setting: Setting, problems: Sequence[Problem], seeds: Sequence[int]
) -> Tensor:
    """Take one step with Adam (L2) and one with AdamW from the same standard normal weights.

    Returns:
        The difference of both steps relative to Adam's: ‖Δw‖/‖w − w(0)‖, (runs,).
    """
    start = torch.stack([normals(seed, "w", setting.n_features) for seed in seeds])
    ends = []
    for name in ("adam_l2", "adamw"):
        rates = [setting.lr] * len(problems)
        descent = Descent(RECIPES[name], setting.weight_decay, problems, start, rates)
        descent.step()
        ends.append(descent.w)
    return (ends[0] - ends[1]).norm(dim=1) / (ends[0] - start).norm(dim=1)


def solve_in_box(problems: Sequence[Problem], weight_decay: float) -> Tensor:
    """Minimise the loss under |wⱼ| ≤ 1/λ for every weight, the bias free.

    Returns:
        w, (runs, d).

    References:
        Xie and Li, Implicit bias of AdamW: ℓ∞-norm constrained optimization, ICML 2024 (full-batch
        AdamW, if it converges, does so to such a minimiser).
    """
    bound = _reach(weight_decay)
    found = []
    for problem in problems:
        x, y = (each[0] - each[0].mean(dim=0) for each in (problem.x, problem.y))
        fit = lsq_linear(x.numpy(), y[:, 0].numpy(), (-bound, bound), method="bvls", tol=1e-14)
        found.append(torch.from_numpy(fit.x))
    return torch.stack(found)


def _reach(weight_decay: float) -> float:
    """How large a weight can be where AdamW rests, 1/λ."""
    return 1 / weight_decay if weight_decay else math.inf


class Descent:
    """Some data sets that are optimised side by side, each with an η of its own.

    No optimiser here lets one parameter's gradient touch another's. Its parameters and gradients
    are views of those that all data sets share.

    Attributes:
        w: Weights, (runs, d).
    """

    def __init__(
        self,
        recipe: Recipe,
        weight_decay: float,
        problems: Sequence[Problem],
        start: Tensor,
        lr: Sequence[float],
    ) -> None:
        """Start from weights (runs, d) and zero biases, with η for the loss with ½."""
        self._x, self._y = (
            torch.cat(parts)
            for parts in zip(*((each.x, each.y.squeeze(-1)) for each in problems), strict=True)
        )
        self._loss = recipe.loss
        self.w = start.clone()
        self._parameters = [
            each.detach().requires_grad_() for each in (self.w, torch.zeros_like(self._y[:, :1]))
        ]
        for each in self._parameters:
            each.grad = torch.zeros_like(each)
        decays = (recipe.passed * weight_decay, 0.0)
        groups = [
            {"params": [_view(each, run)], "weight_decay": decay, "lr": recipe.share * rate}
            for run, rate in enumerate(lr)
            for each, decay in zip(self._parameters, decays, strict=True)
        ]
        self._optimiser = recipe.optimiser(groups, foreach=False)  # type: ignore[call-arg]  # an optimiser of torch.optim has it

    def step(self, fade: float = 1.0) -> None:
        """Take one step, and leave so much of η for the next."""
        for each in self._parameters:
            each.grad.zero_()  # type: ignore[union-attr]  # there is a gradient after a step
        w, b = self._parameters
        # a matrix product would round by where in memory a data set begins
        self._loss((self._x * w.unsqueeze(1)).sum(dim=-1) + b, self._y).backward()
        self._optimiser.step()
        for group in self._optimiser.param_groups:
            group["lr"] *= fade


def _view(parameter: Tensor, run: int) -> Tensor:
    """One run of a parameter and of its gradient, as a parameter of its own."""
    view = parameter.detach()[run].requires_grad_()
    view.grad = parameter.grad[run]  # type: ignore[index]  # there is a gradient
    return view


def _fit(model: Ridge | LinearRegression, problems: Sequence[Problem]) -> Tensor:
    fits = (model.fit(each.x[0].numpy(), each.y[0, :, 0].numpy()) for each in problems)
    return torch.from_numpy(np.stack([fit.coef_ for fit in fits]))


def _measure_distance(problems: Sequence[Problem], w: Tensor, weight_decay: float) -> Tensor:
    """Return ‖w − w*(λ)‖/‖w*(λ)‖, (runs,); NaN for a λ that is."""
    if math.isnan(weight_decay):
        return torch.full_like(w[:, 0], torch.nan)
    exact = torch.cat([solve(each.spectrum, [weight_decay])[0].squeeze(-1) for each in problems])
    return _compare(w, exact)


def _compare(w: Tensor, exact: Tensor) -> Tensor:
    return (w - exact).norm(dim=1) / exact.norm(dim=1)
