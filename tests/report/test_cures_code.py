"""The code that the page about other cures gives to copy does what the page says."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Lasso


@pytest.fixture(scope="module")
def step_with_l1(run_code):
    return run_code("cures")["step_with_l1"]


@pytest.mark.parametrize("l1", [0.05, 0.3, 3.0])
def test_it_trains_the_lasso_of_scikit_learn_with_its_exact_zeros(step_with_l1, l1):
    generator = torch.Generator().manual_seed(0)
    x = 1 + torch.randn(40, 12, generator=generator, dtype=torch.float64)
    y = x[:, :3].sum(1, keepdim=True) + 0.1
    model = torch.nn.Linear(12, 1).double()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.07)
    for _ in range(6000):
        optimiser.zero_grad()
        (torch.nn.functional.mse_loss(model(x), y) / 2).backward()
        step_with_l1(optimiser, [model.weight], l1)
    oracle = Lasso(alpha=l1, tol=1e-12, max_iter=100_000).fit(x, y[:, 0])

    weights = model.weight.detach()[0].numpy()
    np.testing.assert_allclose(weights, oracle.coef_, rtol=0, atol=1e-6)
    assert ((weights != 0) == (oracle.coef_ != 0)).all()
