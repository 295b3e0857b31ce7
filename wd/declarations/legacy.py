"""The table `[checks]` of older files, read for this release as the studies that replaced it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from wd.declarations import list_allowed
from wd.errors import ConfigError

TABLES = ("checks",)
"""What a file of an older release may have beside the tables of today."""


def translate(
    older: Mapping[str, Mapping[str, Any]], defaults: Mapping[str, Any]
) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """Turn checks into tables of studies.

    Returns:
        The tables by study, and lines that show the new form.

    Raises:
        ConfigError: If there was no such check.
    """
    tables, notes = {}, []
    for name, seeds in older["checks"].items():
        if name not in _STUDIES:
            allowed = list_allowed(name, list(_STUDIES))
            raise ConfigError(f"[checks] has an unknown key {name!r}.\n{allowed}")
        for study in _STUDIES[name]:
            table = {"kind": study} | _TABLES[study] | {"seeds": seeds}
            tables[study] = table | _list_sizes(study, table["kind"], defaults)
        studies = ", ".join(f"[study.{study}]" for study in _STUDIES[name])
        notes.append(
            f"[checks] {name} = {seeds} is read as {studies} with kinds of their own, as in "
            "report.toml; the table [checks] goes with the next release."
        )
    return tables, tuple(notes)


def _list_sizes(study: str, kind: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """What of the data a check took from the defaults: only the first of each grid."""
    d, n, true_w = (
        value[0] if isinstance(value := defaults[name], list) else value
        for name in ("n_features", "n_train", "true_w")
    )
    if study == "best_decay_square":  # the norm of the true weights stays
        return {"n_train": 100, "n_features": 100, "true_w": abs(true_w) * math.sqrt(d) / 10}
    if study == "same_thing_tall":
        return {"n_train": d, "n_features": n}
    return {"n_train": n, "n_features": d} if kind in _STUDIES["same_thing"] else {}


_STUDIES = {
    "one_step": ("one_step",),
    "decay_alone": ("decay_alone",),
    "same_thing": (
        *("same_thing", "same_thing_tall", "random_start", "undecayed_descent", "decay_limits"),
    ),
    "conventions": ("conventions", "conventions_wide"),
    "stability": ("stable_rates",),
    "best_decay": ("best_decay", "best_decay_square"),
}
_SHARES = {"kind": "same_thing", "theta_share": [0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.5]}
_NOISE = {"kind": "best_decay", "noise_std": [0.01, 0.03, 0.1, 0.3, 1.0]}
_OPTIMISERS = ["sgd_half_mse", "sgd_mse", "sgd_mse_unconverted", "adam_l2", "adamw"]
_SOLVERS = ["ridge", "ridge_unconverted", "linear_regression"]
_CONVENTIONS = {"kind": "conventions", "weight_decay": 0.5}
_TABLES: dict[str, dict[str, Any]] = {
    "one_step": {"dtype": ["float32", "float64"], "weight_decay": [0, 3, 30]},
    "decay_alone": {"lr": 1, "weight_decay": [0.009, 0.5, 1, 1.5, 2, 2.1]},
    "same_thing": _SHARES,
    "same_thing_tall": _SHARES,
    "random_start": {},
    "undecayed_descent": {},
    "decay_limits": {"weight_decay": [1e-8, 1e-6, 1e-4, 1e-2, 1e2, 1e4, 1e6, 1e8]},
    "conventions": _CONVENTIONS
    | {"n_train": 40, "n_features": 10, "convention": _OPTIMISERS + _SOLVERS},
    "conventions_wide": _CONVENTIONS | {"convention": ["ridge", "linear_regression"]},
    "stable_rates": {"weight_decay": [0, 0.3, 1, 3, 10, 30, 60, 100]},
    "best_decay": _NOISE,
    "best_decay_square": _NOISE,
}
"""As they were when the checks became studies: they don't follow the declarations."""
