"""Whether a printed norm is normal: published numbers, and what puts a number far out."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import CHAPTER, DECAY, find_chapter, require_chapter
from wd.report.content.published import (
    RISK,
    Norm,
    find_limit,
    find_rarity,
    read_distribution,
    read_norms,
)
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import (
    find_settled,
    list_settled,
    pair,
    write_extremes,
    write_range,
)
from wd.report.read.numbers import write, write_exactly
from wd.report.read.parts import Part, median, share, worst
from wd.report.read.readings import Missing, Reading, Readings

PROGRAMS = ("scratch", "concise")
DECAYS = (0.0, DECAY)
_ENOUGH = 200  # runs: one of them lies below the 0.5th percentile


def read_causes(readings: Readings, program: str, decay: float) -> dict[str, np.ndarray]:
    """Read the norms that a program prints as it is, and with each of the usual slips.

    Args:
        readings: The evidence.
        program: "scratch" or "concise".
        decay: λ that was asked for.

    Returns:
        By cause, "none" first: the printed numbers, (seeds,).
    """
    usual = find_chapter(readings, program, decay)
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
    found = readings.cells(study, weight_decay=DECAY, epochs=CHAPTER["epochs"])
    whole = max(cell.setting.bias_decay or 0 for cell in found)  # of λ; that is all of it
    cell = find_settled(
        readings, study, weight_decay=DECAY, bias_decay=whole, epochs=CHAPTER["epochs"]
    )
    require_chapter(cell)
    return cell


def judge_rarity(norms: dict[Norm, np.ndarray], of: int | None = None) -> Part:
    """Compare how rare published numbers are among runs with their settings with the limit.

    Args:
        norms: What the runs print, (seeds,), by what was published.
        of: How many numbers were published, if more than these.

    Raises:
        Missing: If there are so few runs that not even a number beyond all of them would be rare.
    """
    limit, fewest = find_limit(of or len(norms)), min(map(len, norms.values()))
    if find_rarity(np.zeros(fewest), 1.0) >= limit:
        study = next(iter(norms)).study
        raise Missing("premise", study=study, premise="enough_runs")
    found = [find_rarity(runs, norm.value) for norm, runs in norms.items()]
    return worst("rarity", np.array(found), seeds=fewest, above=limit, unit="%")


def _gap(lower: np.ndarray, upper: np.ndarray) -> float:
    """The smallest of some printed numbers over the largest of others; above 1 there is a gap."""
    return float(upper.min() / lower.max())


@claim("published-norms-are-normal")
def published_norms_are_normal(readings: Readings) -> Finding:
    """Each published norm is one of those of runs with its settings, as sure as the runs are."""
    runs = {norm: read_distribution(readings, norm) for norm in read_norms()}
    places = [100 * float(np.mean(each < norm.value)) for norm, each in runs.items()]
    return Finding(
        (judge_rarity(runs),),
        {
            "count": str(len(runs)),
            "sure": write(100 - 100 * RISK, 2),
            "lowest": write(min(places)),
            "highest": write(max(places)),
        },
    )


@claim("undecayed-programs-print-the-same")
def undecayed_programs_print_the_same(readings: Readings) -> Finding:
    """At λ = 0 the two programs' norms can't be told apart; with decay concise spreads more."""
    bare, decayed = ([find_chapter(readings, name, decay) for name in PROGRAMS] for decay in DECAYS)
    ratio = np.divide(*pair(bare[1], bare[0], "w_norm"))
    scratch, concise = (cell["w_norm"] for cell in decayed)
    low, high = np.percentile(scratch, [5, 95])
    return Finding(
        (
            median("change", 100 * (ratio - 1), above=-1, below=1, unit="%"),
            share("larger", np.greater(*pair(decayed[1], decayed[0], "w_norm")), above=75),
            share("outside", (concise < low) | (concise > high), above=20),
        ),
        {"scratch": write_range(scratch), "concise": write_range(concise)},
    )


@claim("batch-size-one-explains-small-norms")
def batch_size_one_explains_small_norms(readings: Readings) -> Finding:
    """The port's norms with decay are below all of the chapter's, and usual for batches of 1."""
    port = [norm for norm in read_norms() if norm.study == "batch_one" and norm.weight_decay]
    usual = [read_distribution(readings, norm, "chapter") for norm in port]
    runs = {norm: read_distribution(readings, norm) for norm in port}
    if not port:
        raise Missing("study", study="batch_one")
    gaps = [each.min() / norm.value for norm, each in zip(port, usual, strict=True)]
    return Finding(
        (
            worst("gap", np.array(gaps), seeds=len(usual[0]), above=1),
            judge_rarity(runs, len(read_norms())),
        ),
        {
            **{norm.program: write_range(each) for norm, each in runs.items()},
            "usual": write(min(float(each.min()) for each in usual)),
        },
    )


@claim("half-square-is-recognised")
def half_square_is_recognised(readings: Readings) -> Finding:
    """½‖w‖² is outside the range of all norms, but for the concise program with decay."""
    bare = {name: read_causes(readings, name, 0) for name in PROGRAMS}
    decayed = read_causes(readings, "scratch", DECAY)
    gaps = [_gap(each["none"], each["half_square"]) for each in bare.values()]
    seeds = len(decayed["none"])
    return Finding(
        (
            worst("undecayed", np.array(gaps), seeds=seeds, above=1),
            worst("decayed", _gap(decayed["half_square"], decayed["none"]), seeds=seeds, above=1),
        ),
        {
            "bare": write_extremes(bare["scratch"]["half_square"]),
            "bare_usual": write_extremes(bare["scratch"]["none"]),
            "half": write_extremes(decayed["half_square"]),
            "usual": write_extremes(decayed["none"]),
        },
    )


@claim("small-start-is-recognised")
def small_start_is_recognised(readings: Readings) -> Finding:
    """From a much smaller start all norms are below the usual ones, with and without decay."""
    parts, numbers = [], {}
    for name, decay in (("undecayed", 0), ("decayed", DECAY)):
        causes = [read_causes(readings, program, decay) for program in PROGRAMS]
        gaps = [_gap(each["small_start"], each["none"]) for each in causes]
        parts.append(worst(name, np.array(gaps), seeds=len(causes[0]["small_start"]), above=1))
        numbers[f"small_{name}"] = write_extremes(causes[0]["small_start"])
        numbers[f"usual_{name}"] = write_extremes(causes[0]["none"])
    start = find_settled(readings, "small_start", implementation="scratch", weight_decay=0)
    return Finding(tuple(parts), numbers | {"start": write_exactly(start.setting.init_std)})


@claim("half-the-decay-is-recognised")
def half_the_decay_is_recognised(readings: Readings) -> Finding:
    """With λ/2 in place of λ every norm is far above the usual ones."""
    causes = {program: read_causes(readings, program, DECAY) for program in PROGRAMS}
    half = find_settled(readings, "sweep", implementation="scratch", weight_decay=DECAY / 2)
    usual = find_chapter(readings, "scratch", DECAY)
    gaps = [_gap(each["none"], each["half_decay"]) for each in causes.values()]
    return Finding(
        (
            worst("gap", np.array(gaps), seeds=len(half.seeds), above=1),
            median("ratio", np.divide(*pair(half, usual, "w_norm")), above=5),
        ),
        {
            **{name: write_extremes(each["half_decay"]) for name, each in causes.items()},
            **{f"{name}_usual": write_extremes(each["none"]) for name, each in causes.items()},
            "asked": write_exactly(DECAY),
        },
    )


@claim("settled-runs-print-the-same")
def settled_runs_print_the_same(readings: Readings) -> Finding:
    """Whatever lets the scratch program settle leaves the same norm, little above the optimum's."""
    scratch = {"implementation": "scratch"}
    asked = {**scratch, "weight_decay": DECAY}
    longer = find_settled(readings, "more_epochs", **asked)
    faster = list_settled(readings, "larger_rate", **asked)
    doubled = find_settled(readings, "sweep", **scratch, weight_decay=2 * DECAY)
    others = [*faster, doubled, find_settled(readings, "batch_one", **asked)]
    optimum = find_settled(readings, "reference", implementation="ridge", weight_decay=DECAY)
    require_chapter(longer, *others, optimum, besides=("epochs", "batch_size", "lr"))
    changes = [100 * (np.divide(*pair(cell, longer, "w_norm")) - 1) for cell in others]
    over = [np.divide(*pair(cell, optimum, "w_norm")) for cell in (longer, *others)]
    low, high = np.percentile(longer["w_norm"], [5, 95])
    inside = [(cell["w_norm"] >= low) & (cell["w_norm"] <= high) for cell in others]
    return Finding(
        (
            median("change", changes, above=-15, below=15, unit="%"),
            median("over", over, below=1.3),
            share("inside", inside, above=50),
        ),
        {
            "epochs": str(longer.setting.epochs),
            "rates": tuple(write_exactly(cell.setting.lr) for cell in faster),
            "runs": write_range(longer["w_norm"]),
            "optimum": write_range(optimum["w_norm"]),
        },
    )


