"""The update rule by three ways: the formula, autograd on the penalised loss, torch.optim.

Algebra says that w ← w − ηλw − η∇L is one step of descent on L + (λ/2)‖w‖², and that it is what
torch.optim.SGD calls weight_decay. In floating point the ways round differently, by a few units in
the last place of the largest parameter and no more; of smaller ones cancellation leaves fewer
digits, whatever the way. The formula is the lab's own scratch program, so that a wrong λ in it
shows here; whole runs of it and of torch.optim are compared as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from wd.config import Setting
from wd.lab.data import Examples, Start, draw_examples, draw_start
from wd.lab.objective import drop_zeros, join_ones
from wd.lab.programs.concise import Concise
from wd.lab.programs.scratch import Scratch
from wd.lab.studies.facts import Fact, list_facts
from wd.lab.studies.thread import one_thread
from wd.lab.theory import prediction as theory
from wd.lab.theory.rowspace import span_rows, split

DTYPES = ("float32", "float64")
STEP_DECAYS = (0.0, 3.0, 30.0)
RUN_DECAYS = (0.0, 3.0)


def check(setting: Setting, seeds: Sequence[int]) -> Iterator[Fact]:
    """Take the first step, and then all steps, of the runs of some seeds.

    Args:
        setting: Sizes, η, batch size and epochs of the runs.
        seeds: One run each.

    Yields:
        Per scope dtype_λ: formula_autograd, formula_optim and autograd_optim, the largest
        difference of a parameter after one step, in units in the last place of the largest.
        Per scope run_dtype_λ: scratch_concise, the distance ‖Δ(w, b)‖/‖(w, b)‖ of both programs
        after a whole run under matched conventions; null_error, ‖w⊥ − factor·w⊥(0)‖/‖w⊥(0)‖ of
        scratch.
    """
    setting = replace(setting, batch_size=min(setting.batch_size, setting.n_train))
    for dtype in DTYPES:
        kind = getattr(torch, dtype)
        data, start = draw_examples(setting, seeds, kind), draw_start(setting, seeds, kind)
        for weight_decay in STEP_DECAYS:
            asked = replace(setting, weight_decay=weight_decay)
            steps = step_by_three_ways(asked, data, start)
            gaps = {
                f"{one}_{other}": count_ulps(steps[one], steps[other])
                for one, other in combinations(steps, 2)
            }
            yield from list_facts(f"{dtype}_{weight_decay:g}", seeds, gaps)
        whole = compare_whole_runs(setting, RUN_DECAYS, data, start)
        for model, weight_decay in enumerate(RUN_DECAYS):
            gaps = {name: gap[:, model] for name, gap in whole.items()}
            yield from list_facts(f"run_{dtype}_{weight_decay:g}", seeds, gaps)


def step_by_three_ways(setting: Setting, data: Examples, start: Start) -> dict[str, Tensor]:
    """Take every run's first step, on the first batch of its first epoch.

    Args:
        setting: With η, λ and a batch size of at most n.
        data: Of all runs.
        start: Of all runs.

    Returns:
        By way, "formula", "autograd" and "optim": the parameters, bias last, (runs, d + 1).
    """
    x, y = _take(data, start.order[:, 0, : setting.batch_size])
    formula = Scratch(start.w, start.b, [setting], 1)
    formula.step(join_ones(x), y)

    w, b = _leaf(start.w), _leaf(start.b)
    _sum_losses(x, y, w, b).add(setting.weight_decay / 2 * w.square().sum()).backward()
    autograd = [(each - setting.lr * each.grad).detach() for each in (w, b)]

    w, b = _leaf(start.w), _leaf(start.b)
    groups = [{"params": [w], "weight_decay": setting.weight_decay}, {"params": [b]}]
    optimiser = torch.optim.SGD(groups, lr=setting.lr)
    _sum_losses(x, y, w, b).backward()
    optimiser.step()

    return {
        "formula": drop_zeros(formula.weights, x.shape[-1]).squeeze(-1),
        "autograd": torch.cat(autograd, dim=1).squeeze(-1),
        "optim": torch.cat([w, b], dim=1).detach().squeeze(-1),
    }


def count_ulps(one: Tensor, other: Tensor) -> Tensor:
    """Return max|one − other| in units in the last place of max|one|.

    Args:
        one: Parameters, (runs, d + 1), float32 or float64.
        other: The same in another way.

    Returns:
        Units per run, (runs,), float64.
    """
    largest = one.abs().amax(-1)
    unit = torch.nextafter(largest, torch.full_like(largest, torch.inf)) - largest
    return (one.double() - other.double()).abs().amax(-1) / unit.double()


def compare_whole_runs(
    setting: Setting, weight_decay: Sequence[float], data: Examples, start: Start
) -> dict[str, Tensor]:
    """Train both programs from the same start on the same batches, conventions matched.

    Concise gets η/2 and 2λ, for which scratch at (η, λ) is the same descent; it starts from
    scratch's bias. That holds as long as all batches are full.

    Args:
        setting: Of scratch, λ aside.
        weight_decay: λ of scratch, one per model.
        data: Of all runs.
        start: Of all runs.

    Returns:
        scratch_concise and null_error as in `check`, (runs, models).
    """
    ours = [replace(setting, weight_decay=decay) for decay in weight_decay]
    theirs = [replace(each, lr=each.lr / 2, weight_decay=2 * each.weight_decay) for each in ours]
    scratch = Scratch(start.w, start.b, ours, len(ours))
    concise = Concise(start.w, start.b, theirs, len(ours))
    ones = replace(data, x=join_ones(data.x))
    with one_thread():
        for epoch in range(setting.epochs):
            order = start.order[:, epoch % start.order.shape[1]]
            for batch in order.split(setting.batch_size, dim=1):
                x, y = _take(ones, batch)
                scratch.step(x, y)
                concise.step(x, y)
    d = setting.n_features
    ended, other = (drop_zeros(each.weights, d).double() for each in (scratch, concise))
    schedule = (setting.epochs, setting.n_train, setting.batch_size)
    factor = theory.compute_leftover_factor(
        setting.lr, weight_decay, *schedule, short_batch_scaled=True
    )
    space = span_rows(data.x.double())
    null_start, null_end = split(space, start.w)[0], split(space, ended[:, :-1])[0]
    return {
        "scratch_concise": (ended - other).norm(dim=1) / ended.norm(dim=1),
        "null_error": (null_end - factor * null_start).norm(dim=1) / null_start.norm(dim=1),
    }


def _take(data: Examples, members: Tensor) -> tuple[Tensor, Tensor]:
    """Pick each run's own examples, (runs, m): x (runs, m, …) and y (runs, m, 1)."""
    rows = torch.arange(len(members)).unsqueeze(1)
    return data.x[rows, members], data.y[rows, members]


def _sum_losses(x: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Half the mean squared error of each run, summed: no run's gradient sees another's."""
    return len(x) * mse_loss(x @ w + b, y) / 2


def _leaf(start: Tensor) -> Tensor:
    return start.clone().requires_grad_()
