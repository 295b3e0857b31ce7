"""What varies in a study, and how its values and settings are written."""

from __future__ import annotations

from collections.abc import Sequence

from wd.config import Setting
from wd.declarations import HYPERPARAMETERS
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Reading


def list_varied(cells: Sequence[Reading]) -> list[str]:
    """List the hyperparameters that differ between cells, programs first.

    One that differs only from program to program is left out: concise starts its bias at random
    without anybody having asked for it.
    """
    settings = [dict(cell.setting.values) for cell in cells]
    programs = [setting.get("implementation") for setting in settings]
    return [
        name
        for name in HYPERPARAMETERS
        if _is_varied(
            [setting.get(name) for setting in settings],
            programs if name != "implementation" else [None] * len(cells),
        )
    ]


def _is_varied(values: Sequence[object], programs: Sequence[object]) -> bool:
    """Whether any program has two of the values."""
    return len({*zip(programs, values, strict=True)}) > len({*programs})


def list_values(cells: Sequence[Reading], name: str) -> list:
    """List the different values of a hyperparameter in the order of the grid, without None."""
    values = dict.fromkeys(getattr(cell.setting, name) for cell in cells)
    return [value for value in values if value is not None]


def write_value(setting: Setting, name: str, labels: Labels) -> str:
    """Write a setting's value of a hyperparameter, a program by its name in the language."""
    value = getattr(setting, name)
    if value is None:
        return labels("word", "not_used")
    return labels("implementation", value) if name == "implementation" else write_exactly(value)


def name_setting(setting: Setting, names: Sequence[str], labels: Labels) -> str:
    """Name a setting by what it has of these hyperparameters: "scratch, λ = 3"."""
    parts = []
    for name in names:
        value = write_value(setting, name, labels)
        if name == "implementation":
            parts.append(value)
        elif getattr(setting, name) is not None:
            parts.append(f"{labels('column', name)} = {value}")
    return labels.enumerate(parts) or labels("implementation", setting.implementation)
