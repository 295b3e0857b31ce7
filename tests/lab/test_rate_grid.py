"""The networks over learning rate and λ: torch.nn and torch.optim as oracles."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy

from wd.config import Setting
from wd.declarations import KINDS
from wd.declarations.kinds import rate_grid as declared
from wd.lab.data import normals
from wd.lab.studies import rate_grid

RATES = {"adam": 0.003, "adamw": 0.3}
"""A λ of each that changes the network within a few steps."""
algorithms = pytest.mark.parametrize("algorithm", RATES)


def read(**chosen):
    return Setting.read("rate_grid", {"n_train": 60, "batch_size": 25, "epochs": 3} | chosen)


def train_by_torch(setting, seed, dtype):
    """Train one network as the page says it, and give it with the images that judge."""
    digits = load_digits()
    x = torch.from_numpy(digits.data / 16).float().to(dtype)
    labels = torch.from_numpy(digits.target).long()
    model = nn.Sequential(
        nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)
    ).to(dtype)
    drawn = normals(seed, "w", 64 * (64 + 64 + 10))
    with torch.no_grad():
        for layer in model[::2]:
            numbers, drawn = drawn.split(
                [layer.weight.numel(), drawn.numel() - layer.weight.numel()]
            )
            layer.weight.copy_(
                numbers.view(layer.weight.T.shape).T / (3 * layer.in_features) ** 0.5
            )
            layer.bias.zero_()
    groups = [
        {"params": [w for w in model.parameters() if w.dim() == 2]},
        {"params": [b for b in model.parameters() if b.dim() == 1], "weight_decay": 0},
    ]
    optimiser = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[setting.algorithm](
        groups, lr=setting.lr, weight_decay=setting.weight_decay
    )
    order = normals(seed, "order", len(x)).argsort()
    fitted, others = order[: setting.n_train], order[800:]
    for images in fitted[normals(seed, "order1", setting.epochs, len(fitted)).argsort(dim=1)]:
        for batch in images.split(setting.batch_size):
            optimiser.zero_grad()
            cross_entropy(model(x[batch]), labels[batch]).backward()
            optimiser.step()
    return model, x[others], labels[others]


@algorithms
@pytest.mark.parametrize("share", [0, 1])
def test_each_network_is_the_one_of_torch_nn_and_torch_optim(algorithm, share):
    """Batches of 25, 25 and 10; in float64, so that only a mistake could make them differ."""
    setting = read(algorithm=algorithm, weight_decay=share * RATES[algorithm], lr=0.01)
    x, labels = rate_grid.load()
    fitted = normals(4, "order", len(x)).argsort()[: setting.n_train]
    batches = normals(4, "order1", setting.epochs, setting.n_train).argsort(dim=1)
    network = rate_grid.start(4, torch.float64)
    decays = torch.full((rate_grid.TILE, 1), setting.weight_decay, dtype=torch.float64)

    rate_grid.train(network, x[fitted].double(), labels[fitted], batches, setting, decays)

    model, _, _ = train_by_torch(setting, 4, torch.float64)
    for w, b, layer in zip(network.matrices, network.biases, model[::2], strict=True):
        for run in (0, rate_grid.TILE - 1):
            used = layer.out_features
            close = {"rtol": 0, "atol": 1e-11}  # of weights of about 0.1
            torch.testing.assert_close(w[run, :, :used], layer.weight.data.T, **close)
            torch.testing.assert_close(b[run, 0, :used], layer.bias.data, **close)


@algorithms
def test_the_images_that_no_setting_fits_judge_by_cross_entropy_and_by_mistakes(algorithm):
    settings = [read(algorithm=algorithm, weight_decay=each) for each in (0, RATES[algorithm])]
    for setting, outcomes in rate_grid.measure(settings, [2, 7]):
        for place, seed in enumerate((2, 7)):
            model, x, labels = train_by_torch(setting, seed, torch.float32)
            scores = model(x).detach()
            loss = cross_entropy(scores, labels).item()
            wrong = (scores.argmax(1) != labels).double().mean().item()
            assert outcomes.measures["cross_entropy"][place] == pytest.approx(loss, rel=1e-4)
            assert outcomes.measures["mistaken"][place] == pytest.approx(wrong, abs=2 / len(x))
            assert len(x) == 997


@algorithms
def test_decay_spares_the_biases(algorithm):
    """Where all images are black only the biases of the last layer have a gradient."""
    setting = read(algorithm=algorithm, lr=0.01)
    ends = []
    for decay in (0.0, 5.0):
        network = rate_grid.start(1, torch.float64)
        x, labels = torch.zeros(60, 64, dtype=torch.float64), torch.arange(60) % 3
        batches = torch.arange(60).repeat(3, 1)
        decays = torch.full((rate_grid.TILE, 1), decay, dtype=torch.float64)
        rate_grid.train(network, x, labels, batches, setting, decays)
        ends.append(network)
    plain, decayed = ends

    torch.testing.assert_close(plain.biases[-1], decayed.biases[-1], rtol=1e-14, atol=0)
    assert all(
        decay.norm() < 0.95 * bare.norm()
        for decay, bare in zip(decayed.matrices, plain.matrices, strict=True)
    )


def test_the_places_that_fill_up_the_classes_never_count():
    setting = read(algorithm="adamw", lr=0.1, weight_decay=1.0)
    x, labels = rate_grid.load()
    network = rate_grid.start(0, x.dtype)
    batches = torch.arange(60).repeat(3, 1)
    rate_grid.train(network, x[:60], labels[:60], batches, setting, torch.ones(rate_grid.TILE, 1))

    assert not network.matrices[-1][..., rate_grid.CLASSES :].any()
    assert (network.score(x)[..., rate_grid.CLASSES :] == -torch.inf).all()


def test_without_decay_both_algorithms_are_one():
    ends = [
        rate_grid.measure([read(algorithm=each, weight_decay=0.0)], [3])[0][1] for each in RATES
    ]
    for name in KINDS["rate_grid"].numbers:
        np.testing.assert_array_equal(ends[0].measures[name], ends[1].measures[name])


def test_what_diverges_has_no_numbers():
    ((_, outcomes),) = rate_grid.measure([read(lr=1e9, weight_decay=1e9)], [0])

    assert [run.measures for run in outcomes] == [{}]


def test_more_images_than_may_be_fitted_are_refused():
    most = declared.SPARE

    assert most == rate_grid.SPARE
    assert not KINDS["rate_grid"].refuse(read(n_train=most))
    assert str(most) in KINDS["rate_grid"].refuse(read(n_train=most + 1))
