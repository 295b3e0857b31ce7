"""How numbers are written, and the single numbers that prose looks up by name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from wd.report.read.readings import Missing
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
        Such as "13.4", "0.00096", "4,455" or "1.2×10⁻⁷"; whole numbers of up to six digits exactly.

    Raises:
        Missing: If the value isn't finite: a page never shows one as a number.
    """
    if not math.isfinite(value):
        raise Missing("infinite")
    if value == 0:
        return "0"
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 <= power <= 5:
        text = f"{abs(value):,.{max(0, digits - 1 - power)}f}"
    else:
        text = f"{mantissa}×10{str(power).translate(_RAISED)}"
    return f"−{text}" if value < 0 else text


def set_powers(text: str) -> str:
    """Set the powers of ten in a text as HTML does, where it may have markup: 10<sup>−7</sup>.

    The characters that stand for raised digits are of uneven size in many typefaces.
    """
    return _POWER.sub(lambda found: f"<sup>{found[0].translate(_LOWERED)}</sup>", text)


def write_exactly(value: float | str | None) -> str:
    """Write a hyperparameter as its author did: 3, 0.05, 10⁻⁸, scratch."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{value}"
    if not isinstance(value, float):
        return f"{value:,}"
    mantissa, _, power = f"{value:,.15g}".partition("e")
    if not power:
        return mantissa
    factor = "" if mantissa == "1" else f"{mantissa}×"
    return f"{factor}10{str(int(power)).translate(_RAISED)}"


Measure = Callable[..., str]
NUMBERS: Registry[Measure] = Registry("numbers")
"""Look-ups of `{{ number("name") }}`; each raises Missing where its study isn't there."""


number = NUMBERS.register
"""Registers a number's function under the name that templates use."""
