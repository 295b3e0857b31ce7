"""Optimisers with weight decay: closed forms against brute force, and runs against torch's own."""

import math

import pytest
import torch
from torch.nn.functional import mse_loss

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.solutions import ridge
from wd.lab.studies.optimisers import Descent, measure
from wd.lab.studies.problem import draw
from wd.lab.theory import optimisers as theory

TALL = {"n_train": 30, "n_features": 4, "true_w": 1.0, "noise_std": 0.5, "weight_decay": 0.3}
WIDE = {"n_train": 5, "n_features": 20, "weight_decay": 3.0, "lr": 0.01, "epochs": 60}
FORMS = ("l2", "decoupled", "independent", "cautious")
SEEDS = (0, 1, 2)


def read(sizes, **more):
    return Setting.read("optimisers", sizes | more)


def run_alone(setting, seed, steps):
    """Run torch's own optimiser on one data set as its users do: a module, a loss, backward()."""
    problem = draw(setting, seed)
    x, y = problem.x[0], problem.y[0, :, 0]
    w = (setting.init_std * normals(seed, "w", setting.n_features)).requires_grad_()
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    decay, form = setting.weight_decay, setting.decay_form
    passed = decay if form == "l2" else 0.0
    if setting.optimiser == "adam":
        kind = torch.optim.AdamW if form == "decoupled" else torch.optim.Adam
        passed = decay if form == "decoupled" else passed
        options = {"betas": (0.9, setting.beta2)}
    else:
        kind = torch.optim.SGD
        nesterov = setting.optimiser == "nesterov"
        options = {"momentum": setting.momentum, "nesterov": nesterov}
    groups = [{"params": [w], "weight_decay": passed}, {"params": [b], "weight_decay": 0.0}]
    optimiser = kind(groups, lr=setting.lr, **options)
    path = []
    for lr in theory.list_rates(setting.lr, steps, setting.schedule):
        for group in optimiser.param_groups:
            group["lr"] = lr
        optimiser.zero_grad()
        (mse_loss(x @ w + b, y) / 2).backward()
        old = w.detach().clone()
        optimiser.step()
        with torch.no_grad():
            update = (old - w) / lr
            if form == "independent":
                w -= decay * old
            elif form == "cautious":
                w -= lr * decay * (old * (update * old >= 0))
            elif form == "decoupled" and kind is torch.optim.SGD:
                w -= lr * decay * old
        path.append((w.detach().clone(), b.detach().clone()))
    return path


