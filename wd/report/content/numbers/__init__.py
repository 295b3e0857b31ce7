"""Single numbers that prose looks up, in modules named after their pages."""

from __future__ import annotations

from collections.abc import Callable

from wd.report.read.numbers import NUMBERS
from wd.report.read.readings import Readings

Measure = Callable[[Readings], str]


number = NUMBERS.register
"""Registers a number's function under the name that templates use."""


def load_numbers() -> dict[str, Measure]:
    """Import every module of numbers and return the registry, by name."""
    return NUMBERS.load(__name__, __path__)
