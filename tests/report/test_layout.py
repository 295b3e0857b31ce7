"""A figure fits its page: wide and narrow, in the site's face, no word on another or cut off."""

import re
import shutil
import tomllib
from inspect import signature
from itertools import combinations
from pathlib import Path

import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from wd import config
from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.project import PROJECT
from wd.report.publish import CONTENT
from wd.report.read.along import name_along
from wd.report.read.curves import curve, name_curves, set_decay_axis, spread_out, wrap
from wd.report.read.figures import FIGURES
from wd.report.read.layout import arrange, write_tick
from wd.report.read.readings import Missing, Readings
from wd.report.read.style import WIDTHS

SMALL, PUBLISHED = PROJECT / "tests/small.toml", PROJECT / "report.toml"
PHONE, LEAST = 374, 11
"""The width of a phone's page, and the smallest text that can be read on it, in pixels."""

both = pytest.mark.parametrize("style", WIDTHS.values(), ids=WIDTHS)
OF_A_STUDY = {
    name for name, draw in FIGURES.load(CONTENT).items() if len(signature(draw).parameters) > 3
}
"""Figures of which each study has one: test_study_pages draws them."""
every_figure = pytest.mark.parametrize("name", sorted(FIGURES.keys() - OF_A_STUDY))


def boxes(figure):
    """The texts that are drawn when a figure is, each with its rectangle."""
    found, draw = [], Text.draw

    def note(text, renderer, *arguments):
        if text.get_visible() and text.get_text().strip():
            found.append((text, Text.get_window_extent(text, renderer)))
        return draw(text, renderer, *arguments)

    FigureCanvasAgg(figure)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", note)
        figure.canvas.draw()
    return found


def find_starts(axes):
    """Where each word of a panel begins, by the word."""
    return {text.get_text(): box.x0 for text, box in boxes(axes.figure)}


