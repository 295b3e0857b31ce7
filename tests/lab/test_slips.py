"""The chapter's programs with a slip: as the programs themselves with that one line changed."""

import pytest
import torch

from wd.config import Setting
from wd.declarations.kinds import slips as declared
from wd.lab.data import draw_order, draw_training_set, normals
from wd.lab.studies import slips

SIZES = {"n_train": 7, "n_features": 11, "batch_size": 3, "epochs": 6, "weight_decay": 3.0}


def run_alone(setting, seed):
    """The chapter's own lines: a loss, backward(), and a step, with the slip."""
    x, y = (each[0] for each in draw_training_set(setting, [seed], torch.float64))
    w = (setting.init_std * normals(seed, "w", 11, 1)).requires_grad_()
    concise = declared.PROGRAMS[setting.slip] == "concise"
    b = (concise * setting.init_std * normals(seed, "b", 1)).requires_grad_()
    groups = [{"params": [w], "weight_decay": setting.weight_decay}, {"params": [b]}]
    optimiser = torch.optim.SGD(groups, lr=setting.lr, momentum=declared.MOMENTUM)
    for epoch in draw_order(setting, seed):
        for batch in epoch.split(setting.batch_size):
            errors = x[batch] @ w + b - y[batch]
            for parameter in (w, b):
                parameter.grad = None
            if concise:
                errors.square().mean().backward()
                optimiser.step()
            else:
                (errors.square() / 2 + setting.weight_decay * w.abs().sum()).sum().backward()
                with torch.no_grad():
                    for parameter in (w, b):
                        parameter.sub_(setting.lr * parameter.grad / setting.batch_size)
    return w.norm().item()


@pytest.mark.parametrize("slip", declared.PROGRAMS)
def test_a_slip_is_the_program_with_that_line_changed(slip):
    setting = Setting.read("slips", SIZES | {"slip": slip, "dtype": "float64"})
    ((_, outcomes),) = slips.measure([setting], range(3))

    expected = [run_alone(setting, seed) for seed in range(3)]
    assert outcomes.measures["slip_norm"].tolist() == pytest.approx(expected, rel=1e-12)


def test_every_slip_that_is_declared_has_its_code():
    assert slips.SLIPS.keys() == declared.PROGRAMS.keys()
