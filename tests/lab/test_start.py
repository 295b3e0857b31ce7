"""The initial values of the concise program: normal, or uniform as PyTorch's own."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn

from wd.config import Setting
from wd.lab.data import draw_examples, draw_order, draw_start
from wd.lab.start import shape_start
from wd.lab.studies.matrix import train

D = 200
AS_PYTORCH = {"init": "uniform", "init_std": 1 / math.sqrt(3 * D)}
CPU = torch.device("cpu")


def start(seeds, **table):
    """The shaped initial weights and biases of some seeds, in float64."""
    setting = Setting.of("concise", **AS_PYTORCH | table)
    drawn = draw_start(setting, seeds, torch.float64)
    stds = setting.init_std, setting.bias_init_std
    return shape_start(drawn.w, drawn.b, setting.init, stds)


def test_a_uniform_start_is_distributed_as_a_linear_layer_of_pytorch_is():
    torch.manual_seed(0)
    layers = [nn.Linear(D, 1) for _ in range(300)]
    w, b = start(range(300))

    for ours, theirs in [
        (w, [layer.weight.detach() for layer in layers]),
        (b, [layer.bias.detach() for layer in layers]),
    ]:
        other = torch.cat([each.flatten() for each in theirs]).numpy()
        assert ours.abs().max() <= 1 / math.sqrt(D)
        assert stats.ks_2samp(ours.flatten().numpy(), other).pvalue > 0.01


def test_a_uniform_start_keeps_the_order_and_the_deviation_of_the_normal_one():
    seeds = range(50)
    w, _ = start(seeds)
    normal = draw_start(Setting.of("concise"), seeds, torch.float64).w

    assert torch.equal(w.flatten().argsort(), normal.flatten().argsort())
    assert w.std().item() == pytest.approx(AS_PYTORCH["init_std"], rel=0.02)
    assert stats.kstest(w.flatten().numpy() * math.sqrt(D), "uniform", (-1, 2)).pvalue > 0.01


def test_what_starts_from_zero_stays_there():
    w, b = start([3], bias_init_std=0.0)

    assert w.all()
    assert not b.any()


@pytest.mark.parametrize("seeds", [[5], [1, 5, 2]])
def test_a_seeds_start_does_not_depend_on_its_company(seeds):
    (alone, _), (among, _) = start([5]), start(seeds)

    assert torch.equal(alone[0], among[seeds.index(5)])


def test_a_run_from_pytorchs_start_is_that_of_pytorchs_layer_and_optimiser():
    """The English edition's concise program, with this report's data and batches."""
    setting = Setting.of(
        "concise", **AS_PYTORCH, lr=0.01, epochs=10, weight_decay=3.0, dtype="float64"
    )
    [(_, found)] = train([setting], [7], CPU)

    (w,), (b,) = start([7])
    layer = nn.Linear(D, 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(w.T)
        layer.bias.copy_(b.flatten())
    groups = [{"params": layer.weight, "weight_decay": 3.0}, {"params": layer.bias}]
    optimiser = torch.optim.SGD(groups, lr=0.01)
    data, order = draw_examples(setting, [7], torch.float64), draw_order(setting, 7)
    for epoch in order:
        for batch in epoch.split(setting.batch_size):
            optimiser.zero_grad()
            nn.functional.mse_loss(layer(data.x[0, batch]), data.y[0, batch]).backward()
            optimiser.step()

    expected = [layer.weight.norm().item(), layer.bias.item()]
    np.testing.assert_allclose(found.values[0, 3:], expected, rtol=1e-12)
