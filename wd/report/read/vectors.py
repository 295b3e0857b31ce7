"""Shorter SVG: the same drawing as matplotlib's in two thirds of its bytes."""

from __future__ import annotations

import re

_COORDINATES = re.compile(r'(?<= d="| x="| y=")[^"]+|(?<=translate\()[^)]+')
_LONG = re.compile(r"\d+\.\d{3,}")
_LETTER = re.compile(r'(<path id="[^"]*" d=")([-\sMLQCz\d]+)(?=")')
_STEP = re.compile(r"([MLQCz])([-\s\d]*)")


def shorten(svg: str) -> str:
    """Round coordinates to a hundredth of a pixel, and count letters' outlines point by point.

    Matplotlib writes six decimals, and each point of a letter from the letter's origin: long
    numbers, hardly two alike, which compression can't help. Steps from point to point are short
    ones, and exact, since outlines are in whole units.

    Args:
        svg: As matplotlib writes it, with letters as paths.
    """
    svg = _LETTER.sub(lambda letter: letter[1] + _count_from_point_to_point(letter[2]), svg)
    return _COORDINATES.sub(lambda found: _LONG.sub(_round, found[0]), svg)


def _round(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _count_from_point_to_point(outline: str) -> str:
    """An outline in relative commands: "M 3 4 L 5 4 z" becomes "m3 4l2 0z"."""
    at = start = (0, 0)
    steps = []
    for command, numbers in _STEP.findall(outline):
        if command == "z":  # goes back to where its part began
            at = start
            steps.append("z")
            continue
        values = [int(number) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        written = " ".join(f"{x - at[0]} {y - at[1]}" for x, y in points)
        steps.append(command.lower() + written.replace(" -", "-"))
        at = points[-1]
        start = at if command == "M" else start
    return "".join(steps)
