"""Shortened drawings are the drawings that matplotlib made."""

import io
import re

import pytest
from matplotlib.figure import Figure

from wd.report.read.style import LIGHT
from wd.report.read.vectors import shorten


@pytest.fixture(scope="module")
def drawn() -> str:
    with LIGHT.applied():
        figure = Figure(dpi=72)
        axes = figure.subplots()
        axes.plot([0, 1 / 3, 2 / 3, 1], [1, 1 / 7, 5, 1e-3], marker="o")
        axes.set_title("Weight decay: 8 % of ij")
        file = io.BytesIO()
        figure.savefig(file, format="svg")
    return file.getvalue().decode()


def follow(outline: str) -> list[tuple[str, list[complex]]]:
    """An outline's commands with the points they name, all from the origin."""
    at, start, found = 0j, 0j, []
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", outline):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        points = [complex(*pair) for pair in zip(values[::2], values[1::2], strict=True)]
        if command.islower():
            points = [at + point for point in points]
        at = points[-1] if points else start
        start = at if command in "Mm" else start
        found.append((command.upper(), points))
    return found


def outlines(svg: str) -> list[str]:
    return re.findall(r'<path id="[^"]*" d="([^"]*)"', svg)


def test_every_letter_has_the_same_outline(drawn):
    """Letters are in whole units; the mark of the curve, a circle, isn't."""
    pairs = list(zip(outlines(drawn), outlines(shorten(drawn)), strict=True))
    letters = [(before, after) for before, after in pairs if "." not in before]
    assert len(letters) > 10
    for before, after in letters:
        assert follow(after) == follow(before)
        assert len(after) < 0.9 * len(before)


def test_no_point_moves_by_more_than_half_a_hundredth_of_a_pixel(drawn):
    numbers = [
        [float(number) for number in re.findall(r"(?<![\w.#])-?\d+(?:\.\d+)?(?!\w)", line)]
        for svg in (drawn, shorten(drawn))
        for line in [" ".join(re.findall(r'(?: x| y|<path) ?d?="([^"]*)"', svg))]
    ]
    assert len(numbers[0]) == len(numbers[1]) > 50
    assert max(abs(a - b) for a, b in zip(*numbers, strict=True)) <= 0.005 + 1e-9
    assert any(number != round(number, 2) for number in numbers[0])


def test_what_is_no_coordinate_stays(drawn):
    """A scale of so small letters is 0.13 or 0.0015625: rounded, it would be another size."""
    scales = re.compile(r"scale\([^)]*\)|style=\"[^\"]*\"|viewBox=\"[^\"]*\"|#\w+")
    assert scales.findall(shorten(drawn)) == scales.findall(drawn)
    small = '<g transform="translate(1.23456 -0.00123) scale(0.0015625)"/>'
    assert shorten(small) == '<g transform="translate(1.23 -0) scale(0.0015625)"/>'


def test_what_is_shortened_once_stays(drawn):
    assert shorten(shorten(drawn)) == shorten(drawn)


def test_a_part_goes_on_from_where_the_one_before_began():
    given = '<path id="a" d="M 3 4 \nL 5 4 \nz\nL 3 -9 \nM 0 0 \nQ 1 2 3 4 \nz\n"/>'
    assert shorten(given) == '<path id="a" d="m3 4l2 0zl0-13m-3 9q1 2 3 4z"/>'