def overlap(one, other, slack=2):
    """By how much two rectangles overlap each way beyond what the space around letters takes."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    tall = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > slack and tall > slack + 3


@pytest.fixture(scope="module")
def drawn(small_evidence, tmp_path_factory, labels):
    """A function that draws a figure, laid out.

    It is that of the small report, or of this with the studies that only the published one has.
    """
    small, published = (tomllib.loads(path.read_text("utf-8")) for path in (SMALL, PUBLISHED))
    few = {name: study | {"seeds": 3} for name, study in published["study"].items()}
    whole = config.parse(small | {"study": few | small["study"]})
    path = Path(shutil.copy(small_evidence, tmp_path_factory.mktemp("drawn")))
    with Evidence(path, writable=True) as evidence:
        experiment.run(whole, evidence, torch.device("cpu"), lambda *_: None)
        usual, more = (Readings(each, evidence) for each in (config.parse(small), whole))

        def draw(name, style):
            with style.applied():
                try:
                    figure = FIGURES[name](usual, labels, style).figure
                except Missing:
                    figure = FIGURES[name](more, labels, style).figure
                arrange(figure, style.width)
                return figure, boxes(figure)

        yield draw


@every_figure
@both
def test_no_word_of_a_figure_leaves_it_or_lies_on_another(drawn, name, style):
    figure, words = drawn(name, style)

    outside = [
        text.get_text()
        for text, box in words
        if box.x0 < -1 or box.x1 > figure.bbox.x1 + 1 or box.y0 < -3 or box.y1 > figure.bbox.y1 + 3
    ]
    pairs = [
        (one.get_text(), other.get_text())
        for (one, box), (other, its) in combinations(words, 2)
        if overlap(box, its)
    ]
    assert len(words) > 2
    assert outside == []
    assert pairs == []


@every_figure
def test_the_narrow_drawing_can_be_read_on_a_phone(drawn, name):
    figure, words = drawn(name, WIDTHS["narrow"])

    assert figure.bbox.width <= PHONE
    scale = PHONE / figure.bbox.width
    assert min(text.get_fontsize() * min(scale, 1) for text, _ in words) >= LEAST


@every_figure
def test_both_drawings_have_the_same_panels(drawn, name):
    (wide, _), (narrow, _) = (drawn(name, style) for style in WIDTHS.values())

    assert len(wide.axes) == len(narrow.axes)
    assert narrow.bbox.width < wide.bbox.width


@both
def test_panels_keep_the_height_that_was_asked_for(style):
    with style.applied():
        figure = style.figure(150, columns=2)
        figure.axes[1].set(xlabel="epoch", ylabel="loss", title="λ = 3")
        arrange(figure, style.width)

    assert [round(axes.bbox.height) for axes in figure.axes] == [150, 150]


def test_panels_stand_side_by_side_where_wide_and_below_each_other_where_narrow():
    for style in WIDTHS.values():
        with style.applied():
            figure = style.figure(100, columns=2)
            arrange(figure, style.width)
        first, second = (axes.bbox for axes in figure.axes)
        assert (first.y0 >= second.y1) == style.narrow
        assert (first.x1 <= second.x0) != style.narrow


@both
@pytest.mark.parametrize("sign", "‖ληθσŵ°½²∇→∞−≤√")
def test_every_sign_of_the_notation_can_be_written(style, sign):
    with style.applied():
        figure = style.figure(100)
        figure.axes[0].set_title(sign)
        style.svg(figure)


def test_a_sign_that_no_face_has_is_an_error_and_no_empty_box():
    style = WIDTHS["wide"]
    with style.applied():
        figure = style.figure(100)
        figure.axes[0].set_title("權")

    with pytest.raises(SiteError, match="can't be written in the site's face"):
        style.svg(figure)


def test_text_is_drawn_in_the_face_of_the_pages_and_in_no_other():
    """Without the faces matplotlib would draw its own, and say so in its log alone."""
    style = WIDTHS["wide"]
    with style.applied():
        for weight in (400, 600):
            path = fontManager.findfont(FontProperties(weight=weight), fallback_to_default=False)
            assert get_font(path).family_name.startswith("Source Sans 3")
            assert f"_{weight}" in path


# Names at the ends of curves


def test_names_that_would_lie_on_each_other_move_apart():
    places = spread_out([50, 52, 200], [20, 20, 20], 300)

    assert places[1] - places[0] >= 20
    assert sum(places[:2]) / 2 == pytest.approx(51)
    assert places[2] == 200


def test_names_stay_within_their_panel_and_in_the_order_of_their_curves():
    places = spread_out([99, 98, 1, 97], [20, 20, 20, 20], 100)

    assert min(places) >= 10
    assert max(places) <= 90
    assert sorted(range(4), key=places.__getitem__) == [2, 3, 1, 0]


def test_no_line_to_a_name_runs_through_another_name():
    """Three curves end close together: the middle one's name stays, but as far aside as theirs."""
    style = WIDTHS["wide"]
    with style.applied():
        (axes,) = style.figure(200).axes
        for end in (0.49, 0.5, 0.51, 0.9):
            curve(axes, [0, 1], [0, end], color=style.ink, label=f"to {end}")
        axes.set_ylim(0, 1)
        name_curves(axes, style)

    starts = find_starts(axes)
    assert starts["to 0.49"] == starts["to 0.5"] == starts["to 0.51"] > starts["to 0.9"]


def test_names_stand_in_one_column_though_their_curves_end_a_little_apart():
    """As where an axis goes on beyond the last epoch, and a reference line goes with it."""
    style = WIDTHS["narrow"]
    with style.applied():
        (axes,) = style.figure(200).axes
        curve(axes, [0, 1], [0, 0.2], color=style.ink, label="run")
        axes.axhline(0.8, color=style.ink, label="constant")
        curve(axes, [0, 0.5], [0, 0.5], color=style.ink, label="shorter")
        axes.set(xlim=(0, 1.05), ylim=(0, 1))
        name_curves(axes, style)
        arrange(axes.figure, style.width)

    starts = find_starts(axes)
    assert starts["run"] == pytest.approx(starts["constant"])
    assert starts["shorter"] < axes.bbox.x1


