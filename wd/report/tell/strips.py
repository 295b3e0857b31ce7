"""A part of a claim as a small picture: what was found, and the bound as a line.

The picture has no words and no colours of its own: the words stand beside it, and the stylesheet
colours it in both themes and where the reader's system chooses the colours.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence

from wd.report.read.parts import Basis, Part

WIDTH, HEIGHT = 180, 18
_EDGE = 8
_WIDE = 30  # from such a ratio on the axis is logarithmic
_ROOM = 0.12  # of the axis, beyond what is shown


def draw_strip(part: Part, words: str) -> str:
    """Draw a part: its seeds as dots, its interval or its range as a bar, its bounds as lines.

    Args:
        part: What was compared with which bounds.
        words: What the picture shows, for those who don't see it.

    Returns:
        One line of SVG.
    """
    bounds = [bound for bound in (part.above, part.below) if bound is not None]
    value, low, high = part.critical
    if part.basis is not Basis.INTERVAL:
        low, high = (pick(case[0] for case in part.found) for pick in (min, max))
    others = [case[0] for case in part.found] if part.basis is Basis.INTERVAL else []
    place = _scale([*bounds, low, high, value, *others, *part.dots])
    middle = HEIGHT // 2
    places = sorted({round(place(dot)) for dot in (*part.dots, *others)})  # wider than a pixel
    dots = "".join(f"M{at} {middle}h0" for at in places)
    marks = [
        f'<path class="strip__axis" d="M0 {middle}H{WIDTH}"/>',
        f'<path class="strip__dots" d="{dots}"/>' if dots else "",
        f'<path class="strip__bar" d="M{place(low)} {middle}H{place(high)}"/>',
        f'<circle class="strip__value" cx="{place(value)}" cy="{middle}" r="3.5"/>',
        *(f'<path class="strip__bound" d="M{place(bound)} 1V{HEIGHT - 1}"/>' for bound in bounds),
    ]
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{html.escape(words)}">{"".join(marks)}</svg>'
    )


def _scale(values: Sequence[float]) -> Callable[[float], float]:
    """Make a scale from values to pixels: logarithmic where all are positive and far apart."""
    finite = [each for each in values if math.isfinite(each)]
    positive = [each for each in finite if each > 0]
    least, most = min(finite), max(finite)
    if positive and least >= 0 and most > _WIDE * min(positive):
        floor = min(positive) / (1 if least else 10)

        def measure(value: float) -> float:
            return math.log(max(value, floor))
    else:

        def measure(value: float) -> float:
            return value

    start, end = measure(least), measure(most)
    room = _ROOM * (end - start) or 1.0
    unit = (WIDTH - 2 * _EDGE) / (end - start + 2 * room)

    def place(value: float) -> float:
        """Where on the axis; at its end what is infinite."""
        return round(min(max(_EDGE + (measure(value) - start + room) * unit, 0.0), WIDTH), 1)

    return place
