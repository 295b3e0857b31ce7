"""What to pass for λ: each library's own optimiser or solver, against the closed form.

All are to minimise ½·mean squared error + (λ/2)‖w‖², the bias free, and all are really run. Wrong
conversions are run too, and held against the closed form of the λ that they amount to.

The problem belongs to the chapter's family but is small and tall, so that every optimiser settles
in bounded time. Full batches, float64, from zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from sklearn.linear_model import LinearRegression, Ridge
from torch import Tensor
from torch.nn.functional import mse_loss
from torch.optim import SGD, Adam, AdamW, Optimizer

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.solutions.ridge import solve
from wd.lab.studies.facts import Fact, list_facts
from wd.lab.studies.problem import Problem, draw
from wd.lab.studies.thread import one_thread
from wd.lab.theory import rowspace, stability

N_TRAIN, N_FEATURES = 40, 10
"""Four times as many examples as features: the flattest direction still has 1/10 of the largest
curvature, and the undecayed solution is unique."""
ASKED = 0.5
"""λ: large enough that a factor of 2 shows, small enough that w* isn't 0."""
PLAIN_STEPS = 400
"""The flattest direction's error falls below rounding in half as many."""
ADAPTIVE_STEPS = 1500
FADE = 0.995
"""What is left of η after each step of Adam and AdamW, whose steps don't shrink by themselves."""


def half(y_hat: Tensor, y: Tensor) -> Tensor:
    """Half the mean squared error, the loss of this report."""
    return mse_loss(y_hat, y) / 2


@dataclass(frozen=True)
class Recipe:
    """A way to minimise the penalised loss with a torch optimiser.

    Attributes:
        optimiser: The library's class.
        loss: Of predictions and targets.
        passed: What is passed as weight_decay.
        amounts_to: The λ for which this minimises the objective; None if there is none.
        share: η in units of what suits the loss with ½.
    """

    optimiser: type[Optimizer]
    loss: Callable[[Tensor, Tensor], Tensor]
    passed: float
    amounts_to: float | None
    share: float = 1.0


RECIPES: Mapping[str, Recipe] = {
    "sgd_half_mse": Recipe(SGD, half, ASKED, ASKED),
    "sgd_mse": Recipe(SGD, mse_loss, 2 * ASKED, ASKED, 0.5),
    "sgd_mse_unconverted": Recipe(SGD, mse_loss, ASKED, ASKED / 2, 0.5),
    "adam_l2": Recipe(Adam, half, ASKED, ASKED),
    "adamw": Recipe(AdamW, half, ASKED, None),
}


def check(setting: Setting, seeds: Sequence[int]) -> Iterator[Fact]:
    """Minimise by every convention.

    Args:
        setting: Scales of the data, and the sizes of the wide ones.
        seeds: One data set each.

    Yields:
        Per scope, the names of `RECIPES`, ridge, ridge_unconverted, linear_regression and, on
        data of the setting's own sizes, wide_ridge and wide_linear_regression: asked, the λ of
        the objective; passed, what the library was given for it (absent for LinearRegression);
        amounts_to, the λ whose minimiser it finds (absent for AdamW); and ‖w − w*‖/‖w*‖ from the
        closed form: distance at asked, own_distance at amounts_to, undecayed_distance at λ = 0.
        In the scope first_step: adam_adamw, see `compare_first_steps`.
    """
    small = draw(replace(setting, n_train=N_TRAIN, n_features=N_FEATURES), seeds)
    with one_thread():
        for scope, recipe in RECIPES.items():
            w = minimise(recipe, small)
            numbers = _compare(small, w, ASKED, recipe.amounts_to)
            yield from list_facts(scope, seeds, numbers | {"passed": recipe.passed})
        numbers = compare_first_steps(setting.lr, small, seeds)
        yield from list_facts("first_step", seeds, numbers)
    for prefix, problem in (("", small), ("wide_", draw(setting, seeds))):
        n = problem.x.shape[1]
        for scope, alpha in (("ridge", n * ASKED), ("ridge_unconverted", ASKED)):
            w = _fit(Ridge(alpha=alpha, solver="svd"), problem)
            numbers = _compare(problem, w, ASKED, alpha / n)
            yield from list_facts(prefix + scope, seeds, numbers | {"passed": alpha})
        numbers = _compare(problem, _fit(LinearRegression(), problem), 0.0, 0.0)
        yield from list_facts(f"{prefix}linear_regression", seeds, numbers)