@claim("larger-batches-look-like-half-the-decay")
def larger_batches_look_like_half_the_decay(readings: Readings) -> Finding:
    """Half as many steps leave the norm that as many steps leave with half the decay."""
    cells = [
        (
            find_settled(readings, "batch_ten", implementation=name, weight_decay=DECAY),
            find_settled(readings, "sweep", implementation=name, weight_decay=DECAY / 2),
        )
        for name in PROGRAMS
    ]
    require_chapter(*sum(cells, ()), besides=("batch_size",))
    if any(larger.setting.batch_size != 2 * usual.setting.batch_size for larger, usual in cells):
        raise Missing("premise", study="batch_ten", premise="double_batches")
    changes = [100 * (np.divide(*pair(*each, "w_norm")) - 1) for each in cells]
    return Finding(
        tuple(
            worst(name, each, above=-2, below=2, unit="%")
            for name, each in zip(PROGRAMS, changes, strict=True)
        ),
        {
            "batch_size": str(cells[0][0].setting.batch_size),
            "larger": write_range(cells[0][0]["w_norm"]),
            "half": write_range(cells[0][1]["w_norm"]),
        },
    )


@claim("decayed-bias-is-not-recognised")
def decayed_bias_is_not_recognised(readings: Readings) -> Finding:
    """Decaying the bias too leaves the scratch program's norm within its usual range."""
    usual = find_chapter(readings, "scratch", DECAY)
    decayed = _bias_decayed(readings, "scratch")
    if len(usual.seeds) < _ENOUGH:
        raise Missing("premise", study="chapter", premise="enough_runs")
    ratio = np.divide(*pair(decayed, usual, "w_norm"))
    low, high = np.percentile(usual["w_norm"], [0.5, 99.5])
    return Finding(
        (
            median("change", 100 * (ratio - 1), above=-2, below=2, unit="%"),
            share("inside", (decayed["w_norm"] >= low) & (decayed["w_norm"] <= high), above=90),
        ),
        {"runs": write_range(100 * (ratio - 1))},
    )
