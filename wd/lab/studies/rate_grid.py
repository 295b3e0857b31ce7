"""A small network on the digits that come with scikit-learn, over the learning rate and λ.

A seed is an order of the images, a start of the network and an order of the batches: the first
images are fitted, and those that no setting fits judge. Several λ are trained beside each other:
their gradients and their decay are written out, and PyTorch's Adam takes the steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies import digits
from wd.lab.studies.company import measure_in_tiles

SPARE = 800
"""So many images may be fitted, as declared; all others judge."""
TILE = 7
"""So many λ are trained in one go, always: a product of another number may round differently."""
CLASSES = 10
_ROOM = 16  # for the classes: rows of 64 bytes, so that no run begins elsewhere than the others
_LAYERS = ((64, 64), (64, 64), (64, _ROOM))
_DECAYED = sum(inputs * outputs for inputs, outputs in _LAYERS)


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Train a network of two hidden layers for every λ and seed, and judge it by other images.

    Args:
        settings: They differ in λ alone.
        seeds: Images, a start and an order of batches each.

    Returns:
        Each setting with

        - cross_entropy: of the images that no setting fits, the mean;
        - mistaken: the share of them that is taken for another digit.
    """
    return measure_in_tiles(settings, seeds, TILE, _train_and_judge)


def _train_and_judge(settings: Sequence[Setting], seed: int) -> Mapping[str, Tensor]:
    setting = settings[0]
    x, labels = load()
    images = normals(seed, "order", len(x)).argsort()
    fitted, others = images[: setting.n_train], images[SPARE:]
    batches = normals(seed, "order1", setting.epochs, setting.n_train).argsort(dim=1)
    decays = torch.tensor([[each.weight_decay] for each in settings], dtype=x.dtype)
    network = start(seed, x.dtype)
    train(network, x[fitted], labels[fitted], batches, setting, decays)
    scores = network.score(x[others])[..., :CLASSES]
    losses = scores.logsumexp(2) - scores.gather(2, _repeat(labels[others])).squeeze(2)
    wrong = scores.argmax(2) != labels[others]
    return {
        "cross_entropy": losses.double().mean(1)[None],
        # where a run has diverged no score is the largest
        "mistaken": torch.where(losses.isfinite().all(1), wrong.double().mean(1), math.nan)[None],
    }


def load() -> tuple[Tensor, Tensor]:
    """Read the digits: inputs between 0 and 1, (images, 64), float32, and labels, (images,)."""
    pixels, labels = digits.load()
    return (pixels / 16).float(), labels


@dataclass(frozen=True)
class Network:
    """Weights of as many networks as share a product, in one block, and views of its layers.

    Attributes:
        all: All numbers of a network in a row, first its matrices: (runs, numbers).
        matrices: Of each layer, (runs, inputs, outputs).
        biases: Of each layer, (runs, 1, outputs).
    """

    all: Tensor
    matrices: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]

    @classmethod
    def zeros(cls, dtype: torch.dtype) -> Network:
        """Make networks of zeros, also to keep what belongs to each weight."""
        widths = [outputs for _, outputs in _LAYERS]
        block = torch.zeros(TILE, _DECAYED + sum(widths), dtype=dtype)
        sizes = [inputs * outputs for inputs, outputs in _LAYERS]
        parts = block.split([*sizes, *widths], dim=1)
        matrices = tuple(
            part.view(TILE, *shape) for part, shape in zip(parts, _LAYERS, strict=False)
        )
        return cls(block, matrices, tuple(part.unsqueeze(1) for part in parts[len(_LAYERS) :]))

    def follow(self, x: Tensor) -> list[Tensor]:
        """Compute the outputs of each layer for inputs (n, 64): (runs, n, outputs) each."""
        outputs = [x.expand(TILE, *x.shape)]
        for w, b in zip(self.matrices, self.biases, strict=True):
            outputs.append(torch.baddbmm(b, outputs[-1], w))
            if w is not self.matrices[-1]:
                outputs[-1].relu_()
        return outputs

    def score(self, x: Tensor) -> Tensor:
        """Compute what the last layer says of inputs (n, 64): (runs, n, room for the classes)."""
        return self.follow(x)[-1]


def start(seed: int, dtype: torch.dtype) -> Network:
    """Draw the same start for all runs: normal weights of PyTorch's default variance, no biases."""
    network = Network.zeros(dtype)
    used = [CLASSES if outputs == _ROOM else outputs for _, outputs in _LAYERS]
    sizes = [inputs * outputs for (inputs, _), outputs in zip(_LAYERS, used, strict=True)]
    drawn = normals(seed, "w", sum(sizes)).split(sizes)
    for matrix, outputs, numbers in zip(network.matrices, used, drawn, strict=True):
        inputs = matrix.shape[1]
        matrix[:, :, :outputs] = numbers.view(inputs, outputs) / math.sqrt(3 * inputs)
    network.biases[-1][..., CLASSES:] = -math.inf  # no class: its probability is exactly zero
    return network


def train(
    network: Network,
    x: Tensor,
    labels: Tensor,
    batches: Tensor,
    setting: Setting,
    decays: Tensor,
) -> None:
    """Train in place, step by step; decay is for the matrices, not for the biases.

    Args:
        network: Where to start.
        x: Images, (n, 64).
        labels: What they show, (n,).
        batches: The order of the images in each epoch, (epochs, n).
        setting: Its learning rate, batch size and algorithm.
        decays: λ of each run, (runs, 1).
    """
    targets = torch.eye(_ROOM, dtype=x.dtype)[labels]
    gradient = Network.zeros(x.dtype)
    w, g = network.all, gradient.all
    w.grad = g
    adam = torch.optim.Adam([w], lr=setting.lr, fused=True)  # which knows one λ only
    for order in batches:
        for batch in order.split(setting.batch_size):
            _differentiate(network, x[batch], targets[batch], gradient)
            if setting.algorithm == "adam":
                g[:, :_DECAYED].addcmul_(w[:, :_DECAYED], decays)
            else:
                w[:, :_DECAYED].addcmul_(w[:, :_DECAYED], decays, value=-setting.lr)
            adam.step()


def _differentiate(network: Network, x: Tensor, targets: Tensor, gradient: Network) -> None:
    """Write the gradient of the mean cross-entropy of a batch, layer by layer from the last."""
    *inputs, scores = network.follow(x)
    back = scores.softmax(2).sub_(targets).div_(len(x))
    layers = zip(network.matrices, inputs, gradient.matrices, gradient.biases, strict=True)
    for w, given, to_w, to_b in reversed(list(layers)):
        torch.bmm(given.mT, back, out=to_w)
        torch.sum(back, 1, keepdim=True, out=to_b)
        if w is not network.matrices[0]:
            back = torch.bmm(back, w.mT).mul_(given.sign())  # the slope of max(0, ·): 0 or 1


def _repeat(labels: Tensor) -> Tensor:
    """Repeat labels (n,) for each run, as an index into scores: (runs, n, 1)."""
    return labels.expand(TILE, -1).unsqueeze(2)
