"""The course's own kind of loop: a DataLoader, autograd, one model at a time.

Written anew after the chapter's description, with its habits: a penalty in the loss for scratch,
`nn.Linear`, `nn.MSELoss` and `torch.optim.SGD` for concise, and for every point of a curve another
pass through a loader of the training and of the test set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.ours import CLOSE, CURVES_EVERY, Results, Shape
from benchmarks.turns import Contender
from wd.config import Setting
from wd.lab.data import draw_examples, draw_start


class _Drawn(Iterable):
    """A sampler for a DataLoader that visits the examples in the order that was drawn."""

    def __init__(self, order: Tensor) -> None:
        self._epochs = iter(order)

    def __iter__(self) -> Iterator[int]:
        return iter(next(self._epochs).tolist())


class Run:
    """What one seed gives a loop, as the course would hold it.

    Attributes:
        setting: The hyperparameters.
        seed: The seed.
        train: Loader of the training set, in the drawn order.
        look: Loaders of training and test set, for the curves.
        w: Initial weights, (d, 1).
        b: Initial bias, (1,).
    """

    def __init__(self, setting: Setting, seed: int) -> None:
        data = draw_examples(setting, [seed], torch.float32)
        start = draw_start(setting, [seed], torch.float32)
        train = TensorDataset(data.x[0], data.y[0])
        test = TensorDataset(data.x_test[0], data.y_test[0])
        self.setting, self.seed = setting, seed
        self._dataset, self._order = train, start.order[0]
        self.look = [DataLoader(part, setting.batch_size) for part in (train, test)]
        self.w, self.b = start.w[0], start.b[0, 0]

    @property
    def train(self) -> DataLoader:
        """A loader at the first epoch."""
        return DataLoader(self._dataset, self.setting.batch_size, sampler=_Drawn(self._order))


def train(run: Run) -> tuple[Tensor, list[list[float]]]:
    """Train one model; return w, (d, 1), and the curve's points: train and test loss."""
    return {"scratch": _scratch, "concise": _concise}[run.setting.implementation](run)


def _scratch(run: Run) -> tuple[Tensor, list[list[float]]]:
    setting = run.setting
    w, b = run.w.clone().requires_grad_(), run.b.clone().requires_grad_()

    def net(x: Tensor) -> Tensor:
        return torch.matmul(x, w) + b

    def loss(y_hat: Tensor, y: Tensor) -> Tensor:
        return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2

    curve, loader = [], run.train
    for epoch in range(1, setting.epochs + 1):
        for x, y in loader:
            objective = loss(net(x), y) + setting.weight_decay * (w**2).sum() / 2
            objective.sum().backward()
            with torch.no_grad():
                for param in (w, b):
                    param.sub_(setting.lr * param.grad / setting.batch_size)
                    param.grad.zero_()
        if epoch % CURVES_EVERY == 0:
            curve.append([_average(net, loss, part) for part in run.look])
    return w.detach(), curve


def _concise(run: Run) -> tuple[Tensor, list[list[float]]]:
    setting = run.setting
    net = nn.Sequential(nn.utils.skip_init(nn.Linear, setting.n_features, 1))
    with torch.no_grad():
        net[0].weight.copy_(run.w.T)
        net[0].bias.copy_(run.b)
    loss = nn.MSELoss(reduction="none")
    optimizer = torch.optim.SGD(
        [
            {"params": net[0].weight, "weight_decay": setting.weight_decay},
            {"params": net[0].bias},
        ],
        lr=setting.lr,
    )
    curve, loader = [], run.train
    for epoch in range(1, setting.epochs + 1):
        for x, y in loader:
            optimizer.zero_grad()
            loss(net(x), y).mean().backward()
            optimizer.step()
        if epoch % CURVES_EVERY == 0:
            curve.append([_average(net, loss, part) for part in run.look])
    return net[0].weight.detach().T, curve


def choose_runs(shape: Shape, models: int) -> list[Run]:
    """Take a few runs of the shape: seeds from the first on, λ at equal distances."""
    count = len(shape.settings)
    return [
        Run(shape.settings[index * count // models], shape.seeds[index]) for index in range(models)
    ]


def contend(runs: Sequence[Run]) -> Contender:
    """Make the loop a contender on a few runs."""
    return Contender(len(runs), lambda: [train(run) for run in runs])


def check(runs: Sequence[Run], results: Results) -> None:
    """Check that the loop trains what the matrix trained.

    Raises:
        ValueError: If a final norm differs by more than rounding explains.
    """
    norms = {
        (setting, outcome.seed): outcome.values[2]
        for setting, outcomes in results
        for outcome in outcomes
    }
    for run in runs:
        found, expected = train(run)[0].norm().item(), norms[run.setting, run.seed]
        if not abs(found / expected - 1) < CLOSE:
            raise ValueError(f"{run.setting}, seed {run.seed}: the norm is {found}, not {expected}")


def _average(net, loss, loader: DataLoader) -> float:
    total, count = 0.0, 0
    for x, y in loader:
        losses = loss(net(x), y)
        total += losses.sum().item()
        count += losses.numel()
    return total / count
