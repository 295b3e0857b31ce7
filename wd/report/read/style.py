"""The look of all figures, in a light and a dark variant, and their bytes.

Colours are from Okabe and Ito's set for colour-blind readers, lightened for the dark theme; a line
style goes with every colour, so that no figure depends on colour alone.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from wd.errors import SiteError
from wd.report.read.readings import Missing

WIDTH_IN = 7.2


@dataclass(frozen=True)
class Style:
    """One theme's colours.

    Attributes:
        name: "light" or "dark".
        ink: Text and axes.
        paper: The page behind the figure, to set text off from lines that it crosses.
        faint: Grid lines and minor marks.
        colours: By role: scratch, concise, truth, exact, accent.
    """

    name: str
    ink: str
    paper: str
    faint: str
    colours: dict[str, str]

    def figure(
        self,
        height_in: float = 4.0,
        columns: int = 1,
        rows: int = 1,
        width_in: float = WIDTH_IN,
    ) -> Figure:
        """Make an empty figure, as wide as the text where not told; its axes are `figure.axes`.

        Raises:
            Missing: If what is to be drawn has no size.
        """
        if not math.isfinite(height_in):
            raise Missing("infinite")
        with mpl.rc_context(self._settings()):
            figure = Figure(figsize=(width_in, height_in), layout="constrained")
            figure.patch.set_alpha(0)
            for axes in figure.subplots(rows, columns, squeeze=False).flat:
                axes.patch.set_alpha(0)
                axes.grid(True, color=self.faint, linewidth=0.6, alpha=0.5)
                axes.spines[["top", "right"]].set_visible(False)
        return figure

    def legend(self, axes: Axes | Figure, **options: object) -> None:
        """Add a legend in this theme's ink, to one panel or to the whole figure."""
        with mpl.rc_context(self._settings()):
            axes.legend(frameon=False, labelcolor=self.ink, handlelength=3, **options)

    def halo(self) -> list[withStroke]:
        """Make path effects that set text off from what it is written over."""
        return [withStroke(linewidth=3, foreground=self.paper)]

    def svg(self, figure: Figure) -> bytes:
        """Render to SVG; the same figure gives the same bytes whenever it is rendered."""
        buffer = io.BytesIO()
        with mpl.rc_context(self._settings()):
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()

    def _settings(self) -> dict[str, object]:
        return {
            "svg.hashsalt": "weight-decay",
            "svg.fonttype": "path",
            "font.size": 10.5,
            "axes.edgecolor": self.ink,
            "axes.labelcolor": self.ink,
            "axes.titlecolor": self.ink,
            "axes.titlesize": 10.5,
            "text.color": self.ink,
            "xtick.color": self.ink,
            "ytick.color": self.ink,
            "axes.axisbelow": True,
            "lines.linewidth": 1.8,
        }


LIGHT = Style(
    "light",
    ink="#1f2933",
    paper="#fdfdfb",
    faint="#c3ccd5",
    colours={
        "scratch": "#0072b2",
        "concise": "#b34700",
        "truth": "#00714f",
        "exact": "#8a3b75",
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
        "truth": "#4cc9a0",
        "exact": "#dfa0cf",
        "accent": "#e4e9ee",
    },
)
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


def band(
    axes: Axes,
    x: Sequence[float],
    spreads: Sequence[tuple[float, float, float]],
    style: Style,
    role: str,
    label: str,
    dashes: object = "solid",
) -> None:
    """Draw medians as a line and the 5th to 95th percentile as a band around it."""
    middle, low, high = zip(*spreads, strict=True)
    colour = style.colours[role]
    axes.plot(x, middle, color=colour, linestyle=dashes, label=label)
    axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)


def legend_below(figure: Figure, style: Style, columns: int = 3) -> None:
    """Put one legend for all panels below them, with each label once."""
    handles = {
        label: handle
        for axes in figure.axes
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    style.legend(figure, handles=list(handles.values()), loc="outside lower center", ncols=columns)
