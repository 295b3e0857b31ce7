"""Networks with batch norm: PyTorch as an oracle, and theory where length says nothing."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn

from wd.config import Setting
from wd.declarations import KINDS
from wd.declarations.kinds.deep_nets import SPARE
from wd.lab.studies import deep_nets, normalised_net
from wd.lab.studies.normalised_net import CLASSES, COLUMNS, WIDTH, Net
from wd.lab.studies.turning import Record
from wd.lab.theory import invariance

SEEDS = [3, 8]
SMALL = {"n_train": 60, "batch_size": 16, "epochs": 3, "lr": 0.1}


def read(**chosen):
    return Setting.read("deep_nets", SMALL | chosen)


def measure(**chosen):
    ((_, outcomes),) = deep_nets.measure([read(**chosen)], SEEDS)
    return outcomes


def build(net, run):
    """Make PyTorch's network of one run's parameters."""
    module = nn.Sequential(
        nn.Linear(WIDTH, WIDTH, bias=False),
        nn.BatchNorm1d(WIDTH),
        nn.ReLU(),
        nn.Linear(WIDTH, WIDTH, bias=False),
        nn.BatchNorm1d(WIDTH),
        nn.ReLU(),
        nn.Linear(WIDTH, CLASSES),
    )
    with torch.no_grad():
        for layer, name in ((0, "w1"), (3, "w2")):
            module[layer].weight.copy_(getattr(net, name)[run].T)
        for layer, ending in ((1, "1"), (4, "2")):
            module[layer].weight.copy_(getattr(net, f"gain{ending}")[run, 0])
            module[layer].bias.copy_(getattr(net, f"shift{ending}")[run, 0])
        module[6].weight.copy_(net.w3[run, :, :CLASSES].T)
        module[6].bias.copy_(net.b3[run, 0, :CLASSES])
    return module


def list_weights(module):
    """List a module's parameters in the order and the form of a `Net`."""
    first, gain1, shift1, second, gain2, shift2, last, b3 = module.parameters()
    return first.T, gain1, shift1, second.T, gain2, shift2, last.T, b3


def compare(net, module, run, rtol):
    for name, ours, theirs in zip(Net._fields, net, list_weights(module), strict=True):
        own = ours[run, ..., :CLASSES] if name.endswith("3") else ours[run]
        apart = (own.reshape(theirs.shape) - theirs).norm() / theirs.norm().clamp(min=1)
        assert apart < rtol, name


