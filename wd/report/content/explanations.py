"""What may have printed a number: this report's runs, with what was done in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from wd.config import Setting
from wd.declarations.kinds.slips import MOMENTUM
from wd.declarations.kinds.slips import PROGRAMS as SLIPPING
from wd.report.content.claims.my_norm import PROGRAMS
from wd.report.content.published import read_settings
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Missing, Reading, Readings

CHAPTER = "chapter"
EDITIONS = {
    CHAPTER: (CHAPTER, "sweep"),
    "english": ("english", "english_concise"),
    "newest": ("newest", "newest_concise"),
}
"""The editions of the book, the chapter's first, and the studies of their two programs."""
_SQUARING = ("english", "newest")
"""They print ½‖w‖² under the name of the norm."""


@dataclass(frozen=True)
class Slip:
    """Something that readers do otherwise than the chapter.

    Attributes:
        cause: Its key in the words.
        studies: Those that have it.
        given: λ as these studies' programs are given it, over the λ that a reader means.
        wanted: Which of their cells.
    """

    cause: str
    studies: tuple[str, ...]
    given: float = 1
    wanted: Mapping[str, object] = field(default_factory=dict)


_SLIPS = (
    Slip("bias_decayed", ("bias", "bias_concise"), wanted={"bias_decay": 1}),
    Slip("batch_one", ("batch_one",)),
    Slip("batch_ten", ("batch_ten",)),
    Slip("more_epochs", ("more_epochs",)),
    Slip("larger_rate", ("larger_rate",)),
    Slip("small_start", ("small_start",)),
    Slip("keras", ("keras",), given=2),
    Slip("momentum", ("momentum",)),
    Slip("l1", ("l1",)),
)
_FACTORS = {"half_decay": 0.5, "double_decay": 2}


@dataclass(frozen=True)
class Explanation:
    """Runs that print a number.

    Attributes:
        cause: What was done otherwise, a key of the words; "none" for nothing.
        words: The same for readers.
        edition: Whose settings the runs have otherwise, one of `EDITIONS`.
        program: "scratch" or "concise".
        weight_decay: The λ that their reader means.
        squared: Whether ½‖w‖² is printed in place of ‖w‖.
        cell: The runs.
    """

    cause: str
    words: str
    edition: str
    program: str
    weight_decay: float
    squared: bool
    cell: Reading

    @property
    def printed(self) -> np.ndarray:
        """What the runs print, (seeds,); NaN where one diverged."""
        norms = find_norms(self.cell)
        return norms**2 / 2 if self.squared else norms


def find_norms(cell: Reading) -> np.ndarray:
    """Find ‖w‖ at the end of runs of a program, or of one with a slip of its own kind of study.

    Raises:
        Missing: If one with such a slip diverged.
    """
    return cell["slip_norm" if cell.setting.slip else "w_norm"]


def list_explanations(readings: Readings, labels: Labels) -> list[Explanation]:
    """List all runs that this build can hold a printed number against.

    A study that isn't there, or whose settings aren't those of its edition, is left out; the
    chapter's must be there.

    Raises:
        Missing: If the chapter's study isn't there, or is no grid of programs and λ.
    """
    found = [each for edition in EDITIONS for each in _list_edition(readings, labels, edition)]
    return [*found, *_list_slips(readings, labels)]


def name_edition(readings: Readings, labels: Labels, edition: str) -> str:
    """Name an edition; the chapter's own settings may be others than those of the book."""
    if edition == CHAPTER:
        try:
            readings.cells(CHAPTER, **read_settings(CHAPTER))
        except Missing:
            return labels("edition", "own")
    return labels("edition", edition)


def read_edition(readings: Readings, edition: str) -> dict[tuple[str, float], Reading]:
    """Read an edition's runs by program and λ, in the order of the programs and rising.

    Raises:
        Missing: If it is the chapter's and isn't there, or is no grid of programs and λ.
    """
    found: dict[tuple[str, float], Reading] = {}
    usual: dict[str, Setting] = {}
    for study in EDITIONS[edition]:
        for cell in _list_cells(readings, edition, study):
            program, decay = cell.setting.implementation, cell.setting.weight_decay
            if program not in PROGRAMS:
                continue
            if study == CHAPTER:  # its only one with these two
                readings.cell(study, implementation=program, weight_decay=decay)
            rest = cell.setting.change(weight_decay=None)
            if usual.setdefault(program, rest) == rest:
                found.setdefault((program, decay), cell)
    return dict(sorted(found.items(), key=lambda item: (PROGRAMS.index(item[0][0]), item[0][1])))


def _list_cells(readings: Readings, edition: str, study: str) -> list[Reading]:
    if study == CHAPTER:
        return list(readings.cells(study))
    with suppress(Missing):
        return list(readings.cells(study, **({} if edition == CHAPTER else read_settings(study))))
    return []


def _list_edition(readings: Readings, labels: Labels, edition: str) -> Iterator[Explanation]:
    """The edition as it is, with the other of ‖w‖ and ½‖w‖² printed, and with λ/2 and 2λ."""
    cells = read_edition(readings, edition)
    squared = edition in _SQUARING
    for (program, decay), cell in cells.items():
        here = Explanation("none", labels("cause", "none"), edition, program, decay, squared, cell)
        yield here
        other = "whole_norm" if squared else "half_square"
        yield replace(here, cause=other, words=labels("cause", other), squared=not squared)
        for cause, factor in _FACTORS.items():
            if decay and (program, factor * decay) in cells:
                words, moved = labels("cause", cause), cells[program, factor * decay]
                yield replace(here, cause=cause, words=words, cell=moved)


def _list_slips(readings: Readings, labels: Labels) -> Iterator[Explanation]:
    epochs = readings.cells(CHAPTER)[0].setting.epochs
    for slip in _SLIPS:
        as_long = {"epochs": epochs} if slip.wanted else {}
        for study in slip.studies:
            with suppress(Missing):
                for cell in readings.cells(study, **slip.wanted, **as_long):
                    program = SLIPPING.get(cell.setting.slip, cell.setting.implementation)
                    if program in PROGRAMS and len(find_norms(cell)):  # they must be there
                        yield _explain(slip, program, cell, labels)


def _explain(slip: Slip, program: str, cell: Reading, labels: Labels) -> Explanation:
    setting = cell.setting
    numbers = {name: write_exactly(value) for name, value in setting.values}
    numbers["momentum"] = write_exactly(MOMENTUM)
    return Explanation(
        slip.cause,
        labels("cause", slip.cause, **numbers),
        CHAPTER,
        program,
        setting.weight_decay / slip.given,
        squared=False,
        cell=cell,
    )
