"""The code that the page about deep nets gives to copy does what the page says."""

import pytest
import torch
from torch import nn


@pytest.fixture(scope="module")
def turn(run_code):
    return run_code("deep-nets")["turn"]


@pytest.fixture
def trained():
    """A network with batch norm and SGD, on noise, so that it never has learned all."""
    torch.manual_seed(0)
    x, y = torch.randn(256, 20), torch.randint(4, (256,))
    net = nn.Sequential(
        nn.Linear(20, 30, bias=False), nn.BatchNorm1d(30), nn.ReLU(), nn.Linear(30, 4)
    )
    groups = [
        {"params": [net[0].weight], "weight_decay": 0.1},
        {"params": [*net[1].parameters(), *net[3].parameters()], "weight_decay": 0},
    ]
    sgd = torch.optim.SGD(groups, lr=0.1)

    def differentiate():
        batch = torch.randint(256, (32,))
        sgd.zero_grad()
        nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()

    return net, sgd, differentiate


def test_it_takes_the_step_that_the_optimiser_takes(turn, trained):
    net, sgd, differentiate = trained
    differentiate()
    w = net[0].weight
    expected = (1 - 0.1 * 0.1) * w.detach() - 0.1 * w.grad

    (ratio,) = turn(sgd)

    torch.testing.assert_close(w.detach(), expected, rtol=1e-5, atol=1e-7)
    assert ratio > 0


def test_a_matrix_that_gets_shorter_turns_by_less_and_one_at_rest_by_as_much_on_average(
    turn, trained
):
    net, sgd, differentiate = trained
    with torch.no_grad():
        net[0].weight.mul_(10)
    found, norms = [], []
    for _ in range(2000):
        differentiate()
        found += turn(sgd)
        norms.append(net[0].weight.norm().item())
    early, late = (torch.tensor(each).square().mean().sqrt() for each in (found[:50], found[1000:]))

    assert norms[50] < 0.8 * norms[0]
    assert early < 0.2
    assert norms[-1] == pytest.approx(norms[1000], rel=0.2)
    assert late.item() == pytest.approx(1, abs=0.05)


def test_what_does_not_decay_and_what_is_no_matrix_is_left_out(turn):
    w, b, free = (nn.Parameter(torch.ones(shape)) for shape in ((2, 3), (3,), (2, 2)))
    sgd = torch.optim.SGD(
        [{"params": [w, b], "weight_decay": 0.5}, {"params": [free], "weight_decay": 0}], lr=0.1
    )
    for p in (w, b, free):
        p.grad = torch.randn_like(p)

    assert len(turn(sgd)) == 1