def minimise(recipe: Recipe, problem: Problem) -> Tensor:
    """Run a recipe's optimiser from zero, the bias in a group of its own without decay.

    The data sets are optimised side by side: the losses are summed, and no optimiser here lets
    one parameter's gradient touch another's.

    Returns:
        The final w, (runs, d).
    """
    if recipe.optimiser is SGD:
        limit = stability.find_limit(rowspace.span_rows(problem.x), [recipe.amounts_to])
        lr, steps, fade = limit.min().item() / 2, PLAIN_STEPS, 1.0
    else:  # their steps have the size of η, whatever the gradient
        undecayed, _ = solve(problem.spectrum, [0.0])
        lr, steps, fade = undecayed.abs().max().item(), ADAPTIVE_STEPS, FADE
    w = torch.zeros_like(problem.x[:, :1].mT, requires_grad=True)
    b = torch.zeros_like(problem.y[:, :1], requires_grad=True)
    optimiser = _build(recipe, w, b, recipe.share * lr)
    for _ in range(steps):
        _step(recipe, optimiser, problem, w, b)
        for group in optimiser.param_groups:
            group["lr"] *= fade
    return w.detach().squeeze(-1)


def compare_first_steps(lr: float, problem: Problem, seeds: Sequence[int]) -> dict[str, Tensor]:
    """Take one step with Adam (L2) and one with AdamW from the same standard normal weights.

    Returns:
        adam_adamw, the difference of both steps relative to Adam's: ‖Δw‖/‖w − w(0)‖, (runs,).
    """
    start = torch.stack([normals(seed, "w", N_FEATURES, 1) for seed in seeds])
    ends = []
    for name in ("adam_l2", "adamw"):
        w = start.clone().requires_grad_()
        b = torch.zeros_like(problem.y[:, :1], requires_grad=True)
        _step(RECIPES[name], _build(RECIPES[name], w, b, lr), problem, w, b)
        ends.append(w.detach())
    gap = (ends[0] - ends[1]).norm(dim=1) / (ends[0] - start).norm(dim=1)
    return {"adam_adamw": gap.squeeze(-1)}


def _build(recipe: Recipe, w: Tensor, b: Tensor, lr: float) -> Optimizer:
    groups = [{"params": [w], "weight_decay": recipe.passed}, {"params": [b], "weight_decay": 0.0}]
    return recipe.optimiser(groups, lr=lr, foreach=False)


def _step(recipe: Recipe, optimiser: Optimizer, problem: Problem, w: Tensor, b: Tensor) -> None:
    optimiser.zero_grad()
    (len(w) * recipe.loss(problem.x @ w + b, problem.y)).backward()
    optimiser.step()


def _fit(model: Ridge | LinearRegression, problem: Problem) -> Tensor:
    data = zip(problem.x.numpy(), problem.y.squeeze(-1).numpy(), strict=True)
    return torch.from_numpy(np.stack([model.fit(x, y).coef_ for x, y in data]))


def _compare(
    problem: Problem, w: Tensor, asked: float, amounts_to: float | None
) -> dict[str, Tensor | float]:
    def measure(weight_decay: float) -> Tensor:
        exact = solve(problem.spectrum, [weight_decay])[0].squeeze(-1)
        return (w - exact).norm(dim=1) / exact.norm(dim=1)

    numbers = {
        "asked": asked,
        "distance": measure(asked),
        "undecayed_distance": measure(0.0),
    }
    if amounts_to is not None:
        numbers |= {"amounts_to": amounts_to, "own_distance": measure(amounts_to)}
    return numbers
