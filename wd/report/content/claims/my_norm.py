"""Whether a printed norm is normal: published numbers, and what puts a number far out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wd.report.content.published import (
    RISK,
    find_percentile,
    find_tail,
    read_distribution,
    read_norms,
)
from wd.report.read.claims import Verdict, claim
from wd.report.read.estimates import (
    estimate_ratio,
    estimate_share,
    find_settled,
    pair,
    write_extremes,
    write_interval,
    write_range,
)
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Reading, Readings
from wd.report.read.statistics import median_interval

PROGRAMS = ("scratch", "concise")
DECAYS = (0, 3)


def read_causes(readings: Readings, program: str, decay: float) -> dict[str, np.ndarray]:
    """Read the norms that a program prints as it is, and with each of the usual slips.

    Args:
        readings: The evidence.
        program: "scratch" or "concise".
        decay: λ that was asked for.

    Returns:
        By cause, "none" first: the printed numbers, (seeds,).
    """
    usual = find_settled(readings, "chapter", implementation=program, weight_decay=decay)
    causes = {"none": usual["w_norm"]}
    for name, study in (("batch_one", "batch_one"), ("small_start", "small_start")):
        cell = find_settled(readings, study, implementation=program, weight_decay=decay)
        causes[name] = cell["w_norm"]
    causes["half_square"] = usual["w_norm"] ** 2 / 2
    if decay:
        half = find_settled(readings, "sweep", implementation=program, weight_decay=decay / 2)
        causes["half_decay"] = half["w_norm"]
        causes["bias_decayed"] = _bias_decayed(readings, program)["w_norm"]
    return causes


def _bias_decayed(readings: Readings, program: str) -> Reading:
    study = {"scratch": "bias", "concise": "bias_concise"}[program]
    return find_settled(readings, study, weight_decay=3, bias_decay=1, epochs=100)


def _each_cell(readings: Readings) -> Iterator[dict[str, np.ndarray]]:
    for program in PROGRAMS:
        for decay in DECAYS:
            yield read_causes(readings, program, decay)


def _apart(usual: np.ndarray, other: np.ndarray) -> bool:
    """Whether two sets of printed numbers have a gap between them."""
    return bool(other.max() < usual.min() or usual.max() < other.min())


@claim("published-norms-are-normal")
def published_norms_are_normal(readings: Readings) -> Verdict:
    """Each published norm is one of those of runs with its settings, as sure as the runs are."""
    runs = {norm: read_distribution(readings, norm) for norm in read_norms()}
    placed = {norm: find_percentile(each, norm.value) for norm, each in runs.items()}
    chapter = [place for norm, place in placed.items() if norm.study == "chapter"]
    others = [place for norm, place in placed.items() if norm.study != "chapter"]
    tail = find_tail(len(placed))
    return Verdict(
        all(tail <= low and high <= 1 - tail for _, low, high in placed.values()),
        {
            "count": str(len(placed)),
            "central": write(100 - 200 * tail, 4),
            "sure": write(100 - 100 * RISK, 2),
            "lowest": write_interval(min(chapter), 100),
            "highest": write_interval(max(chapter), 100),
            "least": write_interval(min(others), 100),
            "most": write_interval(max(others), 100, 4),
        },
        min(len(each) for each in runs.values()),
    )


@claim("undecayed-programs-print-the-same")
def undecayed_programs_print_the_same(readings: Readings) -> Verdict:
    """At λ = 0 the two programs' norms can't be told apart; at λ = 3 concise spreads more."""
    bare, decayed = (
        [
            find_settled(readings, "chapter", implementation=name, weight_decay=decay)
            for name in PROGRAMS
        ]
        for decay in DECAYS
    )
    ratio = estimate_ratio(bare[1], bare[0], "w_norm")
    widths = [np.subtract(*np.percentile(cell["w_norm"], [95, 5])) for cell in decayed]
    larger = estimate_share(np.greater(*pair(decayed[1], decayed[0], "w_norm")))
    return Verdict(
        abs(ratio[0] - 1) < 0.01
        and ratio[2] < 1.01
        and widths[1] > 2 * widths[0]
        and larger[1] > 0.75,
        {
            "ratio": write_interval(ratio, digits=5),
            "scratch": write_range(decayed[0]["w_norm"]),
            "concise": write_range(decayed[1]["w_norm"]),
            "larger": write_interval(larger, 100),
        },
        len(bare[0].seeds),
    )


@claim("batch-size-one-explains-small-norms")
def batch_size_one_explains_small_norms(readings: Readings) -> Verdict:
    """The port's norms at λ = 3 are below all of the chapter's, and usual for batches of 1."""
    outside, inside = [], []
    for norm in read_norms():
        if norm.study == "batch_one" and norm.weight_decay == 3:
            usual = read_distribution(readings, norm, "chapter")
            outside.append(norm.value < usual.min())
            inside.append(find_percentile(read_distribution(readings, norm), norm.value))
    tail = find_tail(len(read_norms()))
    causes = {program: read_causes(readings, program, 3) for program in PROGRAMS}
    return Verdict(
        bool(inside)
        and all(outside)
        and all(tail <= low and high <= 1 - tail for _, low, high in inside),
        {
            **{name: write_range(each["batch_one"]) for name, each in causes.items()},
            "places": "; ".join(write_interval(each, 100) for each in inside),
            "usual": write(min(each["none"].min() for each in causes.values())),
        },
        len(causes["scratch"]["batch_one"]),
    )


@claim("half-square-is-recognised")
def half_square_is_recognised(readings: Readings) -> Verdict:
    """½‖w‖² is outside the range of all norms at λ = 0 and λ = 3."""
    cells = list(_each_cell(readings))
    bare, decayed = (read_causes(readings, "scratch", decay) for decay in DECAYS)
    return Verdict(
        all(
            _apart(each["none"], each["half_square"])
            for each in (cells[0], cells[1], cells[2])  # all but concise at λ = 3
        ),
        {
            "bare": write_extremes(bare["half_square"]),
            "bare_usual": write_extremes(bare["none"]),
            "decayed": write_extremes(decayed["half_square"]),
            "decayed_usual": write_extremes(decayed["none"]),
        },
        len(bare["none"]),
    )


@claim("small-start-is-recognised")
def small_start_is_recognised(readings: Readings) -> Verdict:
    """From initial weights a hundredth as large, all norms are outside the usual ranges."""
    cells = list(_each_cell(readings))
    bare, decayed = (read_causes(readings, "scratch", decay) for decay in DECAYS)
    share = median_interval(bare["small_start"])[0] / median_interval(bare["none"])[0]
    return Verdict(
        all(_apart(each["none"], each["small_start"]) for each in cells),
        {
            "bare": write_extremes(bare["small_start"]),
            "bare_usual": write_extremes(bare["none"]),
            "decayed": write_extremes(decayed["small_start"]),
            "decayed_usual": write_extremes(decayed["none"]),
            "share": write(100 * share),
        },
        len(bare["small_start"]),
    )


@claim("half-the-decay-is-recognised")
def half_the_decay_is_recognised(readings: Readings) -> Verdict:
    """With λ/2 in place of λ = 3 every norm is far above the usual ones."""
    causes = {program: read_causes(readings, program, 3) for program in PROGRAMS}
    ratio = estimate_ratio(
        find_settled(readings, "sweep", implementation="scratch", weight_decay=1.5),
        find_settled(readings, "chapter", implementation="scratch", weight_decay=3),
        "w_norm",
    )
    return Verdict(
        all(each["half_decay"].min() > each["none"].max() for each in causes.values())
        and ratio[1] > 5,
        {
            **{name: write_extremes(each["half_decay"]) for name, each in causes.items()},
            **{f"{name}_usual": write_extremes(each["none"]) for name, each in causes.items()},
            "ratio": write_interval(ratio),
            "asked": write_exactly(3),
        },
        len(causes["scratch"]["half_decay"]),
    )


@claim("decayed-bias-is-not-recognised")
def decayed_bias_is_not_recognised(readings: Readings) -> Verdict:
    """Decaying the bias too leaves the scratch program's norm within its usual range."""
    usual = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    decayed = _bias_decayed(readings, "scratch")
    ratio = estimate_ratio(decayed, usual, "w_norm")
    low, high = np.percentile(usual["w_norm"], [0.5, 99.5])
    inside = estimate_share((decayed["w_norm"] >= low) & (decayed["w_norm"] <= high))
    return Verdict(
        ratio[1] > 0.98 and ratio[2] < 1.02 and inside[1] > 0.9,
        {
            "ratio": write_interval(ratio, digits=4),
            "inside": write_interval(inside, 100),
            "runs": write_range(np.divide(*pair(decayed, usual, "w_norm"))),
        },
        len(decayed.seeds),
    )
