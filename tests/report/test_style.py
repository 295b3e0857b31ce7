"""Figures can be read: their colours stand out from the page behind them, in both themes."""

import re
from pathlib import Path

import pytest

from wd.report.read.style import DARK, EDGE, LIGHT

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
TEXT, GRAPHICS = 4.5, 3.0
"""The ratios that WCAG 2.2 asks for, in criteria 1.4.3 and 1.4.11."""

both = pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour):
    """The relative luminance of "#rrggbb", as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def mix(colour, paper, opacity):
    """A colour that is drawn so opaque on paper, as "#rrggbb"."""
    parts = (
        opacity * int(colour[place : place + 2], 16)
        + (1 - opacity) * int(paper[place : place + 2], 16)
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def test_contrast_is_that_of_black_on_white_and_of_a_colour_on_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#b34700", "#b34700") == 1


@both
def test_words_in_figures_stand_out_from_the_page(style):
    assert contrast(style.ink, style.paper) >= TEXT


@both
def test_every_line_and_mark_of_a_figure_stands_out_from_the_page(style):
    found = {role: contrast(colour, style.paper) for role, colour in style.colours.items()}
    assert {role: ratio for role, ratio in found.items() if ratio < GRAPHICS} == {}


@both
def test_the_names_at_curves_stand_out_from_the_page(style):
    """They are written in the colours of the curves."""
    found = {role: contrast(colour, style.paper) for role, colour in style.colours.items()}
    assert {role: ratio for role, ratio in found.items() if ratio < TEXT} == {}


@both
def test_the_edges_of_a_band_stand_out_from_the_page(style):
    """Its filling is far too light for that."""
    found = {
        role: contrast(mix(colour, style.paper, EDGE), style.paper)
        for role, colour in style.colours.items()
    }
    assert {role: ratio for role, ratio in found.items() if ratio < GRAPHICS} == {}


@both
def test_no_colour_has_two_meanings(style):
    assert len(set(style.colours.values())) == len(style.colours)


def test_figures_are_drawn_for_the_page_that_they_stand_on():
    css = (ASSETS / "site.css").read_text(encoding="utf-8")
    assert re.findall(r"--paper: (#\w{6})", css) == [LIGHT.paper, DARK.paper]


def test_widgets_have_the_colours_of_the_figures():
    css = (ASSETS / "explore.css").read_text(encoding="utf-8")
    for role in set(re.findall(r"--(\w+): #\w{6}", css)):
        drawn = [style.colours[role] for style in (LIGHT, DARK)]
        assert re.findall(rf"--{role}: (#\w{{6}})", css) == drawn
