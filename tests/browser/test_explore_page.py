"""The widgets of the built site, played with by keyboard, mouse and finger.

One session (`explore.cjs`) serves all tests. What the widgets show is compared with the runs and
curves that the same site offers as downloads.
"""

import csv
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from wd.report.content.widgets.norm import SHARES
from wd.report.read.labels import Labels
from wd.report.read.numbers import write

HERE = Path(__file__).parent
PLAIN = "en/summary/"
PAGES = [f"en/{page}/index.html" for page in ("soft", "norm", "my-norm", "train")]
SHIFT_BUDGET = 0.02

everywhere = pytest.mark.parametrize("source", ["http", "file"])


@pytest.fixture(scope="module")
def explored(browse, built_site):
    """What the widgets showed: see `explore.cjs`."""
    return browse("explore.cjs", built_site, PLAIN, *PAGES, timeout_s=900)


@pytest.fixture(scope="module")
def labels():
    """The English words."""
    return Labels(HERE.parents[1] / "docs/en/labels")


@pytest.fixture(scope="module")
def runs(built_site):
    """All runs of the site, as its readers download them."""
    with (built_site / "en/data/runs.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def curves(built_site):
    """The points of the curves by run, in the order of the epochs."""
    points = {}
    with (built_site / "en/data/curves.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            points.setdefault(row["run"], []).append(row)
    return points


def select(runs, **wanted):
    """The runs of these settings; numbers compare as numbers."""
    same = {
        name: (lambda text, value=value: text != "" and float(text) == value)
        if isinstance(value, int | float)
        else (lambda text, value=value: text == value)
        for name, value in wanted.items()
    }
    return [run for run in runs if all(test(run[name]) for name, test in same.items())]


def read_number(text):
    """Read a number as the pages write it, such as "8.15×10⁻⁵"."""
    mantissa, _, power = text.partition("×10")
    digits = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(mantissa) * 10.0 ** int(digits or 0)


def test_the_widgets_play_without_an_error_or_a_request_outside(explored):
    for seen in (explored["http"], explored["file"]):
        assert seen["errors"] == []
        assert seen["outside"] == []


def test_nothing_moves_when_the_widgets_come_to_life(explored):
    assert max(explored["http"]["shift"]) <= SHIFT_BUDGET


def test_axe_finds_nothing_serious_in_either_scheme(explored):
    assert explored["http"]["axe"] == {"light": [], "dark": []}


# The portrait


@everywhere
def test_the_slider_stops_at_every_solved_decay_with_the_losses_of_the_evidence(
    explored, runs, source
):
    solved = sorted(select(runs, study="portrait"), key=lambda run: float(run["weight_decay"]))
    shown = explored[source]["portrait"]["stops"]
    assert [float(stop["weight_decay"]) for stop in shown] == [
        float(run["weight_decay"]) for run in solved
    ]
    for stop, run in zip(shown, solved, strict=True):
        assert stop["train"] == write(float(run["train_loss"]))
        assert stop["test"] == write(float(run["test_loss"]))
        assert stop["square"] == stop["theta"] == write(float(run["w_norm"]) ** 2)


@everywhere
def test_between_the_stops_the_losses_lie_between_those_of_the_stops(explored, source):
    seen = explored[source]["portrait"]
    stops = seen["stops"]
    here = float(seen["between"]["weight_decay"])
    after = next(i for i, stop in enumerate(stops) if float(stop["weight_decay"]) > here)
    low, high = (float(stops[i]["train"]) for i in (after - 1, after))
    assert low < float(seen["between"]["train"]) < high


@everywhere
def test_the_switch_to_the_hard_constraint_moves_nothing(explored, source):
    seen = explored[source]["portrait"]
    silent = {name: text for name, text in seen["between"].items() if name != "spoken"}
    assert {name: text for name, text in seen["switched"].items() if name != "spoken"} == silent
    assert seen["hard"] == seen["soft"]


@everywhere
def test_the_smallest_ball_has_the_strongest_decay_and_the_largest_none(explored, source):
    seen = explored[source]["portrait"]
    ends = [seen["stops"][-1], seen["stops"][0]]
    for ball, stop in zip((seen["smallest"], seen["largest"]), ends, strict=True):
        assert float(ball["weight_decay"]) == pytest.approx(float(stop["weight_decay"]), rel=0.01)
        assert (ball["train"], ball["test"]) == (stop["train"], stop["test"])


@everywhere
def test_no_value_that_the_slider_showed_is_beyond_its_end(explored, source):
    """A λ between the last two steps is a ball that the slider of θ shows beside its first step."""
    seen = explored[source]["portrait"]
    assert float(seen["strong"]["weight_decay"]) < float(seen["strongest"]["weight_decay"])
    assert seen["small"]["theta"] == seen["strong"]["theta"]
    assert read_number(seen["smaller"]["theta"]) < read_number(seen["small"]["theta"])
    assert seen["smaller"]["theta"] == seen["strongest"]["theta"]


@everywhere
def test_a_ball_may_be_larger_than_its_optimum(explored, source):
    largest = explored[source]["portrait"]["largest"]
    assert float(largest["theta"]) > float(largest["square"])


@everywhere
def test_dragging_moves_the_optimum_all_the_way(explored, source):
    decays = [float(each["weight_decay"]) for each in explored[source]["portrait"]["dragged"]]
    assert len(set(decays)) == len(decays)
    assert decays == sorted(decays)


@everywhere
def test_the_slider_says_its_value_in_words(explored, source):
    seen = explored[source]["portrait"]
    for each in (*seen["stops"], seen["between"]):
        assert each["spoken"].startswith(f"λ = {each['weight_decay']}, ")
        assert each["train"] in each["spoken"]
        assert each["test"] in each["spoken"]
    assert seen["smallest"]["spoken"].startswith(f"θ = {seen['smallest']['theta']}, ")


# The replay


@everywhere
def test_every_replayed_point_is_one_of_the_first_seeds_curves(explored, runs, curves, source):
    for name, points in explored[source]["replay"]["runs"].items():
        implementation, decay = name.split()
        chapter = select(
            runs, study="chapter", implementation=implementation, weight_decay=float(decay)
        )
        first = min(chapter, key=lambda run: int(run["seed"]))
        per_epoch = -(-int(first["n_train"]) // int(first["batch_size"]))
        recorded = curves[first["run"]]
        assert len(points) == len(recorded)
        for point, row in zip(points, recorded, strict=True):
            assert int(point["step"]) == per_epoch * int(row["epoch"])
            for shown, column in (
                ("train", "train_loss"),
                ("test", "test_loss"),
                ("norm", "w_norm"),
            ):
                assert float(point[shown].replace("×10", "e").translate(SUPER)) == pytest.approx(
                    float(row[column]), rel=0.006
                )


SUPER = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@everywhere
def test_the_leftover_and_the_rest_make_the_norm(explored, source):
    for points in explored[source]["replay"]["runs"].values():
        for point in points:
            parts = np.hypot(float(point["leftover"]), float(point["row"]))
            assert parts == pytest.approx(float(point["norm"]), rel=0.01)


@everywhere
def test_play_runs_to_the_end_and_says_so(explored, source):
    seen = explored[source]["replay"]
    last = seen["runs"]["concise 3"][-1]
    assert (seen["before"], seen["during"], seen["after"]) == ("Play", "Pause", "Play")
    assert seen["end"] == last
    assert last["step"] in seen["ended"]


# The norm


@everywhere
def test_a_typed_norm_has_the_percentile_of_the_evidence(explored, runs, source):
    for each in explored[source]["norm"]:
        answer, typed = each["answer"], each["typed"].replace(",", ".")
        same = select(
            runs,
            study="chapter",
            implementation=each["implementation"],
            weight_decay=float(each["decay"]),
        )
        quantiles = np.quantile([float(run["w_norm"]) for run in same], SHARES)
        share = np.interp(np.log(float(typed)), np.log(quantiles), SHARES)
        inside = 0.01 < share < 0.99
        told = f"about {np.rint(100 * share):.0f} % of" if inside else f"{len(same):,} runs"
        assert told in answer, each


@everywhere
def test_a_norm_far_out_is_never_called_normal(explored, source):
    by_typed = {each["typed"]: each["answer"] for each in explored[source]["norm"]}
    assert by_typed["100"].startswith("Unusually large")
    assert by_typed["1.7e308"].startswith("Unusually large")
    assert by_typed["0.05"].startswith("Unusually small")


@everywhere
def test_a_pasted_norm_is_answered_as_the_typed_one(explored, source):
    typed, *pasted = explored[source]["pasted"]
    assert "0.3741" in typed["answer"]
    assert [each["answer"] for each in pasted] == [typed["answer"]] * len(pasted)


@everywhere
def test_by_keyboard_a_number_is_placed_among_the_runs_of_another_edition(explored, source):
    seen = explored[source]["typed"]
    assert seen["state"] == ["english", "concise", "3", "L2 norm of w: 0.0138"]
    assert "concise with λ = 3 (English edition)" in seen["answer"]


@everywhere
def test_the_address_keeps_what_was_typed_for_whoever_opens_it(explored, source):
    seen = explored[source]["typed"]
    asked = parse_qs(urlsplit(seen["url"]).query)
    assert list(asked) == ["edition", "program", "λ", "norm"]
    assert [value for (value,) in asked.values()] == seen["state"]
    assert seen["again"] == {"state": seen["state"], "answer": seen["answer"]}


@everywhere
def test_the_result_is_copied_as_sentences_with_its_address(explored, labels, source):
    seen = explored[source]["typed"]
    assert seen["told"] == labels("widget", "norm", "script", "copied")
    assert seen["pasted"].endswith(f" {seen['url']}")
    verdict, *_ = seen["answer"].split(".  ")
    assert seen["pasted"].startswith(verdict.strip())


@everywhere
def test_a_trained_run_has_an_address_that_a_button_copies(explored, source):
    seen = explored[source]["trained"]
    asked = {name: value for name, (value,) in parse_qs(urlsplit(seen["url"]).query).items()}
    assert asked == {"program": "concise", "weight_decay": "2", "seed": "7"}
    assert seen["pasted"] == seen["url"]
    assert seen["again"] == seen["state"]


@everywhere
def test_an_address_sets_nothing_that_the_sliders_do_not_offer(explored, source):
    refused = explored[source]["trained"]["refused"]
    assert (refused["program"], refused["seed"]) == ("scratch", "0")
    assert refused["outputs"][:2] == ["3", "0.003"]


@everywhere
def test_what_is_no_norm_is_told_why_in_the_next_frame_whatever_stood_there_before(
    explored, labels, source
):
    words = labels.table("widget", "norm", "script", "refused")
    reasons = ["empty", "text", "several", "comma", "unclear", "negative", "zero"]
    reasons += ["beyond", "beyond", "long"]
    for each, reason in zip(explored[source]["refused"], reasons, strict=True):
        start = words[reason].split("{")[0]
        assert each["answer"].startswith(start), each["typed"][:50]


@everywhere
def test_what_a_diverged_run_prints_leads_to_why_runs_diverge(explored, labels, source):
    start = labels.table("widget", "norm")["diverged"].split("[")[0]
    for each in explored[source]["diverged"]:
        assert each["answer"].startswith(start), each["typed"]
    assert explored["answered"] == {"pathname": "/en/questions/", "headings": 1}


@everywhere
@pytest.mark.parametrize("kind", ["norm", "diverged"])
def test_a_screen_reader_is_told_what_is_shown(explored, source, kind):
    for each in explored[source][kind]:
        assert each["spoken"] == each["answer"]


# Ways to the page


def test_a_finger_turns_scrubs_plays_and_pauses(explored):
    seen = explored["touch"]
    assert float(seen["tapped"]["weight_decay"]) > float(seen["before"]["weight_decay"])
    assert seen["hard"]["spoken"].startswith("θ")
    assert seen["hard"]["train"] == seen["tapped"]["train"]
    assert int(seen["scrubbed"]["step"]) > 0
    assert seen["still"] == seen["paused"]
    assert seen["inSight"]


def test_the_widgets_live_after_instant_navigation_and_back_and_forward(explored):
    seen = explored["instant"]
    assert seen["instant"]
    assert seen["errors"] == []
    assert seen["widgets"] > 1  # the portrait, and the words that light it up
    assert seen["values"] == [explored["http"]["portrait"]["stops"][:2]] * 2


def test_a_page_without_widgets_loads_no_script_for_them(explored):
    assert explored["instant"]["onPlain"] == 0


def test_without_scripts_each_widget_is_a_figure(explored):
    for seen in explored["still"].values():
        assert seen["frames"] == 0
        assert seen["figures"] > 0
    assert explored["still"]["portrait"]["stills"] == 1
    assert explored["http"]["stills"] == 0


@everywhere
def test_a_word_lights_up_what_it_names_while_it_is_pointed_at_or_chosen(explored, source):
    marks = explored[source]["marks"]["portrait"]["lit"]
    assert {"ball", "point", "path", "arrow--pull", "arrow--decay"} <= set(marks)
    for part, seen in marks.items():
        assert (seen["before"], seen["after"]) == ([], []), part
        for shining in (seen["during"], seen["focused"]):
            assert shining, part
            assert all(f"explore__{part}" in classes.split() for classes in shining)


@everywhere
def test_a_number_in_the_text_turns_the_widget_to_it(explored, source):
    turned = {name: seen["turned"] for name, seen in explored[source]["marks"].items()}
    assert turned["portrait"] == {"0": "0"}
    assert turned["replay"] == {"3": "3", "0": "0"}


def test_explore_leads_to_every_page_with_a_widget(built_site):
    pages = built_site / "en"
    leads = (pages / "explore/index.html").read_text(encoding="utf-8")
    leads = leads[leads.index("<article") : leads.index("</article")]
    with_widgets = [
        file.parent
        for file in pages.rglob("index.html")
        if "data-explore=" in file.read_text(encoding="utf-8")
    ]
    assert len(with_widgets) > len(PAGES)
    for folder in with_widgets:
        assert f'href="../{"" if folder == pages else f"{folder.name}/"}' in leads, folder.name


def test_the_pictures_follow_the_theme(explored):
    light, dark = explored["http"]["colours"]
    assert light != dark
