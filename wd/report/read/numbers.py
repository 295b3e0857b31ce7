"""How numbers are written, and the single numbers that prose looks up by name."""

from __future__ import annotations

import math
import re

from wd.config import EXACT
from wd.report.read.readings import Reading, Readings
from wd.report.read.registry import Registry

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
_POWER = re.compile("(?<=10)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")


def write(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, very small and large ones as powers of ten.

    Args:
        value: A finite number.
        digits: Significant digits.

    Returns:
        Such as "13.4", "0.00096" or "1.2×10⁻⁷"; whole numbers of up to six digits exactly.

    Raises:
        ValueError: If the value isn't finite: a page never shows one as a number.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} can't be shown as a number")
    if value == 0:
        return "0"
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 <= power <= 5:
        text = f"{abs(value):.{max(0, digits - 1 - power)}f}"
    else:
        text = f"{mantissa}×10{str(power).translate(_RAISED)}"
    return f"−{text}" if value < 0 else text


def set_powers(text: str) -> str:
    """Set the powers of ten in a text as HTML does, where it may have markup: 10<sup>−7</sup>.

    The characters that stand for raised digits are of uneven size in many typefaces.
    """
    return _POWER.sub(lambda found: f"<sup>{found[0].translate(_LOWERED)}</sup>", text)


def write_exactly(value: float | str | None) -> str:
    """Write a hyperparameter as its author did: 3, 0.05, scratch."""
    return f"{value:,.15g}" if isinstance(value, float) else f"{value}"


def _list_cells(readings: Readings, *, solved: bool) -> list[Reading]:
    """List the cells of all studies that are trained, or those that are solved instead."""
    cells = (reading for study in readings.studies for reading in readings.cells(study))
    return [cell for cell in cells if (cell.setting.implementation in EXACT) == solved]


def _count_runs(readings: Readings, *, solved: bool) -> str:
    return f"{sum(len(cell.seeds) for cell in _list_cells(readings, solved=solved)):,}"


def _count_diverged(readings: Readings) -> str:
    return f"{sum(int(cell.diverged.sum()) for cell in _list_cells(readings, solved=False)):,}"


def _bound_rank(readings: Readings) -> str:
    """How many directions the examples span at most, by the defaults."""
    setting = readings.config.setting
    return f"{min(setting.n_train, setting.n_features)}"


NUMBERS = Registry(
    "numbers",
    {
        "runs_trained": lambda readings: _count_runs(readings, solved=False),
        "runs_solved": lambda readings: _count_runs(readings, solved=True),
        "runs_diverged": _count_diverged,
        "directions_spanned": _bound_rank,
        "studies_total": lambda readings: f"{len(readings.studies)}",
        "chapter_seeds": lambda readings: f"{len(readings.cells('chapter')[0].seeds):,}",
        "sweep_seeds": lambda readings: f"{len(readings.cells('sweep')[0].seeds):,}",
    },
)
"""Look-ups of `{{ number("name") }}`; each raises Missing where this build lacks what it needs."""
