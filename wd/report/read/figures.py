"""Figures: one function each, in a module per topic, registered under its name.

A figure function gets the readings, the labels and a style (the one that any study may have also
the study's name), and returns a `Drawing`. It is called once, for the light theme, of which the
dark one is a recoloured copy; it draws with matplotlib's object interface, and computes no theory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure

from wd.report.read.registry import Registry


@dataclass(frozen=True)
class Drawing:
    """A drawn figure with what stands beside it.

    Attributes:
        figure: The matplotlib figure.
        header: Column names of its data.
        rows: Its data, for the CSV file.
        numbers: What fills the placeholders of its caption and alternative text.
    """

    figure: Figure
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    numbers: dict[str, str] = field(default_factory=dict)


Draw = Callable[..., Drawing]
FIGURES: Registry[Draw] = Registry("figures")


figure = FIGURES.register
"""Registers a figure function under the name that templates use."""
