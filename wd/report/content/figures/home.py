"""The home page's figure: how good the famous run's predictions are, beside simple rivals."""

from __future__ import annotations

from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Reading, Readings, spread
from wd.report.read.style import BAND, Style


@figure("home")
def home(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the test loss of runs and of rivals: a point and a bar per row."""
    drawn = style.figure(270)
    (axes,) = drawn.axes
    rows, parts = [], []
    for place, (name, role, cell) in enumerate(_rivals(readings)):
        middle, low, high = spread(cell["test_loss"])
        colour = style.colours[role]
        axes.barh(place, high - low, 0.16, left=low, color=(colour, BAND), edgecolor=colour)
        axes.plot(middle, place, "o", color=colour, markersize=9)
        axes.annotate(
            write(middle, 2),
            (high, place),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=style.ink,
            path_effects=style.halo(),
        )
        label = labels("figure", "home", name)
        axes.annotate(
            label,
            (0, place),
            xycoords=("axes fraction", "data"),
            xytext=(2, 11),
            textcoords="offset points",
            color=style.ink,
            path_effects=style.halo(),
        )
        rows.append((name, middle, low, high))
        parts.append(labels("figure", "home", "each", name=label, median=write(middle, 2)))
    axes.set_yticks([])
    axes.set_ylim(len(rows) - 0.6, -0.7)
    axes.spines["left"].set_visible(False)
    axes.grid(False, axis="y")
    axes.set_xscale("log")
    axes.margins(x=0.12)
    axes.set_xlabel(labels("axis", "test_loss"))
    seeds = [len(cell.seeds) for _, _, cell in _rivals(readings)]
    numbers = {
        "seeds": f"{max(seeds):,}",
        "rivals": f"{min(seeds):,}",
        "rows": labels("word", "list_separator").join(parts),
    }
    return Drawing(drawn, ("row", "median", "percentile_5", "percentile_95"), rows, numbers)


def _rivals(readings: Readings) -> list[tuple[str, str, Reading]]:
    """Each row's name, the role that its colour has in all figures, and its runs."""

    def run(program: str, decay: float) -> Reading:
        return find_settled(readings, "chapter", implementation=program, weight_decay=decay)

    return [
        ("scratch_0", "scratch", run("scratch", 0)),
        ("concise_3", "concise", run("concise", 3)),
        ("scratch_3", "scratch", run("scratch", 3)),
        ("constant", "accent", find_settled(readings, "reference", implementation="constant")),
        (
            "ridge_3",
            "exact",
            find_settled(readings, "reference", implementation="ridge", weight_decay=3),
        ),
    ]
