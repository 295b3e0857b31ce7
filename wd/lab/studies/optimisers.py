"""Optimisers with weight decay, each really run: where it ends, and what is left of the start.

Full batches, float64. The steps are those of torch.optim; what it doesn't have, decay apart from
the gradient for SGD, independent of the learning rate, or cautious, is put around them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.solutions import ridge
from wd.lab.studies.company import one_thread, pad
from wd.lab.studies.conventions import solve_in_box
from wd.lab.studies.problem import Problem, draw
from wd.lab.theory import optimisers as theory
from wd.lab.theory import rowspace
from wd.lab.theory.rowspace import RowSpace

POINTS = 80
"""In so many parts a path is recorded."""
COORDINATES = 2
"""Of so many weights it is recorded where they end."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Run an optimiser from init_std times standard normal weights and a zero bias.

    Args:
        settings: One.
        seeds: A data set and a start each.

    Returns:
        The setting with end_norm, ‖w‖ at the end, and

        - resting_decay: the λ whose optimum theory says is the point of rest; absent where it is
          none's;
        - rest_distance: ‖w − w*‖/‖w*‖ from the point that theory says, of decoupled Adam the least
          squares in the box |wⱼ| ≤ 1/λ; absent where that isn't the only one;
        - asked_distance, undecayed_distance: the same from the optima of λ and of 0;
        - resting_weights: of the first coordinates, where they ended, and where theory says they
          rest;

        and where there are directions that the data leave alone

        - leftover: ‖w⊥‖/‖w⊥(0)‖, and leftover_path, the same along the way;
        - predicted_leftover: what theory says; exact but for Adam, where it neglects the data;
        - leftover_error: ‖w⊥ − f·w⊥(0)‖/‖f·w⊥(0)‖, where theory names a factor f.
    """
    (setting,) = settings
    with one_thread():
        whole = pad(seeds, 2)  # a batch of one rounds differently
        problems = [draw(setting, seed) for seed in whole]
        start = torch.stack([normals(seed, "w", setting.n_features) for seed in whole])
        start = setting.init_std * start
        rates = theory.list_rates(setting.lr, setting.epochs, setting.schedule)
        shown = sorted({round(part * len(rates) / POINTS) for part in range(POINTS + 1)})
        path, descent = [start], Descent(setting, problems, start)
        for step, lr in enumerate(rates, start=1):
            descent.step(lr)
            if step in shown:
                path.append(descent.w.detach().clone())
        numbers, series = {"end_norm": path[-1].norm(dim=1)}, {}
        point = _find_rest(setting, problems, start)
        numbers |= _measure_rest(setting, problems, path[-1], point)
        if point is not None:
            both = torch.stack([path[-1], point], dim=2)[:, :COORDINATES]
            series["resting_weights"] = _number(range(1, both.shape[1] + 1), both)
        if setting.n_train < setting.n_features:
            spaces = [rowspace.span_rows(problem.x) for problem in problems]
            left = [_take_leftover(spaces, w) for w in path]
            numbers |= _measure_leftover(setting, rates, spaces, start, left)
            shares = torch.stack([each.norm(dim=1) for each in left], dim=1)
            series["leftover_path"] = _number(shown, (shares / shares[:, :1]).unsqueeze(2))
    runs = len(seeds)
    outcomes = Outcomes(
        list(seeds),
        measures={name: each[:runs].numpy() + 0.0 for name, each in numbers.items()},
        series={
            name: points[:runs].numpy() + 0.0
            for name, points in series.items()
            if bool(points.isfinite().all())
        },
    )
    return [(setting, outcomes)]


class Descent:
    """Some data sets that one of torch's optimisers works on side by side, full batch.

    Its steps take each coordinate by itself, so that one parameter can hold them all. The gradient
    is written down: Zᵀ(Zp − y)/n for p = (w, b) and Z = [X 1].

    Attributes:
        w: Weights, (runs, d).
        b: Biases, (runs, 1).
    """

    def __init__(self, setting: Setting, problems: Sequence[Problem], start: Tensor) -> None:
        """Start from weights (runs, d) and zero biases."""
        self._z, self._y = map(torch.cat, zip(*map(_compress, problems), strict=True))
        self._zt = self._z.mT.contiguous()
        self._p = torch.cat([start, torch.zeros_like(start[:, :1])], dim=1)
        self._gradient = torch.zeros_like(self._p)
        self.w, self.b = (part.requires_grad_() for part in (self._p[:, :-1], self._p[:, -1:]))
        self.w.grad, self.b.grad = self._gradient[:, :-1], self._gradient[:, -1:]
        self._form, self._decay = setting.decay_form, setting.weight_decay
        self._optimiser = make_optimiser(setting, self.w, self.b)

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Take one step with the learning rate η."""
        for group in self._optimiser.param_groups:
            group["lr"] = lr
        residuals = torch.baddbmm(self._y, self._z, self._p.unsqueeze(-1), beta=-1)
        torch.bmm(self._zt, residuals, out=self._gradient.unsqueeze(-1))
        before = self.w.clone()
        self._optimiser.step()
        if self._form == "cautious":
            self.w.sub_(lr * self._decay * torch.where((before - self.w) * before >= 0, before, 0))
        elif self._form == "independent":
            self.w.sub_(self._decay * before)
        elif self._form == "decoupled" and not isinstance(self._optimiser, AdamW):
            self.w.sub_(lr * self._decay * before)


