"""The hyperparameters that several implementations or kinds share, a row each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wd.declarations.forms import Hyperparameter

MOST = 1_000_000
LARGEST = 1e9
"""Products of two of these still fit into float32, summed over all features too."""
SMALLEST = 1e-30
"""What is divided by this is still finite in float32, by its square in float64."""


def _count(
    name: str, default: int, meaning: str, unit: str = "", also: tuple[str, ...] = ()
) -> Hyperparameter:
    return Hyperparameter(name, int, default, meaning, unit, least=1, most=MOST, also=also)


def _size(
    name: str, default: float, meaning: str, unit: str = "", also: tuple[str, ...] = ()
) -> Hyperparameter:
    return Hyperparameter(name, float, default, meaning, unit, least=0, most=LARGEST, also=also)


def _signed(name: str, default: float, meaning: str, unit: str = "") -> Hyperparameter:
    return Hyperparameter(name, float, default, meaning, unit, least=-LARGEST, most=LARGEST)


def _above(
    name: str, default: float, meaning: str, bound: float, also: tuple[str, ...] = ()
) -> Hyperparameter:
    return Hyperparameter(name, float, default, meaning, above=bound, most=LARGEST, also=also)


SHARED = (
    _size(
        "weight_decay",
        0.0,
        "λ of ½·mean squared error + (λ/2)·‖w‖²",
        "1/step per η",
        ("wd", "λ", "lambda", "lambd", "lam", "lmbda", "l2", "decay", "penalty", "reg"),
    ),
    _above("theta", 1.0, "θ of the hard constraint ‖w‖² ≤ θ", SMALLEST),
    _count("n_train", 20, "number of training examples n", "examples", ("n", "num_train")),
    _count("n_test", 100, "number of test examples", "examples", ("num_test",)),
    _count("n_features", 200, "number of features d", also=("d", "dim", "num_inputs")),
    _size(
        "noise_std",
        0.01,
        "standard deviation σ of the targets' noise",
        "of y",
        ("σ", "sigma", "noise"),
    ),
    _signed("true_w", 0.01, "every coordinate of the true weights"),
    _signed("true_b", 0.05, "the true bias", "of y"),
    _size("init_std", 1.0, "standard deviation of the initial weights"),
    _size("bias_init_std", 0.0, "standard deviation of the initial bias", "of y"),
    Hyperparameter(
        "init",
        str,
        "normal",
        "distribution of the initial weights and bias, of these standard deviations",
        choices=("normal", "uniform"),
    ),
    Hyperparameter(
        "batch_order", int, 0, "0 for the seed's batch order, 1 for another one", least=0, most=1
    ),
    _size("bias_decay", 0.0, "share of λ that decays the bias too"),
    _above("lr", 0.003, "the learning rate η", 0, ("η", "eta", "learning_rate")),
    replace(
        _count(
            "batch_size",
            5,
            "examples per step; an epoch's last batch may be shorter",
            "examples",
            ("batch", "bs"),
        ),
        within="n_train",
    ),
    _count("epochs", 100, "passes over the training set", "epochs", ("num_epochs", "n_epochs")),
    Hyperparameter(
        "dtype",
        str,
        "float32",
        "the numbers' type in training, and of the data",
        choices=("float32", "float64"),
    ),
    Hyperparameter("momentum", float, 0.0, "μ of SGD, whose memory is v ← μv + g", least=0, most=1),
    Hyperparameter(
        "schedule",
        str,
        "constant",
        "what becomes of η over the steps",
        choices=("constant", "linear", "cosine"),
    ),
)
"""In the order in which tables and files have them as columns."""

USUAL = "scratch"
"""The implementation of a study of the matrix that doesn't say."""

DATA = ("n_train", "n_test", "n_features", "noise_std", "true_w", "true_b", "dtype")
"""What a data set depends on."""

TRAINING_SET = tuple(name for name in DATA if name != "n_test")
"""What it depends on where nothing is tested."""

TRAINING = ("init_std", "bias_init_std", "batch_order", "lr", "batch_size", "epochs")
"""What a trained run depends on besides its data and its penalty."""


def refuse_more_than(most: int, setting: Any, dataset: str = "digits") -> str | None:
    """Refuse to fit so many examples of a real data set that too few are left to judge."""
    if setting.n_train <= most:
        return None
    return (
        f"n_train = {setting.n_train} leaves too few of the {dataset} data to judge.\n"
        f"Allowed: at most {most}."
    )
