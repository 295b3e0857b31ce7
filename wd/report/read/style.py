"""The look of all figures, wide and narrow, light and dark, and their bytes.

A colour has one meaning on the whole site, in figures and in widgets. The hues are chosen for
colour-blind readers and are lightened for the dark theme; a line style, a mark or a name goes with
every colour, so that no figure depends on colour alone. Sizes are in pixels of the page.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from wd.errors import SiteError
from wd.project import REPORT
from wd.report.read.faces import register_faces
from wd.report.read.layout import arrange, place
from wd.report.read.readings import Missing
from wd.report.read.vectors import shorten

_METADATA = ("Date", "Creator", "Format", "Type")

BAND, EDGE = 0.15, 0.75
"""How opaque a band is, and the thin lines at its edges, which must be seen by themselves."""


@dataclass(frozen=True)
class Style:
    """One theme's colours, and one width.

    Attributes:
        name: "light" or "dark".
        ink: Text, axes, and what needs no training: reference lines.
        paper: The page behind the figure, to set text off from lines that it crosses.
        faint: Grid lines and minor marks.
        colours: By role: the programs `scratch` and `concise`; `exact` optima; `data`, the loss
            and its pull; `bound`, the ball of the constraint, the pull of the penalty and the
            program that is projected; `start`, what is left of the initial weights; `bias`, the
            error of the bias; `accent`, the ink.
        width: Of the figure: that of the text, or of a phone.
        size: Of all text in it.
        narrow: Whether panels stand below each other.
        faces: The language's own families, as `register_faces` takes them.
    """

    name: str
    ink: str
    paper: str
    faint: str
    colours: dict[str, str]
    width: float = 660
    size: float = 13
    narrow: bool = False
    faces: tuple = ()

    def figure(
        self, height: float = 240, columns: int = 1, rows: int = 1, narrow_columns: int = 1
    ) -> Figure:
        """Make an empty figure of panels; they are `figure.axes`, row by row.

        Args:
            height: Of each panel, between its axes: what is written around it comes on top.
            columns: Panels side by side where the figure is wide.
            rows: Rows of them.
            narrow_columns: Panels side by side where it is narrow.

        Raises:
            Missing: If what is to be drawn has no size.
        """
        if not math.isfinite(height):
            raise Missing("infinite")
        if self.narrow:
            rows, columns = -(-rows * columns // narrow_columns), narrow_columns
        figure = Figure(dpi=72)
        figure.patch.set_alpha(0)
        for axes in figure.subplots(rows, columns, squeeze=False).flat:
            axes.patch.set_alpha(0)
            axes.grid(True, color=self.faint, linewidth=0.7, alpha=0.5)
            axes.spines[["top", "right"]].set_visible(False)
        place(figure, self.width, height)
        return figure

    def halo(self) -> list[withStroke]:
        """Make path effects that set text off from what it is written over."""
        return [withStroke(linewidth=3.5, foreground=self.paper)]

    def legend(self, axes: Axes | Figure, **options: Any) -> None:
        """Add a legend, to one panel or to the whole figure, which has it below its panels."""
        axes.legend(frameon=False, labelcolor=self.ink, handlelength=1.9, **options)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let all that matplotlib makes within have this style.

        Raises:
            SiteError: If a text has a sign that no face of the figures can write.
        """
        try:
            with mpl.rc_context(cast(Any, self._settings())), warnings.catch_warnings():
                warnings.filterwarnings("error", "Glyph", UserWarning)
                yield
        except UserWarning as warning:
            raise SiteError(f"a figure can't be written in the site's face: {warning}") from None

    def svg(self, figure: Figure) -> bytes:
        """Lay a figure out and render it; it gives the same bytes whenever that is done."""
        buffer = io.BytesIO()
        with self.applied():
            arrange(figure, self.width)
            figure.savefig(buffer, format="svg", metadata=dict.fromkeys(_METADATA))
        return shorten(buffer.getvalue().decode()).encode()

    def png(self, figure: Figure, scale: float = 2) -> bytes:
        """Render a figure that is laid out already, so many pixels for each of the page's."""
        buffer = io.BytesIO()
        with self.applied():
            figure.savefig(buffer, format="png", dpi=72 * scale, metadata={"Software": None})
        return buffer.getvalue()

    def _settings(self) -> dict[str, Any]:
        return {
            "svg.hashsalt": REPORT.name,
            "svg.fonttype": "path",
            "text.parse_math": False,  # its faces don't come in when a sign is missing
            "font.family": register_faces(*self.faces),
            "font.size": self.size,
            "axes.edgecolor": self.ink,
            "axes.labelcolor": self.ink,
            "axes.labelpad": 1,
            "axes.labelsize": self.size,
            "axes.linewidth": 0.9,
            "axes.titlecolor": self.ink,
            "axes.titlelocation": "left",
            "axes.titlesize": self.size,
            "axes.titleweight": 600,
            "axes.titley": 1.0,
            "text.color": self.ink,
            "text.hinting": "none",  # measured as it is drawn, in outlines
            "xtick.color": self.ink,
            "xtick.labelsize": self.size,
            "ytick.color": self.ink,
            "ytick.labelsize": self.size,
            "legend.fontsize": self.size,
            "axes.axisbelow": True,
            "lines.linewidth": 2.2,
        }


LIGHT = Style(
    "light",
    ink="#1f2933",
    paper="#fdfdfb",
    faint="#c3ccd5",
    colours={
        "scratch": "#0072b2",
        "concise": "#b34700",
        "exact": "#8a3b75",
        "data": "#00714f",
        "bound": "#7a6800",
        "start": "#5f6c78",
        "bias": "#b0305c",
        "accent": "#1f2933",
    },
)
DARK = Style(
    "dark",
    ink="#e4e9ee",
    paper="#14181b",
    faint="#5b6873",
    colours={
        "scratch": "#6cbdf0",
        "concise": "#f79a5c",
        "exact": "#dfa0cf",
        "data": "#4cc9a0",
        "bound": "#d9c155",
        "start": "#a7b4bf",
        "bias": "#f58ba6",
        "accent": "#e4e9ee",
    },
)
WIDTHS = {"wide": LIGHT, "narrow": replace(LIGHT, width=358, size=12, narrow=True)}
"""The drawings of a figure: for a column of text, and for a phone of 390 pixels."""
_TO_DARK = {
    LIGHT.ink: DARK.ink,
    LIGHT.paper: DARK.paper,
    LIGHT.faint: DARK.faint,
    **{LIGHT.colours[role]: DARK.colours[role] for role in LIGHT.colours},
}
_COLOUR = re.compile("#[0-9a-fA-F]{6}\\b")


def darken(svg: str) -> str:
    """Turn a figure that was drawn in the light style into its dark variant.

    The variants differ in colours alone, so that one drawing serves both.

    Raises:
        SiteError: If the figure has a colour that isn't one of the style's.
    """
    if strange := sorted(set(_COLOUR.findall(svg)) - set(_TO_DARK)):
        raise SiteError(f"a figure has colours that no style names: {', '.join(strange)}")
    return _COLOUR.sub(lambda match: _TO_DARK[match.group()], svg)
