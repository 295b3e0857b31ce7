"""What a decomposed run is taken apart into, by projections and by scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from wd import config
from wd.evidence.schema import RUN_COLUMNS
from wd.lab import data
from wd.lab.studies import matrix, measures

DECAYS, SEEDS, N = [0.5, 3.0, 9.0], [4, 1], 6
PENALTIES = {"scratch": 1.0, "concise": 0.5}
"""Of λ, beside the loss with ½: the concise program's loss is twice as large."""


@pytest.fixture(scope="module", params=PENALTIES)
def runs(request):
    """Settings and outcomes of runs with fewer examples than features."""
    table = {"implementation": request.param, "weight_decay": DECAYS, "decompose": True}
    sizes = {"n_train": N, "n_features": 11, "batch_size": 3, "epochs": 9, "dtype": "float64"}
    study = config.parse({"defaults": sizes | {"lr": 0.02}, "study": {"a": table}}).studies[0]
    return matrix.train(study.settings, SEEDS, torch.device("cpu"), None, decompose=True)


def split(setting, seed):
    """The inputs and the targets of a run, and its start's part that no example sees."""
    found = data.draw_examples(setting, [seed], torch.float64)
    w = data.draw_start(setting, [seed], torch.float64).w[0, :, 0].numpy()
    x = found.x[0].numpy()
    return x, found.y[0, :, 0].numpy(), w - np.linalg.pinv(x) @ x @ w


def test_what_no_example_sees_and_what_some_do_are_at_right_angles(runs):
    for _, outcomes in runs:
        for outcome in outcomes:
            norm = outcome.values[RUN_COLUMNS.index("w_norm")]
            parts = outcome.measures["null_norm"], outcome.measures["row_norm"]
            assert np.hypot(*parts) == pytest.approx(norm, rel=1e-12)


def test_the_unseen_part_is_what_steps_of_decay_leave_of_it(runs):
    for setting, outcomes in runs:
        for outcome in outcomes:
            *_, unseen = split(setting, outcome.seed)
            left = (1 - setting.lr * setting.weight_decay) ** (2 * setting.epochs)
            start = np.linalg.norm(unseen)
            assert outcome.measures["null_start"] == pytest.approx(start, rel=1e-12)
            for name in ("null_norm", "null_predicted"):
                assert outcome.measures[name] == pytest.approx(left * start, rel=1e-11)
            assert outcome.measures["null_error"] < 1e-12


def test_the_optimum_is_scikit_learns_ridge(runs):
    for setting, outcomes in runs:
        for outcome in outcomes:
            x, y, _ = split(setting, outcome.seed)
            penalty = PENALTIES[setting.implementation] * setting.weight_decay
            optimum = np.linalg.norm(Ridge(alpha=N * penalty).fit(x, y).coef_)
            assert outcome.measures["ridge_norm"] == pytest.approx(optimum, rel=1e-9)
            predicted = np.hypot(outcome.measures["null_predicted"], optimum)
            assert outcome.measures["norm_predicted"] == pytest.approx(predicted, rel=1e-9)


def test_the_parts_of_the_expected_test_loss_add_up_to_it(runs):
    for _, outcomes in runs:
        for outcome in outcomes:
            parts = [each for name, each in outcome.measures.items() if name.startswith("part_")]
            expected = outcome.values[RUN_COLUMNS.index("expected_test_loss")]
            assert sum(parts) == pytest.approx(expected, rel=1e-11)


def test_an_end_that_decay_alone_does_not_explain_is_an_error_of_its_whole_length():
    """All weights 0 but for the part that is left, and another part that no example sees."""
    sizes = {"n_train": N, "n_features": 11, "batch_size": 3, "epochs": 9, "dtype": "float64"}
    table = {"implementation": "scratch", "weight_decay": DECAYS, "decompose": True}
    settings = config.parse({"defaults": sizes, "study": {"a": table}}).studies[0].settings
    start = data.draw_start(settings[0], SEEDS, torch.float64)
    examples = data.draw_examples(settings[0], SEEDS, torch.float64)
    ends = torch.zeros(2, 12, 3, dtype=torch.float64)
    for run, seed in enumerate(SEEDS):
        *_, unseen = split(settings[0], seed)
        for place, setting in enumerate(settings):
            left = (1 - setting.lr * setting.weight_decay) ** (2 * setting.epochs)
            ends[run, :-1, place] = torch.from_numpy(unseen) * (left + 0.25)

    found = measures.measure(settings, examples, start, ends)["null_error"]

    torch.testing.assert_close(found, torch.full_like(found, 0.25), rtol=1e-11, atol=0)
