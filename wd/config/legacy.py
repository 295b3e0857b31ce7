"""The table `[checks]` of older files, read for this release as the studies that replaced it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from wd.declarations import list_allowed
from wd.errors import ConfigError


def translate_checks(
    checks: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """Turn checks into tables of studies.

    Args:
        checks: As in an older file: names, and on how many seeds each.
        defaults: The values of `[defaults]`, the built-in ones filled in.

    Returns:
        The tables by study, and lines that show the new form.

    Raises:
        ConfigError: If there was no such check.
    """
    d = _first(defaults, "n_features")
    n = _first(defaults, "n_train")
    norm = abs(_first(defaults, "true_w")) * math.sqrt(d)
    known: dict[str, dict[str, dict[str, Any]]] = {
        "one_step": {
            "one_step": {
                "kind": "one_step",
                "dtype": ["float32", "float64"],
                "weight_decay": [0, 3, 30],
            }
        },
        "decay_alone": {
            "decay_alone": {
                "kind": "decay_alone",
                "lr": 1,
                "weight_decay": [0.009, 0.5, 1, 1.5, 2, 2.1],
            }
        },
        "same_thing": {
            name: {"kind": kind, "n_train": sizes[0], "n_features": sizes[1], **more}
            for name, kind, sizes, more in (
                ("same_thing", "same_thing", (n, d), {"theta_share": _SHARES}),
                ("same_thing_tall", "same_thing", (d, n), {"theta_share": _SHARES}),
                ("random_start", "random_start", (n, d), {}),
                ("undecayed_descent", "undecayed_descent", (n, d), {}),
                ("decay_limits", "decay_limits", (n, d), {"weight_decay": _LIMITS}),
            )
        },
        "conventions": {
            "conventions": {
                "kind": "conventions",
                "n_train": 40,
                "n_features": 10,
                "weight_decay": 0.5,
                "convention": [
                    "sgd_half_mse",
                    "sgd_mse",
                    "sgd_mse_unconverted",
                    "adam_l2",
                    "adamw",
                    "ridge",
                    "ridge_unconverted",
                    "linear_regression",
                ],
            },
            "conventions_wide": {
                "kind": "conventions",
                "weight_decay": 0.5,
                "convention": ["ridge", "linear_regression"],
            },
        },
        "stability": {
            "stable_rates": {
                "kind": "stable_rates",
                "weight_decay": [0, 0.3, 1, 3, 10, 30, 60, 100],
            }
        },
        "best_decay": {
            "best_decay": {"kind": "best_decay", "noise_std": _NOISE},
            "best_decay_square": {
                "kind": "best_decay",
                "n_train": 100,
                "n_features": 100,
                "true_w": norm / 10,
                "noise_std": _NOISE,
            },
        },
    }
    tables, notes = {}, []
    for name, seeds in checks.items():
        if name not in known:
            allowed = list_allowed(name, list(known))
            raise ConfigError(f"[checks] has an unknown key {name!r}.\n{allowed}")
        tables |= {study: table | {"seeds": seeds} for study, table in known[name].items()}
        studies = ", ".join(f"[study.{study}]" for study in known[name])
        notes.append(
            f"[checks] {name} = {seeds} is read as {studies} with kinds of their own, as in "
            "report.toml; the table [checks] goes with the next release."
        )
    return tables, tuple(notes)


_SHARES = [0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.5]
_LIMITS = [1e-8, 1e-6, 1e-4, 1e-2, 1e2, 1e4, 1e6, 1e8]
_NOISE = [0.01, 0.03, 0.1, 0.3, 1.0]


def _first(defaults: Mapping[str, Any], name: str) -> Any:
    value = defaults[name]
    return value[0] if isinstance(value, list) and value else value
