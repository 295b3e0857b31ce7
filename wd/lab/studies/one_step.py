"""The update rule by three ways: the formula, autograd on the penalised loss, torch.optim.

Algebra says that w ← w − ηλw − η∇L is one step of descent on L + (λ/2)‖w‖², and that it is what
torch.optim.SGD calls weight_decay. In floating point the ways round differently, by a few units in
the last place of the largest parameter and no more; of smaller ones cancellation leaves fewer
digits, whatever the way. The formula is the lab's own scratch program, so that a wrong λ in it
shows here; whole runs of it and of torch.optim are compared as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from wd.config import Setting
from wd.lab.data import Start, draw_start, draw_training_set
from wd.lab.objective import drop_zeros, join_ones
from wd.lab.outcomes import Outcomes
from wd.lab.programs.concise import Concise
from wd.lab.programs.scratch import Scratch
from wd.lab.studies.company import Numbers, cut, list_outcomes, one_thread, pad, take_one_by_one
from wd.lab.theory import prediction as theory
from wd.lab.theory.rowspace import span_rows, split

TILE = 2
"""λ whose whole runs are made together."""
FEWEST = 2
"""Seeds whose whole runs are made together at least: a batch of one rounds differently."""


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Take the first step, and then all steps, of the runs of some seeds.

    Args:
        settings: They differ in λ alone.
        seeds: One run each.

    Returns:
        Each setting with formula_autograd, formula_optim and autograd_optim, the largest
        difference of a parameter after one step, in units in the last place of the largest;
        scratch_concise, the distance ‖Δ(w, b)‖/‖(w, b)‖ of both programs after a whole run under
        matched conventions; null_error, ‖w⊥ − factor·w⊥(0)‖/‖w⊥(0)‖ of scratch.
    """
    first = settings[0]
    batch_size = min(first.batch_size, first.n_train)
    made = []
    with one_thread():
        for tile in cut(settings, TILE):
            asked = [setting.change(batch_size=batch_size) for setting in pad(tile, TILE)]
            numbers = {
                **take_one_by_one(seeds, partial(_compare_first_steps, asked)),
                **compare_whole_runs(asked, pad(seeds, FEWEST)),
            }
            made += list_outcomes(tile, seeds, numbers)
    return made


def _compare_first_steps(settings: Sequence[Setting], seed: int) -> Numbers:
    x, y, start = _draw(settings[0], [seed])
    gaps = []
    for setting in settings:
        steps = step_by_three_ways(setting, x, y, start)
        pairs = combinations(steps, 2)
        gaps.append(
            {f"{one}_{other}": count_ulps(steps[one], steps[other]) for one, other in pairs}
        )
    return {name: torch.stack([gap[name] for gap in gaps], dim=1) for name in gaps[0]}


def step_by_three_ways(setting: Setting, x: Tensor, y: Tensor, start: Start) -> dict[str, Tensor]:
    """Take every run's first step, on the first batch of its first epoch.

    Args:
        setting: With η, λ and a batch size of at most n.
        x: Training inputs of all runs, (runs, n, d).
        y: Their targets, (runs, n, 1).
        start: Of all runs.

    Returns:
        By way, "formula", "autograd" and "optim": the parameters, bias last, (runs, d + 1).
    """
    x, y = _take(x, y, start.order[:, 0, : setting.batch_size])
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


def compare_whole_runs(settings: Sequence[Setting], seeds: Sequence[int]) -> Numbers:
    """Train both programs from the same start on the same batches, conventions matched.

    Concise gets η/2 and 2λ, for which scratch at (η, λ) is the same descent; it starts from
    scratch's bias. That holds as long as all batches are full.

    Args:
        settings: `TILE` of scratch, which differ in λ alone.
        seeds: At least `FEWEST`.

    Returns:
        scratch_concise and null_error as in `measure`, (runs, settings).
    """
    first = settings[0]
    x, y, start = _draw(first, seeds)
    theirs = [each.change(lr=each.lr / 2, weight_decay=2 * each.weight_decay) for each in settings]
    scratch = Scratch(start.w, start.b, settings, len(settings))
    concise = Concise(start.w, start.b, theirs, len(settings))
    ones = join_ones(x)
    for epoch in range(first.epochs):
        order = start.order[:, epoch % start.order.shape[1]]
        for batch in order.split(first.batch_size, dim=1):
            members = _take(ones, y, batch)
            scratch.step(*members)
            concise.step(*members)
    d = first.n_features
    ended, other = (drop_zeros(each.weights, d).double() for each in (scratch, concise))
    runs = zip(x.double(), start.w.double(), ended[:, :-1], strict=True)
    return {
        "scratch_concise": (ended - other).norm(dim=1) / ended.norm(dim=1),
        "null_error": torch.stack([_measure_null_error(settings, *run) for run in runs]),
    }


def _measure_null_error(settings: Sequence[Setting], x: Tensor, start: Tensor, w: Tensor) -> Tensor:
    """Compare w⊥ of one run, (d, settings), with what decay alone leaves of its start, (d, 1)."""
    first = settings[0]
    factor = theory.compute_leftover_factor(
        first.lr,
        [setting.weight_decay for setting in settings],
        first.epochs,
        first.n_train,
        first.batch_size,
        short_batch_scaled=True,
    )
    space = span_rows(x.clone())
    null_start, null_end = split(space, start.clone())[0], split(space, w.clone())[0]
    return (null_end - factor * null_start).norm(dim=0) / null_start.norm(dim=0)


def _draw(setting: Setting, seeds: Sequence[int]) -> tuple[Tensor, Tensor, Start]:
    dtype = getattr(torch, setting.dtype)
    return *draw_training_set(setting, seeds, dtype), draw_start(setting, seeds, dtype)


def _take(x: Tensor, y: Tensor, members: Tensor) -> tuple[Tensor, Tensor]:
    """Pick each run's own examples, (runs, m): x (runs, m, …) and y (runs, m, 1)."""
    rows = torch.arange(len(members)).unsqueeze(1)
    return x[rows, members], y[rows, members]


def _sum_losses(x: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Half the mean squared error of each run, summed: no run's gradient sees another's."""
    return len(x) * mse_loss(x @ w + b, y) / 2


def _leaf(start: Tensor) -> Tensor:
    return start.clone().requires_grad_()