def make_optimiser(setting: Setting, w: Tensor, b: Tensor) -> Optimizer:
    """Make torch's optimiser for weights and an undecayed bias, with λ where it has that form."""
    l2 = setting.decay_form == "l2"
    if setting.optimiser == "adam":
        kind = AdamW if setting.decay_form == "decoupled" else Adam
        options = {"betas": (theory.BETA1, setting.beta2)}
    else:
        kind, nesterov = SGD, setting.optimiser == "nesterov" and setting.momentum > 0  # type: ignore[assignment]  # any optimiser
        options = {"momentum": setting.momentum, "nesterov": nesterov}
    passed = setting.weight_decay if l2 or kind is AdamW else 0.0
    groups = [{"params": [w], "weight_decay": passed}, {"params": [b], "weight_decay": 0.0}]
    return kind(groups, lr=setting.lr, foreach=False, **options)  # type: ignore[arg-type]  # numbers and pairs of them, as it takes


def _compress(problem: Problem) -> tuple[Tensor, Tensor]:
    """Return Z/√n (1, rows, d + 1) and y/√n (1, rows, 1), in no more rows than the gradient needs.

    Of Z = QR the gradient Zᵀ(Zp − y) needs R and Qᵀy only: Rᵀ(Rp − Qᵀy).
    """
    z = torch.cat([problem.x, torch.ones_like(problem.y)], dim=2)
    y, scale = problem.y, math.sqrt(problem.y.shape[1])
    if z.shape[1] > z.shape[2]:
        q, r = torch.linalg.qr(z)
        z, y = r, q.mT @ y
    return z / scale, y / scale


def _number(index: Sequence[int], points: Tensor) -> Tensor:
    """Put an index before the columns of points: (runs, points, k) → (runs, points, 1 + k)."""
    column = torch.tensor(list(index), dtype=points.dtype)[:, None]
    return torch.cat([column.expand(len(points), -1, 1), points], dim=2)


def _find_rest(setting: Setting, problems: Sequence[Problem], start: Tensor) -> Tensor | None:
    """Return the point at which theory says the optimiser rests, (runs, d), if it says one."""
    tall, decay = setting.n_train > setting.n_features, _name_decay(setting)
    if setting.decay_form == "independent" and setting.schedule != "constant":
        return None
    if decay > 0 or (decay == 0 and tall):
        return _solve(problems, decay)
    if setting.optimiser == "adam":
        return solve_in_box(problems, _name_pace(setting)) if math.isnan(decay) and tall else None
    if setting.weight_decay:
        return None
    pairs = zip(problems, start, strict=True)
    ends = [
        ridge.settle_undecayed(each.x, each.y, w[None, :, None], torch.zeros_like(w[:1, None]))[0]
        for each, w in pairs
    ]
    return torch.cat(ends).squeeze(-1)


def _measure_rest(
    setting: Setting, problems: Sequence[Problem], w: Tensor, point: Tensor | None
) -> dict[str, Tensor]:
    exact = {
        "asked_distance": _solve(problems, setting.weight_decay),
        "undecayed_distance": _solve(problems, 0.0),
    }
    if point is not None:
        exact["rest_distance"] = point
    return {
        "resting_decay": torch.full_like(w[:, 0], _name_decay(setting)),
        **{name: (w - each).norm(dim=1) / each.norm(dim=1) for name, each in exact.items()},
    }


def _name_decay(setting: Setting) -> float:
    return theory.find_resting_decay(
        setting.optimiser, setting.decay_form, setting.weight_decay, setting.momentum, setting.lr
    )


def _name_pace(setting: Setting) -> float:
    """Return what decays the weights apart from the gradient, per unit of η."""
    share = setting.lr if setting.decay_form == "independent" else 1.0
    return setting.weight_decay / share


def _solve(problems: Sequence[Problem], weight_decay: float) -> Tensor:
    """Return the penalised optimum of each data set, (runs, d)."""
    found = (ridge.solve(problem.spectrum, [weight_decay])[0] for problem in problems)
    return torch.cat([w.squeeze(-1) for w in found])


def _take_leftover(spaces: Sequence[RowSpace], w: Tensor) -> Tensor:
    """Return what each data set doesn't see of its weights (runs, d)."""
    pairs = zip(spaces, w, strict=True)
    return torch.stack([rowspace.split(space, one[None, :, None])[0] for space, one in pairs])[
        :, 0, :, 0
    ]


def _measure_leftover(
    setting: Setting,
    rates: Sequence[float],
    spaces: Sequence[RowSpace],
    start: Tensor,
    left: Sequence[Tensor],
) -> dict[str, Tensor]:
    """Compare what is left at the end with what theory says."""
    scale = left[0].norm(dim=1)
    leftover = left[-1].norm(dim=1) / scale
    numbers = {"leftover": leftover}
    form = setting.decay_form
    if form == "l2" and setting.optimiser == "adam":
        alone = (
            theory.shrink_by_adam(start, rates, setting.beta2) if setting.weight_decay else start
        )
        numbers["predicted_leftover"] = _take_leftover(spaces, alone).norm(dim=1) / scale
    elif form != "cautious":
        factor = theory.follow_leftover(
            rates,
            form,
            setting.weight_decay,
            setting.momentum if setting.optimiser != "adam" else 0.0,
            nesterov=setting.optimiser == "nesterov",
        )
        numbers["predicted_leftover"] = torch.full_like(scale, abs(factor))
        expected = factor * left[0]
        numbers["leftover_error"] = (left[-1] - expected).norm(dim=1) / expected.norm(dim=1)
    return numbers
