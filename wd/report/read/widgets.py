"""Widgets: what a reader can move, with the evidence inside and the words beside it.

A widget is a function that gathers its data, a frame in docs/widgets/NAME.html.j2 that keeps its
place until the script fills it, its words under `[widget.NAME]` in the labels, and a module of the
site's script in docs/assets/explore. All that it shows is computed here from the evidence, or by
the script from coefficients that are checked against the evidence here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.read.registry import Registry

Gather = Callable[[Readings, Labels], dict[str, Any]]
WIDGETS: Registry[Gather] = Registry("widgets")


widget = WIDGETS.register
"""Registers the function that gathers a widget's data under the name that templates use."""


def shorten(values: Iterable[float], digits: int = 5) -> list[float]:
    """Round numbers to so many significant digits: a pixel shows no more, and a page is light."""
    return [float(f"{value:.{digits}g}") for value in values]