@pytest.mark.parametrize("sizes", [TALL, WIDE], ids=["tall", "wide"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("optimiser", ["sgd", "nesterov", "adam"])
def test_runs_side_by_side_take_the_steps_of_torchs_optimiser_alone(sizes, form, optimiser):
    more = {"momentum": 0.9, "schedule": "cosine", "lr": 0.02, "init_std": 1.0}
    setting = read(sizes, decay_form=form, optimiser=optimiser, **more)
    problems = [draw(setting, seed) for seed in SEEDS]
    start = torch.stack([normals(seed, "w", setting.n_features) for seed in SEEDS])
    alone = [run_alone(setting, seed, 25) for seed in SEEDS]

    descent = Descent(setting, problems, start)
    for step, lr in enumerate(theory.list_rates(setting.lr, 25, setting.schedule)):
        descent.step(lr)
        w, b = (torch.stack(each) for each in zip(*(path[step] for path in alone), strict=True))
        torch.testing.assert_close(descent.w, w, rtol=0, atol=1e-12 * float(w.abs().max()))
        torch.testing.assert_close(descent.b, b, rtol=0, atol=1e-12 * float(w.abs().max()))


@pytest.mark.parametrize("optimiser", ["sgd", "nesterov"])
@pytest.mark.parametrize("form", ["l2", "decoupled", "independent"])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_a_run_that_begins_at_its_point_of_rest_with_the_memory_of_rest_stays(
    optimiser, form, momentum
):
    setting = read(TALL, optimiser=optimiser, decay_form=form, momentum=momentum, lr=0.1)
    problem = draw(setting, 0)
    decay = theory.find_resting_decay(optimiser, form, 0.3, momentum, 0.1)
    w, b = (
        each[0, :, 0] if each.dim() == 3 else each[0]
        for each in ridge.solve(problem.spectrum, [decay])
    )
    x, y = problem.x[0], problem.y[0, :, 0]
    g = x.T @ (x @ w + b - y) / len(y)
    got = g + 0.3 * w if form == "l2" else g
    v = got / (1 - momentum)
    update = got + momentum * v if optimiser == "nesterov" else v
    share = {"l2": 0.0, "decoupled": 0.03, "independent": 0.3}[form]

    torch.testing.assert_close(momentum * v + got, v, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(share * w + 0.1 * update, torch.zeros_like(w), rtol=0, atol=1e-13)


def test_only_what_is_apart_from_the_gradient_has_another_decay_at_rest():
    assert theory.find_resting_decay("nesterov", "l2", 0.3, 0.9, 0.1) == 0.3
    assert theory.find_resting_decay("adam", "l2", 0.3, 0.9, 0.1) == 0.3
    assert theory.find_resting_decay("sgd", "decoupled", 0.3, 0.5, 0.1) == 0.15
    assert theory.find_resting_decay("sgd", "independent", 0.3, 0.5, 0.1) == pytest.approx(1.5)
    assert theory.find_resting_decay("adam", "cautious", 0.3, 0.5, 0.1) == 0
    assert math.isnan(theory.find_resting_decay("adam", "decoupled", 0.3, 0.0, 0.1))


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("form", ["l2", "decoupled", "independent"])
def test_the_leftover_of_a_weight_without_data_is_what_torch_leaves_of_it(form, momentum, nesterov):
    if nesterov and not momentum:
        return
    rates = theory.list_rates(0.02, 50, "linear")
    passed = 3.0 if form == "l2" else 0.0
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD(
        [w], lr=1, momentum=momentum, nesterov=nesterov, weight_decay=passed
    )
    for lr in rates:
        optimiser.param_groups[0]["lr"] = lr
        w.grad = torch.zeros_like(w)
        optimiser.step()
        if form != "l2":
            w.data *= 1 - (lr * 3.0 if form == "decoupled" else 3.0 / 100)

    decay = 0.03 if form == "independent" else 3.0
    found = theory.follow_leftover(rates, form, decay, momentum, nesterov=nesterov)
    assert found == pytest.approx(w.item(), rel=1e-12)


@pytest.mark.parametrize(
    ("share", "size"), [(0.001, None), (0.009, math.sqrt(0.9)), (0.5, math.sqrt(0.9))]
)
def test_momentum_forgets_at_the_pace_of_the_recursions_eigenvalue(share, size):
    """As the page says: about ηλ/(1 − μ) a step while ηλ is small, and √μ between two bounds."""
    low, high = (1 - math.sqrt(0.9)) ** 2, (1 + math.sqrt(0.9)) ** 2
    step = torch.tensor([[1 - share, -0.9], [share, 0.9]], dtype=torch.float64)
    largest = torch.linalg.eigvals(step).abs().max().item()

    assert (low < share < high) == (size is not None)
    assert largest == pytest.approx(size or 1 - share / 0.1, rel=1e-2 if size is None else 1e-12)


@pytest.mark.parametrize("weight_decay", [1e-2, 1.0, 100.0])
def test_adam_shrinks_a_weight_without_data_alike_for_every_decay(weight_decay):
    start = torch.tensor([3.0, -0.5, 0.01], dtype=torch.float64)
    rates = theory.list_rates(0.003, 400, "constant")
    w = start.clone().requires_grad_()
    optimiser = torch.optim.Adam([w], lr=0.003, weight_decay=weight_decay, eps=1e-30)
    for _ in rates:
        w.grad = torch.zeros_like(w)
        optimiser.step()

    torch.testing.assert_close(
        theory.shrink_by_adam(start, rates, 0.999), w.detach(), rtol=1e-9, atol=0
    )
    assert abs(w[0].item() - (3 - 400 * 0.003)) < 0.1 * 400 * 0.003


def test_schedules_to_zero_have_half_the_sum():
    for name in ("linear", "cosine"):
        rates = theory.list_rates(0.1, 400, name)
        assert rates[0] == 0.1
        assert 0 < rates[-1] < 0.001
        assert sum(rates) == pytest.approx(20, rel=5e-3)
    assert theory.list_rates(0.1, 3, "constant") == [0.1] * 3


def take(sizes, **more):
    ((_, outcomes),) = measure([read(sizes, **more)], SEEDS)
    return outcomes


def test_without_decay_descent_from_a_random_start_rests_where_theory_says_on_wide_data():
    """The interpolation that is nearest to the start, not the shortest."""
    found = take(WIDE, weight_decay=0.0, lr=0.05, epochs=2000).measures

    assert max(found["rest_distance"]) < 1e-9
    assert min(found["undecayed_distance"]) > 1
    assert found["leftover"] == pytest.approx(1, rel=1e-12)


def test_a_long_run_on_wide_data_rests_at_the_penalised_optimum():
    found = take(WIDE, weight_decay=3.0, momentum=0.5, lr=0.05, epochs=3000).measures

    assert max(found["rest_distance"]) < 1e-9
    assert max(found["leftover"]) < 1e-12


def test_adamw_on_tall_data_rests_at_least_squares_in_a_box_of_one_over_the_decay():
    """Which a weak decay doesn't bind, and a strong one does."""
    adamw = {"optimiser": "adam", "decay_form": "decoupled", "schedule": "linear"}
    weak, strong = (
        take(TALL, **adamw, lr=0.03, epochs=1500, weight_decay=each).measures for each in (0.3, 3.0)
    )

    assert weak["rest_distance"] == pytest.approx(weak["undecayed_distance"], rel=1e-9)
    assert max(strong["rest_distance"]) < 0.2 < min(strong["undecayed_distance"])


def test_a_path_begins_whole_and_ends_at_the_leftover():
    outcomes = take(WIDE)
    path = outcomes.series["leftover_path"]

    assert path[:, 0].tolist() == [[0.0, 1.0]] * len(SEEDS)
    assert (path[:, -1, 1] == outcomes.measures["leftover"]).all()
    assert path[:, -1, 0].tolist() == [60.0] * len(SEEDS)


def test_a_share_that_no_rate_has_a_part_in_has_no_rest_under_a_schedule():
    more = {"decay_form": "independent", "weight_decay": 0.03, "lr": 0.1, "epochs": 20}

    assert "rest_distance" in take(TALL, **more).measures
    assert "rest_distance" not in take(TALL, schedule="linear", **more).measures
