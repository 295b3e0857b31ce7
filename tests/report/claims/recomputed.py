"""Numbers of claims, computed anew from the runs: which there are, and from what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wd.declarations.kinds.choosing import METHODS
from wd.report.content.rate_grid import STUDIES, read_grid
from wd.report.read.estimates import write_extremes, write_interval, write_range
from wd.report.read.numbers import write
from wd.report.read.parts import Part
from wd.report.read.readings import Reading, Readings
from wd.report.read.statistics import median_interval

EXPECTED = "expected_test_loss"
PROGRAMS = ("scratch", "concise")


@dataclass(frozen=True)
class Runs:
    """Looks numbers of the published report up: (seeds,), the seeds being 0, 1, …"""

    readings: Readings

    def take(
        self, study: str, column: str = "w_norm", program: str = "scratch", decay: float = 3, **more
    ) -> np.ndarray:
        """Of a program or a solution at one λ."""
        wanted = {"implementation": program, "weight_decay": decay}
        return self.readings.cell(study, **wanted, **more)[column]

    def constant(self, column: str = "test_loss") -> np.ndarray:
        """Of the best constant on the chapter's data."""
        return self.readings.cell("reference", implementation="constant")[column]


def over(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Divide pair by pair, on the seeds that both have."""
    count = min(len(one), len(other))
    return one[:count] / other[:count]


def percent(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far one lies above the other, in per cent."""
    return 100 * (over(one, other) - 1)


def among(values: np.ndarray, others: np.ndarray, share: float) -> np.ndarray:
    """Whether values lie in the central range that holds so much of others."""
    low, high = np.quantile(others, [(1 - share) / 2, (1 + share) / 2])
    return (low <= values) & (values <= high)


def interval(values: np.ndarray, digits: int = 3) -> str:
    """Write their median with its interval."""
    return write_interval(median_interval(values), digits=digits)


def middle(values: np.ndarray) -> str:
    """Write their median alone."""
    return write(np.median(values))


def two_digits(values: np.ndarray) -> str:
    """Write how they vary with two digits."""
    return write_range(values, digits=2)


def most(values: np.ndarray) -> str:
    """Write what 95 % of them don't exceed."""
    return write(np.percentile(values, 95), 2)


def part(values: object) -> list[np.ndarray]:
    """The cases of a part."""
    return list(values) if isinstance(values, tuple) else [values]


Found = Callable[[Runs], object]
PLACES: list[tuple[str, dict[str, Callable], Found]] = [
    (
        "exact-ridge-beats-the-constant-a-little",
        {"constant": middle},
        lambda r: r.constant(EXPECTED),
    ),
    (
        "exact-ridge-beats-the-constant-a-little",
        {"loss": middle},
        lambda r: r.take("reference", EXPECTED, "ridge"),
    ),
    (
        "optimum-hardly-notices-the-decay",
        {"change": part, "runs": write_range},
        lambda r: percent(*(r.take("reference", EXPECTED, "ridge", each) for each in (3, 0.05))),
    ),
    (
        "more-decay-smaller-norm",
        {"ratio": write_range},
        lambda r: over(*(r.take("sweep", decay=each) for each in (0, 100))),
    ),
    (
        "undecayed-programs-print-the-same",
        {"change": part},
        lambda r: percent(*(r.take("chapter", program=each, decay=0) for each in PROGRAMS[::-1])),
    ),
    (
        "undecayed-programs-print-the-same",
        {"outside": part},
        lambda r: ~among(r.take("chapter", program="concise"), r.take("chapter"), 0.9),
    ),
    ("half-square-is-recognised", {"half": write_extremes}, lambda r: r.take("chapter") ** 2 / 2),
    (
        "half-square-is-recognised",
        {"bare": write_extremes},
        lambda r: r.take("chapter", decay=0) ** 2 / 2,
    ),
    (
        "half-the-decay-is-recognised",
        {"ratio": part},
        lambda r: over(r.take("sweep", decay=1.5), r.take("chapter")),
    ),
    (
        "settled-runs-print-the-same",
        {"inside": part},
        lambda r: tuple(among(each, r.take("more_epochs"), 0.9) for each in list_settled(r)),
    ),
    (
        "settled-runs-print-the-same",
        {"change": part},
        lambda r: tuple(percent(each, r.take("more_epochs")) for each in list_settled(r)),
    ),
    (
        "decayed-bias-is-not-recognised",
        {"change": part},
        lambda r: percent(r.take("bias", bias_decay=1, epochs=100), r.take("chapter")),
    ),
    (
        "english-scratch-levels-with-the-constant",
        {"ratio": part, "runs": write_range},
        lambda r: over(r.take("english", "test_loss"), r.constant()),
    ),
    (
        "english-concise-is-worse-than-a-constant",
        {"ratio": part, "runs": write_range},
        lambda r: over(r.take("english_concise", "test_loss", "concise"), r.constant()),
    ),
    (
        "english-concise-prints-the-larger-number",
        {"concise": write_range},
        lambda r: r.take("english_concise", program="concise") ** 2 / 2,
    ),
    (
        "english-concise-prints-the-larger-number",
        {"scratch": write_range},
        lambda r: r.take("english") ** 2 / 2,
    ),
    (
        "from-zero-the-decay-helps-a-little",
        {"bare": interval},
        lambda r: -percent(r.take("zero_start", EXPECTED, decay=0), r.constant(EXPECTED)),
    ),
    (
        "from-zero-the-decay-helps-a-little",
        {"decayed": interval},
        lambda r: -percent(r.take("zero_start", EXPECTED), r.constant(EXPECTED)),
    ),
    (
        "from-zero-the-decay-helps-a-little",
        {"random": interval},
        lambda r: over(*(r.take("chapter", "test_loss", decay=each) for each in (0, 3))),
    ),
    (
        "from-zero-the-decay-shrinks-the-norm",
        {"excess": part},
        lambda r: percent(r.take("zero_start"), r.take("reference", program="ridge")),
    ),
    (
        "converged-run-reaches-the-optimum",
        {"loss": part, "runs": two_digits},
        lambda r: percent(
            r.take("bias", EXPECTED, bias_decay=0, epochs=1500),
            r.take("reference", EXPECTED, "ridge"),
        ),
    ),
    (
        "sparing-the-bias-matters-little-once-converged",
        {"cost": part, "runs": write_range},
        lambda r: percent(
            *(r.take("bias", EXPECTED, bias_decay=each, epochs=1500) for each in (1, 0))
        ),
    ),
    (
        "sparing-the-bias-matters-in-the-run",
        {"change": part, "runs": write_range},
        lambda r: percent(
            *(r.take("bias", EXPECTED, bias_decay=each, epochs=100) for each in (1, 0))
        ),
    ),
    (
        "scratch-norm-is-predicted",
        {"error": part, "most": most},
        lambda r: abs(percent(r.take("chapter", "norm_predicted"), r.take("chapter"))),
    ),
    (
        "concise-norm-is-predicted-worse",
        {"concise": interval, "most": most},
        lambda r: abs(
            percent(*(r.take("chapter", each, "concise") for each in ("norm_predicted", "w_norm")))
        ),
    ),
    (
        "undecayed-test-loss-is-the-start",
        {"loss": interval, "runs": write_range},
        lambda r: r.take("chapter", "test_loss", decay=0),
    ),
    (
        "parts-add-up-to-the-measured-loss",
        {"excess": part},
        lambda r: tuple(
            percent(*(r.take("chapter", each, name, decay) for each in ("test_loss", EXPECTED)))
            for decay in (0, 3)
            for name in PROGRAMS
        ),
    ),
    (
        "infinite-weight-decay-leaves-a-constant",
        {"norm": part},
        lambda r: 100 * over(*(take_noisy(r, "w_norm", decay) for decay in (5000, 0))),
    ),
    (
        "infinite-weight-decay-leaves-a-constant",
        {"force": part},
        lambda r: abs(percent(*(each * take_noisy(r, "w_norm", each) for each in (5000, 1000)))),
    ),
    (
        "infinite-weight-decay-leaves-a-constant",
        {"excess": part},
        lambda r: abs(
            percent(
                take_noisy(r, EXPECTED, 5000),
                r.readings.cell("chapter_noise", implementation="constant", noise_std=0.01)[
                    EXPECTED
                ],
            )
        ),
    ),
    (
        "decay-moves-the-fit-not-the-test-loss",
        {"change": part, "runs": two_digits},
        lambda r: np.max(
            [
                abs(
                    percent(
                        r.take("reference", EXPECTED, "ridge", cell.setting.weight_decay),
                        r.take("reference", EXPECTED, "ridge", 0),
                    )
                )
                for cell in r.readings.cells("reference", implementation="ridge")
                if cell.setting.weight_decay <= 3
            ],
            axis=0,
        ),
    ),
    (
        "decay-moves-the-fit-not-the-test-loss",
        {"shorter": part},
        lambda r: -percent(*(r.take("reference", "w_norm", "ridge", each) for each in (3, 0))),
    ),
    (
        "smaller-norm-is-not-a-better-model",
        {"norm": part},
        lambda r: 100 * over(*(r.take("reference", "w_norm", "ridge", each) for each in (100, 0))),
    ),
    (
        "smaller-norm-is-not-a-better-model",
        {"excess": part},
        lambda r: percent(*(r.take("reference", EXPECTED, "ridge", each) for each in (100, 0))),
    ),
    (
        "adams-pace-knows-no-decay",
        {"same": part},
        lambda r: percent(*(take_left(r, "leftover", each) for each in (300, 30))),
    ),
    (
        "adams-pace-knows-no-decay",
        {"alone": part},
        lambda r: percent(
            *(take_left(r, each, 300) for each in ("leftover", "predicted_leftover"))
        ),
    ),
    (
        "stopping-early-is-nearly-ridge",
        {"best": part},
        lambda r: tuple(100 * (each - 1) for each in list_best_ratios(r)),
    ),
    (
        "stopping-early-is-nearly-ridge",
        {"runs": write_range},
        lambda r: 100 * (np.concatenate(list_best_ratios(r)) - 1),
    ),
    (
        "adamw-rests-in-its-box",
        {"typical": part},
        lambda r: tuple(
            100 * r.readings.cell("resting_adamw", weight_decay=each)["rest_distance"]
            for each in (0.5, 2, 5)
        ),
    ),
    (
        "no-choice-gains-much-on-the-chapters-data",
        {"gain": part},
        lambda r: tuple(list_gains(r.readings.cell("choosing_chapter"))),
    ),
    (
        "a-winner-promises-too-much",
        {"price": part},
        lambda r: (
            np.prod([price_winners(read_grid(r.readings, s).losses) for s in STUDIES], 0) ** 0.5
        ),
    ),
    (
        "best-decay-of-the-chapter-cannot-be-known",
        {"factors": write_range},
        lambda r: over(
            *(r.readings.cell("best_decay", noise_std=0.01)[n] for n in ("best", "formula"))
        ),
    ),
]
"""A claim, its parts and other numbers, and the values that they are of."""

for each in PROGRAMS:
    PLACES += [
        (
            "decay-lowers-the-test-loss-of-the-run",
            {each: part, f"{each}_runs": write_range},
            lambda r, name=each: over(
                *(r.take("chapter", "test_loss", name, decay) for decay in (0, 3))
            ),
        ),
        (
            "decayed-run-is-worse-than-a-constant",
            {each: part, f"least_{each}": part, f"{each}_runs": write_range},
            lambda r, name=each: over(r.take("chapter", "test_loss", name), r.constant()),
        ),
        (
            "undecayed-norm-is-the-start",
            {each: part},
            lambda r, name=each: percent(
                *(r.take("chapter", column, name, 0) for column in ("w_norm", "null_start"))
            ),
        ),
        (
            "larger-batches-look-like-half-the-decay",
            {each: part},
            lambda r, name=each: percent(
                r.take("batch_ten", program=name), r.take("sweep", program=name, decay=1.5)
            ),
        ),
        (
            "full-path-predicts-both-norms",
            {each: part},
            lambda r, name=each: abs(
                percent(*(r.take("chapter", column, name) for column in ("path_norm", "w_norm")))
            ),
        ),
        (
            "decayed-norm-is-mostly-the-start",
            {each: part},
            lambda r, name=each: (
                100 * over(*(r.take("chapter", c, name) for c in ("null_norm", "w_norm"))) ** 2
            ),
        ),
        (
            "decayed-bias-ends-anywhere",
            {f"{each}_runs": write_range},
            lambda r, name=each: r.take("chapter", "b", name),
        ),
    ]


def list_settled(r: Runs) -> list[np.ndarray]:
    """Norms of the scratch program with larger rates, with 2λ, and with batches of one."""
    faster = [r.take("larger_rate", lr=lr) for lr in (0.01, 0.03)]
    return [*faster, r.take("sweep", decay=6), r.take("batch_one")]


def list_gains(cell: Reading) -> list[np.ndarray]:
    """How far the risk of each method's λ is below the constant's, in per cent."""
    constant = cell["constant_risk"]
    chosen = [cell[f"{method}_regret"] * cell["least_risk"] for method in METHODS]
    return [(constant - each) / constant * 100 for each in chosen]


def price_winners(losses: np.ndarray) -> np.ndarray:
    """The mean loss on the other seeds at each seed's best cell, over the least there."""
    cells = losses.reshape(len(losses), -1)
    others = [np.delete(cells, seed, axis=0).mean(0) for seed in range(len(cells))]
    return np.array(
        [mean[own.argmin()] / mean.min() for own, mean in zip(cells, others, strict=True)]
    )


def take_noisy(r: Runs, column: str, decay: float) -> np.ndarray:
    """Of exact ridge on the chapter's data up to very large λ."""
    return r.take("chapter_noise", column, "ridge", decay, noise_std=0.01)


def take_left(r: Runs, name: str, decay: float) -> np.ndarray:
    """What Adam with L2 leaves of the start."""
    return r.readings.cell("leftover_adam", decay_form="l2", weight_decay=decay)[name]


def list_best_ratios(r: Runs) -> list[np.ndarray]:
    """The best step's distance over that of the best λ, by kind of data."""
    cells = [*r.readings.cells("stopping_square"), *r.readings.cells("stopping_tall")]
    return [cell["best_ratio"] for cell in cells]


def agrees(found: object, values: object, how: Callable) -> bool:
    """Tell whether a part or another number is that of the values."""
    if not isinstance(found, Part):
        return str(found) == how(values)
    cases = how(values)
    if found.share:
        expected = [100 * case.mean() for case in cases]
        return np.allclose([value for value, *_ in found.found], expected, rtol=1e-9, atol=0)
    if found.basis.value == "interval":
        expected = [median_interval(case) for case in cases]
    else:
        expected = [(end,) * 3 for end in (min(map(np.min, cases)), max(map(np.max, cases)))]
    return np.allclose(found.found, expected, rtol=1e-8, atol=1e-10)
