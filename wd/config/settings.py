"""What a run depends on: hyperparameters, who reads them, and grids of them."""

from __future__ import annotations

from dataclasses import dataclass, fields

DATA = ("n_train", "n_test", "n_features", "noise_std", "true_w", "true_b", "dtype")
"""What a data set depends on."""
TRAINING = ("init_std", "bias_init_std", "batch_order", "lr", "batch_size", "epochs")
"""What a trained run depends on besides its data and its penalty."""

IMPLEMENTATIONS = {
    "scratch": (*DATA, *TRAINING, "weight_decay", "bias_decay"),
    "concise": (*DATA, *TRAINING, "weight_decay", "bias_decay"),
    "projected": (*DATA, *TRAINING, "theta"),
    "ridge": (*DATA, "weight_decay"),
    "constrained": (*DATA, "theta"),
    "constant": DATA,
}
"""Each implementation and the hyperparameters it reads; it isn't repeated over the others."""
EXACT = tuple(name for name, read in IMPLEMENTATIONS.items() if "lr" not in read)
"""Those that are solved, on the CPU, instead of trained."""


@dataclass(frozen=True)
class Setting:
    """One cell of a study: every hyperparameter of a run but its seed.

    A hyperparameter that the implementation doesn't read is None.

    Attributes:
        implementation: One of `IMPLEMENTATIONS`.
        weight_decay: λ ≥ 0 of the objective ½·mean squared error + (λ/2)·‖w‖².
        theta: θ > 0 of the hard constraint ‖w‖² ≤ θ.
        n_train: Number of training examples.
        n_test: Number of test examples.
        n_features: Number of features d.
        noise_std: σ, standard deviation of the targets' noise.
        true_w: Every coordinate of the true weights.
        true_b: The true bias.
        init_std: Standard deviation of the initial weights.
        bias_init_std: Standard deviation of the initial bias: 0 in the chapter's scratch program,
            `init_std` in its concise one.
        batch_order: 0 for the seed's batch order, 1 for another, independent one.
        bias_decay: Share of λ that decays the bias too; the chapter's is 0.
        lr: The learning rate η.
        batch_size: Examples per step; the last batch of an epoch may be shorter.
        epochs: Passes over the training set.
        dtype: "float32" or "float64".
    """

    implementation: str
    weight_decay: float | None = None
    theta: float | None = None
    n_train: int = 20
    n_test: int = 100
    n_features: int = 200
    noise_std: float = 0.01
    true_w: float = 0.01
    true_b: float = 0.05
    init_std: float | None = None
    bias_init_std: float | None = None
    batch_order: int | None = None
    bias_decay: float | None = None
    lr: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    dtype: str = "float32"


CHECKS = (
    "one_step",
    "decay_alone",
    "same_thing",
    "conventions",
    "stability",
    "best_decay",
)
"""Comparisons that are no training runs; each is a module of `wd.lab.studies`."""

HYPERPARAMETERS = tuple(field.name for field in fields(Setting))


@dataclass(frozen=True)
class Study:
    """A named grid of settings, each run with the same seeds.

    Attributes:
        name: As in `[study.NAME]`.
        settings: The cells, in the order of the grid.
        seeds: The seeds of every cell.
        curves_every: Record losses and norm every so many epochs; None records no curves.
        decompose: Measure each trained run's parts and predictions as well.
    """

    name: str
    settings: tuple[Setting, ...]
    seeds: tuple[int, ...]
    curves_every: int | None = None
    decompose: bool = False
