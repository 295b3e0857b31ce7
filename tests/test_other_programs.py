"""What the pages say of programs that this report does not run, tried on PyTorch itself."""

import pytest
import torch
from torch import nn

D = 200


@pytest.mark.filterwarnings("ignore:Lazy modules")
def test_a_lazy_layer_forgets_the_weights_that_were_set_before_it_saw_data():
    """So starts the concise program of the English edition: from PyTorch's own initial values."""
    torch.manual_seed(0)
    layer = nn.LazyLinear(1)
    layer.weight.data.normal_(0, 0.01)
    layer.bias.data.fill_(0)

    layer(torch.randn(5, D))

    weights = layer.weight.detach()
    assert weights.abs().max() <= D**-0.5
    assert weights.norm().item() == pytest.approx(3**-0.5, rel=0.1)  # uniform up to 1/√d
    assert 0 < layer.bias.abs().item() <= D**-0.5


def test_adam_decouples_its_decay_where_it_is_told_to():
    """And adds it to the gradient where it isn't."""
    steps = {}
    for name, optimiser, options in [
        ("l2", torch.optim.Adam, {}),
        ("told", torch.optim.Adam, {"decoupled_weight_decay": True}),
        ("adamw", torch.optim.AdamW, {}),
    ]:
        w = torch.tensor([2.0, -3.0], dtype=torch.float64, requires_grad=True)
        w.grad = torch.tensor([1.0, 0.5], dtype=torch.float64)
        optimiser([w], lr=0.1, weight_decay=0.5, **options).step()
        steps[name] = w.detach()

    assert torch.equal(steps["told"], steps["adamw"])
    assert (steps["l2"] - steps["adamw"]).abs().min() > 0.01