@pytest.mark.parametrize("decayed", ["hidden", "all"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_steps_are_those_of_pytorchs_modules_and_sgd(decayed, schedule, momentum):
    """In float64, where the order of sums doesn't show after a few steps."""
    setting = read(weight_decay=0.1, decayed=decayed, schedule=schedule, momentum=momentum)
    digits, order = deep_nets.draw(setting, SEEDS)
    digits.x.data, digits.new_x.data = digits.x.double(), digits.new_x.double()
    start = Net(*(each.double() for each in normalised_net.start(SEEDS, 1.0)))
    *_, net = deep_nets.train(setting, digits, order, start)

    module = build(start, 1).double()
    hidden = [module[0].weight, module[3].weight]
    others = [each for each in module.parameters() if all(each is not one for one in hidden)]
    decay = setting.weight_decay
    groups = [
        {"params": hidden, "weight_decay": decay},
        {"params": others, "weight_decay": decay if decayed == "all" else 0.0},
    ]
    sgd = torch.optim.SGD(groups, lr=setting.lr, momentum=momentum)
    batches = [batch for epoch in order[1] for batch in epoch.split(setting.batch_size)]
    annealed = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, len(batches))
    for batch in batches:
        sgd.zero_grad()
        loss = nn.functional.cross_entropy(module(digits.x[1, batch]), digits.classes[1, batch])
        loss.backward()
        sgd.step()
        if schedule == "cosine":
            annealed.step()
    compare(net, module, 1, 1e-6)


def test_what_is_predicted_is_what_pytorch_predicts_with_the_statistics_of_all_fitted_digits():
    setting = read()
    digits, _ = deep_nets.draw(setting, SEEDS)
    net = normalised_net.start(SEEDS, 1.0)
    new, fitted = normalised_net.predict(net, digits.new_x, digits.x)
    mistaken, entropy = normalised_net.judge(new, digits.new_classes)

    module = build(net, 0)
    for layer in (module[1], module[4]):
        layer.momentum = 1.0  # the running statistics are the last ones
    expected = module(digits.x[0])
    torch.testing.assert_close(fitted[0], expected, rtol=1e-4, atol=1e-5)
    unbiased = SMALL["n_train"] / (SMALL["n_train"] - 1)
    for layer in (module[1], module[4]):
        layer.running_var /= unbiased
    answers = module.eval()(digits.new_x[0])
    torch.testing.assert_close(new[0], answers, rtol=1e-4, atol=1e-4)
    classes = digits.new_classes[0]
    assert mistaken[0] == (answers.argmax(1) != classes).double().mean()
    assert entropy[0] == pytest.approx(nn.functional.cross_entropy(answers, classes).item(), 1e-4)


def test_a_gradient_is_at_right_angles_to_the_hidden_matrices_and_shrinks_as_they_grow():
    """So that a ĝ belongs to each direction, as the derivation has it; ε leaves a little."""
    digits, _ = deep_nets.draw(read(), SEEDS)
    labels = nn.functional.one_hot(digits.classes, COLUMNS).float()
    net = normalised_net.start(SEEDS, 1.0)
    larger = net._replace(w1=10 * net.w1, w2=10 * net.w2)
    here, there = (normalised_net.find_gradient(each, digits.x, labels) for each in (net, larger))
    for name in ("w1", "w2"):
        w, g, far = (getattr(each, name).flatten(1) for each in (net, here, there))
        assert ((w * g).sum(1).abs() < 1e-3 * w.norm(dim=1) * g.norm(dim=1)).all()
        assert ((10 * far - g).norm(dim=1) < 1e-3 * g.norm(dim=1)).all()
    g, far = here.w3, there.w3
    assert ((far - g).flatten(1).norm(dim=1) < 1e-3 * g.flatten(1).norm(dim=1)).all()


@pytest.mark.parametrize("weight_decay", [0.0, 0.2])
def test_the_length_after_a_step_is_what_decay_and_gradient_make_of_it(weight_decay):
    found = measure(weight_decay=weight_decay)

    assert (found.measures["identity_error"] < 1e-4).all()
    assert (found.measures["cosine"] < 1e-3).all()
    assert (found.measures["scaled_change"] < 1e-3).all()


def test_without_decay_the_length_only_grows():
    path = measure().series["net_path"]

    assert (np.diff(path[:, :, 1]) > 0).all()
    assert (path[:, 0, 1] > measure().measures["start_norm"]).all()


class Noise:
    """Steps on a sphere: gradients at right angles to w, of a length that w's doesn't change."""

    def __init__(self, lr, weight_decay, length):
        self.lr, self.decay, self.length = lr, weight_decay, length
        self.generator = torch.Generator().manual_seed(0)

    def step(self, w):
        g = torch.randn(w.shape, generator=self.generator, dtype=w.dtype)
        g -= w * (w * g).sum() / w.square().sum()
        g *= self.length / g.norm() / w.norm()
        return (1 - self.lr * self.decay) * w - self.lr * g


@pytest.mark.parametrize("scale", [0.5, 30.0])
def test_on_a_sphere_length_and_angle_come_to_rest_where_theory_says(scale):
    noise = Noise(0.1, 0.05, 2.0)
    w = scale * torch.ones(400, dtype=torch.float64) / 20
    for _ in range(4000):
        before, w = w, noise.step(w)
    resting = invariance.find_resting_norm(0.1, 0.05, torch.tensor(4.0, dtype=torch.float64))
    cosine = (before @ w / before.norm() / w.norm()).item()

    assert w.norm().item() == pytest.approx(resting.item(), rel=0.1 * 0.05)
    assert cosine == pytest.approx(1 - 0.1 * 0.05, rel=1e-9)
    assert math.acos(cosine) == pytest.approx(invariance.find_resting_angle(0.1, 0.05), rel=1e-3)


def test_the_start_fades_from_the_fourth_power_of_the_length_as_theory_says():
    """Steps with gradients of the same ĝ differ in ‖w‖⁴ by what is left of the starts."""
    lr, decay, steps = 0.01, 0.5, 200
    ends, starts = [], (40.0, 50.0)
    for scale in starts:
        noise = Noise(lr, decay, 30.0)
        w = scale * torch.ones(400, dtype=torch.float64) / 20
        for _ in range(steps):
            w = noise.step(w)
        ends.append(w.norm())
    shares = [
        (invariance.find_start_share(lr, decay, steps, begin / end) * end**4).item()
        for begin, end in zip(starts, ends, strict=True)
    ]
    found = (ends[1] ** 4 - ends[0] ** 4).item()
    assert found == pytest.approx(shares[1] - shares[0], rel=1e-3)


def test_the_record_finds_the_angles_lengths_and_shares_that_brute_force_finds():
    setting = read(weight_decay=0.5, epochs=2, n_train=32)  # 4 steps
    digits, order = deep_nets.draw(setting, SEEDS)
    net = normalised_net.start(SEEDS, 1.0)
    single = setting.change(epochs=1, n_train=16)
    record, walk = Record(setting, net), [net]
    for batch in (each for epoch in order.unbind(1) for each in epoch.split(16, dim=1)):
        labels = nn.functional.one_hot(digits.classes, COLUMNS).float()
        runs = torch.arange(2)[:, None]
        g = normalised_net.find_gradient(walk[-1], digits.x[runs, batch], labels[runs, batch])
        decays = deep_nets.list_decays(single)
        after = Net(*(w - 0.1 * (d + c * w) for w, d, c in zip(walk[-1], g, decays, strict=True)))
        record.add(g, after, 0.1)
        walk.append(after)
        if len(walk) % 2:
            record.close()
    rows = [each.w2[1].double().flatten() for each in walk]
    norms = [row.norm().item() for row in rows]
    angles = [math.acos((a @ b / a.norm() / b.norm()).item()) for a, b in pairwise(rows)]
    found, path = record.list_numbers(), record.path()

    late = np.array(angles[2:])
    assert found["angle"][1].item() == pytest.approx(np.sqrt((late**2).mean()), rel=1e-4)
    fourth = np.mean(np.array(norms[3:]) ** 4) ** 0.25
    assert found["norm"][1].item() == pytest.approx(fourth, rel=1e-5)
    assert found["start_norm"][1].item() == pytest.approx(norms[0], rel=1e-5)
    assert found["end_norm"][1].item() == pytest.approx(norms[-1], rel=1e-5)
    expected = (0.95**2 * norms[0] / norms[2]) ** 4
    assert found["start_share"][1].item() == pytest.approx(expected, rel=1e-5)
    assert path[1, :, 0].tolist() == [1, 2]
    np.testing.assert_allclose(path[1, :, 1], [norms[2], norms[4]], rtol=1e-5)
    assert path[1, 1, 2].item() == pytest.approx(np.sqrt((late**2).mean()), rel=1e-4)


def test_fitted_digits_are_standardised_and_the_others_are_those_that_no_setting_fits():
    (few, _), (many, _) = (deep_nets.draw(read(n_train=n), SEEDS) for n in (40, SPARE))

    varied = few.x.std(1, correction=0) > 0
    assert few.x.mean(1).abs().max() < 1e-5
    assert ((few.x.std(1, correction=0) - 1).abs()[varied] < 1e-5).all()
    assert (few.new_x.transpose(1, 2)[~varied] == 0).all()
    assert torch.equal(few.new_classes, many.new_classes)
    assert torch.equal(few.classes, many.classes[:, :40])
    assert few.new_x.shape[1] == len(load_digits().data) - SPARE


def test_the_start_has_the_standard_deviation_of_pytorchs_linear_layers():
    net = normalised_net.start(list(range(8)), 1.0)
    torch.manual_seed(0)
    expected = nn.Linear(WIDTH, WIDTH).weight.std().item()

    assert net.w1.std().item() == pytest.approx(expected, rel=0.03)
    assert net.w3[..., :CLASSES].std().item() == pytest.approx(expected, rel=0.03)
    assert torch.equal(normalised_net.start([5], 10.0).w2, 10 * normalised_net.start([5], 1.0).w2)


def test_what_is_judged_is_the_mean_of_the_last_ten_epochs():
    setting = read(weight_decay=0.1, epochs=12)
    digits, order = deep_nets.draw(setting, SEEDS)
    net = normalised_net.start(SEEDS, setting.start_scale)
    *_, last = judged = [
        deep_nets.judge(each, digits) for each in deep_nets.train(setting, digits, order, net)
    ]
    found = deep_nets.follow(setting, SEEDS, SEEDS, digits, order).measures

    for name in last:
        mean = torch.stack([each[name].double() for each in judged[-10:]]).mean(0)
        np.testing.assert_allclose(found[name], mean, rtol=1e-5)


def test_a_run_that_overflows_has_diverged():
    runs = list(measure(lr=1e9, weight_decay=1e9))

    assert [run.measures for run in runs] == [{}, {}]


def test_as_many_digits_judge_as_are_declared():
    assert deep_nets.SPARE == SPARE


def test_more_digits_than_may_be_fitted_are_refused():
    assert not KINDS["deep_nets"].refuse(read(n_train=SPARE))
    assert str(SPARE) in KINDS["deep_nets"].refuse(read(n_train=SPARE + 1))
