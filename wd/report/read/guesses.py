"""Guesses: questions whose right choice is read from the evidence."""

from __future__ import annotations

from collections.abc import Callable

from wd.report.read.readings import Readings
from wd.report.read.registry import Registry

Answer = Callable[[Readings], int]
GUESSES: Registry[Answer] = Registry("guesses")


guess = GUESSES.register
"""Registers the function that finds a question's right choice, counted from 0."""
