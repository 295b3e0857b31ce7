"""What the English edition's programs, and those of its newest version, print and predict."""

from __future__ import annotations

import numpy as np

from wd.report.content.book import DECAY, require_chapter
from wd.report.content.claims.my_norm import judge_rarity
from wd.report.content.published import read_distribution, read_norms, read_settings
from wd.report.read.claims import Finding, claim
from wd.report.read.estimates import find_settled, pair, write_range
from wd.report.read.numbers import write
from wd.report.read.parts import median, share, worst
from wd.report.read.readings import Reading, Readings


def _find_program(readings: Readings, study: str, decay: float = DECAY) -> Reading:
    """Select the runs of one of an edition's programs, with its own settings.

    Raises:
        Missing: If there are none, or some diverged.
    """
    return find_settled(readings, study, weight_decay=decay, **read_settings(study))


def _over_constant(readings: Readings, study: str) -> np.ndarray:
    """The test loss at the book's λ over that of the best constant on the same data, (seeds,)."""
    constant = find_settled(readings, "reference", implementation="constant")
    require_chapter(constant)
    return np.divide(*pair(_find_program(readings, study), constant))


@claim("english-scratch-levels-with-the-constant")
def english_scratch_levels_with_the_constant(readings: Readings) -> Finding:
    """With a small start the typical run predicts about as well as the best constant."""
    ratio = _over_constant(readings, "english")
    return Finding((median("ratio", ratio, above=0.9, below=1.15),), {"runs": write_range(ratio)})


@claim("english-concise-is-worse-than-a-constant")
def english_concise_is_worse_than_a_constant(readings: Readings) -> Finding:
    """The concise program starts from larger weights, and enough of them is left to see it."""
    ratio = _over_constant(readings, "english_concise")
    return Finding(
        (median("ratio", ratio, above=1.5), share("worse", ratio > 1, above=95)),
        {"runs": write_range(ratio)},
    )


@claim("newest-edition-beats-the-constant")
def newest_edition_beats_the_constant(readings: Readings) -> Finding:
    """With three times as many epochs both programs typically predict better than a constant."""
    scratch, concise = (_over_constant(readings, name) for name in ("newest", "newest_concise"))
    return Finding(
        (median("scratch", scratch, below=1), median("concise", concise, below=1)),
        {"scratch_runs": write_range(scratch), "concise_runs": write_range(concise)},
    )


@claim("english-concise-prints-the-larger-number")
def english_concise_prints_the_larger_number(readings: Readings) -> Finding:
    """The ½‖w‖² of the English edition's concise program is many times that of scratch."""
    cells = {
        name: [_find_program(readings, study, decay) for study in ("english_concise", "english")]
        for name, decay in (("undecayed", 0), ("decayed", DECAY))
    }
    over = {
        name: np.divide(*pair(one, other, "w_norm")) ** 2 for name, (one, other) in cells.items()
    }
    concise, scratch = cells["decayed"]
    return Finding(
        tuple(worst(name, ratio, above=5) for name, ratio in over.items()),
        {
            "concise": write_range(concise["w_norm"] ** 2 / 2),
            "scratch": write_range(scratch["w_norm"] ** 2 / 2),
        },
    )


@claim("published-half-squares-are-normal")
def published_half_squares_are_normal(readings: Readings) -> Finding:
    """Each published ½‖w‖² is one of those of runs with the settings of its edition."""
    known = read_norms(printed="half_square")
    runs = {norm: read_distribution(readings, norm) ** 2 / 2 for norm in known}
    places = [100 * float(np.mean(each < norm.value)) for norm, each in runs.items()]
    return Finding(
        (judge_rarity(runs),),
        {
            "count": str(len(runs)),
            "lowest": write(min(places)),
            "highest": write(max(places)),
        },
    )
