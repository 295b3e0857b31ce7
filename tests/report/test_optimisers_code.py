"""The code that the page about optimisers gives to copy does what the page says."""

import pytest
import torch


@pytest.fixture(scope="module")
def step_and_decay(run_code):
    return run_code("optimisers")["step_and_decay"]


def make_weights():
    generator = torch.Generator().manual_seed(0)
    sizes = ((4, 3), (3,))
    return [
        torch.randn(*size, generator=generator, dtype=torch.float64).requires_grad_()
        for size in sizes
    ]


def pull(weights):
    """Make gradients of a loss whose least is away from zero in both directions."""
    sum((w - 0.3).square().sum() + (w - 0.3).pow(4).sum() for w in weights).backward()


def test_around_adam_it_is_adamw(step_and_decay):
    own, torchs = make_weights(), make_weights()
    adam = torch.optim.Adam(own, lr=0.01)
    adamw = torch.optim.AdamW(torchs, lr=0.01, weight_decay=0.7)
    for _ in range(20):
        for weights, optimiser in ((own, adam), (torchs, adamw)):
            optimiser.zero_grad()
            pull(weights)
        step_and_decay(adam, own, 0.7)
        adamw.step()

    for one, other in zip(own, torchs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=0)


def test_around_momentum_it_rests_where_the_page_says(step_and_decay):
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    for _ in range(1500):
        optimiser.zero_grad()
        ((w - 1).square() / 2).sum().backward()  # its penalised optimum is 1/(1 + λ)
        step_and_decay(optimiser, [w], 3)

    assert w.item() == pytest.approx(1 / 1.3, rel=1e-12)


def test_cautious_it_decays_only_where_the_step_goes_towards_zero(step_and_decay):
    w = torch.tensor([2.0, 2.0, -2.0, -2.0, 2.0], requires_grad=True)
    w.grad = torch.tensor([1.0, -1.0, 1.0, -1.0, 0.0])
    step_and_decay(torch.optim.SGD([w], lr=0.1), [w], 0.5, cautious=True)

    expected = torch.tensor([2 - 0.1 - 0.1, 2 + 0.1, -2 - 0.1, -2 + 0.1 + 0.1, 2 - 0.1])
    torch.testing.assert_close(w.detach(), expected)
