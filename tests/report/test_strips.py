"""A part of a claim as a picture: bound and interval lie where the numbers say."""

import re

import numpy as np
import pytest

from wd.report.read.parts import Part, median, proved, share, worst
from wd.report.tell.strips import WIDTH, draw_strip

SEEDS = np.linspace(0.8, 1.2, 41)


def read(part: Part) -> dict[str, list[float]]:
    """Places along the axis of all marks, by their class."""
    svg = draw_strip(part, "words")
    marks = re.findall(r'class="strip__(\w+)"(?: d="(.*?)"| cx="(.*?)")', svg)
    places: dict[str, list[float]] = {}
    for name, path, cx in marks:
        found = [cx] if cx else re.findall(r"[MH]([\d.]+)", path)
        places.setdefault(name, []).extend(map(float, found))
    return places


@pytest.mark.parametrize(
    "part",
    [
        median("a", SEEDS, below=1.5),
        median("a", 1e-9 * SEEDS, below=1e-3),
        median("a", SEEDS - 1, above=-0.5, below=0.5),
        share("a", SEEDS < 1.19, above=80),
        worst("a", SEEDS, above=0.5),
        proved("a", np.zeros(5), below=1e-9),
        proved("a", np.ones(5), above=1, below=1, allowed=True),
    ],
)
def test_every_mark_is_inside_and_a_part_that_holds_is_on_the_right_side_of_its_bounds(part):
    marks = read(part)

    assert all(0 <= place <= WIDTH for places in marks.values() for place in places)
    low, high = marks["bar"]
    (value,) = marks["value"]
    assert low <= value <= high
    bounds = iter(marks["bound"])
    if part.above is not None:
        assert next(bounds) <= low
    if part.below is not None:
        assert high <= next(bounds)


def test_seeds_that_diverge_are_a_dot_at_the_end():
    marks = read(median("a", np.append(SEEDS, [np.inf] * 9), below=2))

    assert max(marks["dots"]) == WIDTH
    assert max(marks["dots"][:-1]) < WIDTH


def test_a_part_that_fails_shows_its_interval_beyond_the_bound():
    marks = read(median("a", SEEDS, below=0.5))

    assert marks["bound"][0] < marks["bar"][0]


def test_seeds_are_dots_and_a_share_has_none():
    assert len(read(median("a", SEEDS, below=2))["dots"]) > 10
    assert len(read(share("a", SEEDS < 2, above=80))["dots"]) == 1  # the share itself


def test_words_in_the_picture_are_escaped():
    assert 'aria-label="a &lt; &quot;b&quot;"' in draw_strip(worst("a", SEEDS, above=0), 'a < "b"')


def test_the_margin_says_how_near_the_bound_is():
    assert worst("a", np.array([2.0, 4.0]), above=1).margin == pytest.approx(0.5)
    assert worst("a", np.array([0.5, 4.0]), above=1).margin == pytest.approx(-0.5)
    assert worst("a", np.array([1.0, 1.0]), above=1, allowed=True).margin is None
    assert proved("a", np.array([2.0, 4.0]), above=1).margin is None
