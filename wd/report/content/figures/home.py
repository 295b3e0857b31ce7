"""The home page's figures: how good the famous run's predictions are, and where decay helps."""

from __future__ import annotations

from wd.report.read.curves import band, curve, name_curves
from wd.report.read.estimates import find_settled
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings, spread
from wd.report.read.series import line_up
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


@figure("home_helps")
def home_helps(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw the expected test loss of exact optima over n, without decay and with the right λ."""
    undecayed = line_up(readings, "peak", "n_train", implementation="ridge", weight_decay=0)
    setting = undecayed[0].setting
    theory = find_settled(readings, "best_decay_square", noise_std=setting.noise_std)
    formula = float(theory["formula"][0])
    tried = {cell.setting.weight_decay for cell in readings.cells("peak", implementation="ridge")}
    right = min(tried, key=lambda decay: abs(decay - formula))
    decayed = line_up(readings, "peak", "n_train", implementation="ridge", weight_decay=right)
    constant = line_up(readings, "peak", "n_train", implementation="constant")
    drawn = style.figure(260)
    (axes,) = drawn.axes
    rows, parts = [], []
    for name, role, dashes, cells in (
        ("undecayed", "exact", "solid", undecayed),
        ("decayed", "exact", "dashed", decayed),
        ("constant", "accent", "dotted", constant),
    ):
        sizes = [cell.setting.n_train for cell in cells]
        spreads = [spread(cell["expected_test_loss"]) for cell in cells]
        label = labels("figure", "home_helps", name)
        if name == "undecayed":
            band(axes, sizes, spreads, style, role, label, dashes)
        else:
            medians = [middle for middle, *_ in spreads]
            look = {"color": style.colours[role], "linestyle": dashes, "label": label}
            curve(axes, sizes, medians, **look)
        rows += [(name, n, *each) for n, each in zip(sizes, spreads, strict=True)]
        worst = max(zip(spreads, sizes, strict=True))
        most = write(worst[0][0], 2)
        parts.append(labels("figure", "home_helps", "each", name=label, most=most, n=worst[1]))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(labels("axis", "n_train"))
    axes.set_ylabel(labels("axis", "test_loss"))
    axes.axvline(setting.n_features, color=style.faint, linewidth=1)
    name_curves(axes, style)
    numbers = {
        "seeds": f"{len(undecayed[0].seeds):,}",
        "d": write_exactly(setting.n_features),
        "weight_decay": write_exactly(right),
        "curves": labels("word", "list_separator").join(parts),
    }
    header = ("curve", "n_train", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)
