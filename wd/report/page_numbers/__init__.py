"""Single numbers that prose looks up, in modules named after their pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from wd.report.numbers import NUMBERS
from wd.report.readings import Readings

Measure = Callable[[Readings], str]


def number(name: str) -> Callable[[Measure], Measure]:
    """Register a number's function under the name that templates use."""

    def register(measure: Measure) -> Measure:
        if name in NUMBERS:
            raise ValueError(f"two numbers are named {name!r}")
        NUMBERS[name] = measure
        return measure

    return register


def load_numbers() -> dict[str, Measure]:
    """Import every module of numbers and return the registry, by name."""
    for module in sorted(Path(__file__).parent.glob("[!_]*.py")):
        import_module(f"{__name__}.{module.stem}")
    return NUMBERS
