import pytest
import torch

from wd.config import Setting
from wd.lab.data import draw_examples
from wd.lab.solutions import ridge
from wd.lab.theory import landscape

LAMBDAS = [0.0, 0.1, 1.0, 10.0]


@pytest.fixture
def problem():
    setting = Setting.of("ridge", n_train=12, n_features=2, true_w=1.0)
    examples = draw_examples(setting, [0], torch.float64)
    return examples.x[0], examples.y[0]


def test_the_pull_of_the_loss_and_the_decay_cancel_at_every_optimum(problem):
    found = landscape.survey(*problem, [0.0], [0.0], LAMBDAS)

    torch.testing.assert_close(found.pull, found.decay, rtol=0, atol=1e-14)
    assert (found.decay[1:].norm(dim=1) > 0.01).all()


def test_the_surface_has_its_first_weight_along_the_columns(problem):
    x, y = problem
    found = landscape.survey(x, y, [0.0, 0.5, 2.0], [-1.0, 1.0], LAMBDAS)

    w = torch.tensor([[2.0], [-1.0]], dtype=torch.float64)
    error = x @ w - y
    expected = (error - error.mean()).square().mean() / 2

    assert found.loss.shape == (2, 3)
    assert found.loss[0, 2].item() == pytest.approx(expected.item(), rel=1e-13)


def test_no_point_of_the_surface_lies_below_the_undecayed_optimum(problem):
    grid = torch.linspace(-2, 3, 41, dtype=torch.float64)

    found = landscape.survey(*problem, grid, grid, LAMBDAS)

    assert found.loss.min() > found.optimum_loss[0]
    assert (found.optimum_loss.diff() > 0).all()


def test_the_path_leads_to_the_origin(problem):
    found = landscape.survey(*problem, [0.0], [0.0], [*LAMBDAS, 1e9])

    assert (found.optimum.norm(dim=1).diff() < 0).all()
    assert found.optimum[-1].norm() < 1e-8


def test_the_loss_of_an_optimum_is_that_of_the_closed_form(problem):
    found = landscape.survey(*problem, [0.0], [0.0], LAMBDAS)

    x, y = problem
    w, b = ridge.solve(ridge.factorise(x, y), LAMBDAS)
    expected = (x @ w + b - y).square().mean(0) / 2
    torch.testing.assert_close(found.optimum_loss, expected, rtol=1e-12, atol=0)


def test_only_two_features_can_be_drawn():
    x, y = torch.zeros(4, 3, dtype=torch.float64), torch.zeros(4, 1, dtype=torch.float64)

    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        landscape.survey(x, y, [0.0], [0.0], [1.0])


@pytest.mark.parametrize("examples", [1, 5])
def test_the_surface_around_an_optimum_at_the_origin_still_has_an_extent(problem, examples):
    """As where there is one example, which the bias alone fits, or where all targets agree."""
    x, y = (each[:examples] for each in problem)

    found = landscape.survey_around_optimum(x, torch.ones_like(y), LAMBDAS)

    assert (found.w1.diff() > 0).all()
    assert (found.w1[0], found.w2[-1]) == (-1, 1)
    assert found.loss.isfinite().all()
