"""Figures that a narrow screen takes in their narrow drawing."""

import re

FIGURE = re.compile(r'<img\b[^>]*? data-narrow="(\d+) (\d+)"[^>]*>')
NARROW = "screen and (max-width: 39.984375em)"
"""Where a figure's narrow drawing is shown; `site.css` has the same."""


def offer_narrow(html):
    """Let a narrow screen take each figure's narrow drawing: one of the two is fetched."""
    return FIGURE.sub(_offer, html)


def _offer(figure):
    image, width, height = figure[0], figure[1], figure[2]
    address = re.search(r'src="(.*?)-(light|dark)\.svg', image)
    assert address is not None, "a figure's file names its theme"
    return (
        f'<picture><source media="{NARROW}" srcset="{address[1]}-narrow-{address[2]}.svg" '
        f'width="{width}" height="{height}">{image}</picture>'
    )
