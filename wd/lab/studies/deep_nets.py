"""Small networks with batch norm on digits: length and direction of their weights under decay.

A seed is an order of scikit-learn's digits, of which the first ones are fitted and those that no
setting fits judge, a start, and the batches. Pixels are standardised on the fitted digits; one that
is the same in all of these is left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies import normalised_net
from wd.lab.studies.company import one_thread, pad
from wd.lab.studies.digits import load
from wd.lab.studies.normalised_net import Net
from wd.lab.studies.turning import Record
from wd.lab.theory.optimisers import list_rates

SPARE = 1000
"""So many digits may be fitted, as declared; all others judge."""
JUDGED = 10
"""Of so many epochs at the end the mean is judged: a single one is noisy."""
JUDGED_AT_ONCE = 2
"""Of so many networks, or one more, the outputs for all digits stay in the processor's cache."""
ENLARGED = 10.0
"""By so much the hidden matrices are multiplied to see what that changes."""


class Digits(NamedTuple):
    """The digits of many runs.

    Attributes:
        x: Fitted, (runs, n, 64), float32.
        classes: (runs, n).
        new_x: Those that judge, (runs, m, 64).
        new_classes: (runs, m).
    """

    x: Tensor
    classes: Tensor
    new_x: Tensor
    new_classes: Tensor


Whole = TypeVar("Whole", Net, Digits)


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Train a network for each seed, and look at its hidden matrices after each step.

    Args:
        settings: They differ in λ alone.
        seeds: Digits, start and batches.

    Returns:
        Each setting with

        - errors, cross_entropy: on the others, and fitted_cross_entropy, the mean of the last
          epochs;
        - scaled_change: of the outputs when the hidden matrices are ten times as large, relative;

        and, without momentum, what `Record` finds, with the series net_path. A run that overflows
        has diverged.
    """
    whole = pad(seeds, 2)  # a batch of one rounds differently
    with one_thread():
        digits, order = draw(settings[0], whole)
        return [(each, follow(each, seeds, whole, digits, order)) for each in settings]


def follow(
    setting: Setting, seeds: Sequence[int], whole: Sequence[int], digits: Digits, order: Tensor
) -> Outcomes:
    """Train and judge the networks of `whole`, of which those of `seeds` are handed over."""
    start = normalised_net.start(whole, setting.start_scale)
    record = None if setting.momentum else Record(setting, start)
    last = deque(train(setting, digits, order, start, record), maxlen=JUDGED)
    judged = [judge(net, digits) for net in last]
    numbers = {name: torch.stack([each[name] for each in judged]).mean(0) for name in judged[0]}
    numbers["scaled_change"] = enlarge(last[-1], digits)
    good = torch.stack([each.flatten(1).isfinite().all(1) for each in last[-1]]).all(0)
    series = {}
    if record:
        numbers |= record.list_numbers()
        series["net_path"] = record.path()
    runs = slice(len(seeds))
    return Outcomes(
        list(seeds),
        good=good[runs].numpy(),
        measures={name: each[runs].double().numpy() + 0.0 for name, each in numbers.items()},
        series={name: each[runs].double().numpy() for name, each in series.items()},
    )


def draw(setting: Setting, seeds: Sequence[int]) -> tuple[Digits, Tensor]:
    """Choose and standardise the digits of each seed, and its order in each epoch.

    Returns:
        The digits, and the order, (runs, epochs, n).
    """
    pixels, classes = load()
    found, orders = [], []
    for seed in seeds:
        places = normals(seed, "order", len(pixels)).argsort()
        fitted, others = places[: setting.n_train], places[SPARE:]
        mean, deviation = pixels[fitted].mean(0), pixels[fitted].std(0, correction=0)
        standard = torch.where(deviation > 0, (pixels - mean) / deviation, 0.0).float()
        found.append((standard[fitted], classes[fitted], standard[others], classes[others]))
        epochs = normals(seed, "order1", setting.epochs, setting.n_train)
        orders.append(epochs.argsort(dim=1))
    return Digits(*map(torch.stack, zip(*found, strict=True))), torch.stack(orders)


def train(
    setting: Setting, digits: Digits, order: Tensor, net: Net, record: Record | None = None
) -> Iterator[Net]:
    """Take the steps of PyTorch's SGD, v ← μv + g + λw and w ← w − ηv.

    Yields:
        The network after each epoch.
    """
    runs = torch.arange(len(order))[:, None]
    labels = one_hot(digits.classes, normalised_net.COLUMNS).float()
    decays = list_decays(setting)
    memory = [torch.zeros_like(each) for each in net]
    batches = order.unbind(1)
    per_epoch = -(-setting.n_train // setting.batch_size)
    rates = iter(list_rates(setting.lr, per_epoch * setting.epochs, setting.schedule))
    for epoch in batches:
        for batch in epoch.split(setting.batch_size, dim=1):
            gradient = normalised_net.find_gradient(net, digits.x[runs, batch], labels[runs, batch])
            lr = next(rates)
            pulls = [
                g.add(w, alpha=decay) if decay else g
                for g, w, decay in zip(gradient, net, decays, strict=True)
            ]
            if setting.momentum:
                both = zip(memory, pulls, strict=True)
                pulls = [g.add(v, alpha=setting.momentum) for v, g in both]
            memory = pulls
            net = Net(*(w.sub(v, alpha=lr) for w, v in zip(net, memory, strict=True)))
            if record:
                record.add(gradient, net, lr)
        if record:
            record.close()
        yield net


def list_decays(setting: Setting) -> tuple[float, ...]:
    """List the weight decay of each parameter."""
    hidden = ("w1", "w2")
    return tuple(
        setting.weight_decay if setting.decayed == "all" or name in hidden else 0.0
        for name in Net._fields
    )


def judge(net: Net, digits: Digits) -> dict[str, Tensor]:
    """Judge networks on the digits that they didn't fit, and on those that they did; (runs,)."""
    groups = max(1, len(net.w1) // JUDGED_AT_ONCE)
    judged = []
    for few, theirs in zip(_split(net, groups), _split(digits, groups), strict=True):
        new, fitted = normalised_net.predict(few, theirs.new_x, theirs.x)
        fitted_entropy = normalised_net.judge(fitted, theirs.classes)[1]
        judged.append((*normalised_net.judge(new, theirs.new_classes), fitted_entropy))
    names = "errors", "cross_entropy", "fitted_cross_entropy"
    return dict(zip(names, map(torch.cat, zip(*judged, strict=True)), strict=True))


def _split(whole: Whole, groups: int) -> list[Whole]:
    """Split networks or digits into groups of runs."""
    parts = zip(*(each.tensor_split(groups) for each in whole), strict=True)
    return [type(whole)(*part) for part in parts]


def enlarge(net: Net, digits: Digits) -> Tensor:
    """Return how far larger hidden matrices change the outputs, as a part of them, (runs,)."""
    before, _ = normalised_net.predict(net, digits.new_x, digits.x)
    larger = net._replace(w1=ENLARGED * net.w1, w2=ENLARGED * net.w2)
    after, _ = normalised_net.predict(larger, digits.new_x, digits.x)
    return (after - before).flatten(1).norm(dim=1) / before.flatten(1).norm(dim=1)