def test_a_long_chinese_name_goes_on_after_its_comma():
    """It has no spaces, and its letters are twice as wide."""
    assert wrap("从零实现，从随机权重开始") == "从零实现，\n从随机权重开始"
    assert wrap("精确岭回归，λ = 3") == "精确岭回归，λ\u00a0=\u00a03"


def test_a_named_curve_is_not_in_the_legend_again():
    style = WIDTHS["wide"]
    with style.applied():
        (axes,) = style.figure(100).axes
        curve(axes, [0, 1], [0, 1], color=style.ink, label="ridge")
        name_curves(axes, style)

    assert axes.get_legend_handles_labels() == ([], [])
    assert [text.get_text() for text in axes.texts] == ["ridge"]


def test_a_name_along_a_curve_touches_no_line_and_is_nearest_to_its_own_curve():
    """The lower two begin close together; the room is below the first and above the last."""
    style = WIDTHS["narrow"]
    with style.applied():
        (axes,) = style.figure(200).axes
        for start in (0.30, 0.34, 0.9):
            curve(axes, [0, 1], [start, 0.5], color=style.ink, label=f"from {start}")
        axes.axhline(0.96, color=style.ink, label="constant")
        axes.set(xlim=(0, 1), ylim=(0, 1))
        curves = axes.get_lines()[:3]
        name_along(axes, style, curves)
        renderer = FigureCanvasAgg(axes.figure).get_renderer()

    for text, own in zip(axes.texts, curves, strict=True):
        box = text.get_window_extent(renderer)
        middle = (box.y0 + box.y1) / 2
        gaps = {}
        for line in axes.get_lines():
            (_, left), (_, right) = line.get_transform().transform(
                list(zip(*line.get_data(), strict=True))
            )
            span = [(each - axes.bbox.x0) / axes.bbox.width for each in (box.x0, box.x1)]
            heights = [left + (right - left) * share for share in span]
            assert max(heights) < box.y0 or min(heights) > box.y1
            gaps[line] = abs(sum(heights) / 2 - middle)
        assert min(gaps, key=gaps.get) is own
    assert axes.get_legend_handles_labels()[1] == ["constant"]


def test_no_curve_runs_between_no_decay_and_the_first_decay():
    """There the axis is broken: a line would tell of losses that nobody measured."""
    style = WIDTHS["wide"]
    with style.applied():
        (axes,) = style.figure(100).axes
        set_decay_axis(axes, [0, 0.01, 1], "λ")
        curve(axes, [0, 0.01, 1], [5, 4, 3], color=style.ink, label="ridge")

    zero, rest = axes.get_lines()[-2:]
    assert list(zero.get_xdata()) == [0]
    assert list(rest.get_xdata()) == [0.01, 1]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.01, "0.01"), (1000, "1,000"), (1e-6, "10⁻⁶"), (2e6, "2×10⁶"), (-0.5, "−0.5")],
)
def test_numbers_at_an_axis_are_written_as_on_the_pages(value, text):
    assert write_tick(value) == text


def test_words_are_measured_as_wide_as_their_outlines():
    """Measured for a screen's grid they would be narrower, and cut off at the figure's edge."""
    style = WIDTHS["wide"]
    with style.applied():
        renderer = FigureCanvasAgg(style.figure(100)).get_renderer()
        face = FontProperties(size=style.size)
        wide, _, _ = renderer.get_text_width_height_descent("0.0001", face, False)
        outline = TextPath((0, 0), "0.0001", size=style.size, prop=face).get_extents().width

    assert wide >= outline


def test_hatching_is_seen_on_what_it_is_drawn_over(drawn):
    figure, _ = drawn("famous_parts", WIDTHS["wide"])
    svg = WIDTHS["wide"].svg(figure)

    (pattern,) = re.findall(r"<pattern.*?</pattern>", svg.decode(), re.DOTALL)
    ground, line = re.search(r'fill="(#\w+)".*stroke: (#\w+)', pattern, re.DOTALL).groups()
    assert ground != line
