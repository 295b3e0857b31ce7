"""The forms of a declaration: what a hyperparameter, an implementation, a kind of study states.

A declaration is data. It names what the configuration may ask for, what the evidence keeps and
what the report may show, so that none of them needs the code in `wd.lab` that makes the numbers.
"""

from __future__ import annotations

import difflib
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Hyperparameter:
    """A number or word that a run depends on.

    Attributes:
        name: As in report.toml and in the columns of the evidence.
        type: int, float (which takes whole numbers too) or str.
        default: What a study has that doesn't say; None where the implementation decides.
        meaning: In a few words, for who writes a configuration.
        unit: Of the number, empty where it has none.
        least: The smallest number.
        most: The largest number.
        above: A bound that a number must exceed.
        within: Another one that the same setting has, which a number may not exceed.
        choices: The words that a str may be.
        also: What else people call it, to tell them its name here.
    """

    name: str
    type: type
    default: Any
    meaning: str
    unit: str = ""
    least: float = -math.inf
    most: float = math.inf
    above: float = -math.inf
    within: str = ""
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def check(self, value: Any) -> str | None:
        """Say what is allowed if `value` isn't, else None."""
        if self.type is str:
            if isinstance(value, str) and value in self.choices:
                return None
            return list_allowed(str(value), list(self.choices))
        if isinstance(value, int if self.type is int else (int, float)) and self._takes(value):
            return None
        kind = "a whole number" if self.type is int else "a finite number"
        bounds = [
            f"above {self.above:g}" if self.above > -math.inf else "",
            f"at least {self.least:,.0f}" if self.least > -math.inf else "",
            f"at most {self.most:,.0f}" if self.most < math.inf else "",
        ]
        return f"Allowed: {' '.join([kind, ' and '.join(filter(None, bounds))]).strip()}."

    def _takes(self, number: float) -> bool:
        finite = not isinstance(number, bool) and abs(number) <= sys.float_info.max
        return finite and self.least <= number <= self.most and number > self.above


@dataclass(frozen=True)
class Theory:
    """How theory sees a program: as descent on ½·mean squared error + (λ/2)·‖w‖².

    Attributes:
        loss_scale: What multiplies the gradient of ½·mean squared error; a program (η, λ) is
            descent at (loss_scale·η, λ/loss_scale).
        short_batch_scaled: Whether a short last batch takes a step that is shorter in proportion.
    """

    loss_scale: float
    short_batch_scaled: bool


def _read_own(declared: Implementation | Kind) -> None:
    """Let a declaration read its own hyperparameters, of which `reads` needn't name any again."""
    own = (each.name for each in declared.own)
    object.__setattr__(declared, "reads", tuple(dict.fromkeys((*declared.reads, *own))))


@dataclass(frozen=True)
class Implementation:
    """A program that is trained, or a solution that is computed, as runs of the matrix.

    Its code is the module of the same name in `wd.lab.programs` or `wd.lab.solutions`.

    Attributes:
        reads: The hyperparameters that it depends on; it isn't repeated over others. Its own are
            added at the end.
        trained: Whether it is trained, step by step, instead of solved (on the CPU, in float64).
        tile: How many values of λ (or θ) share a product. Part of the result's last bits.
        own: Hyperparameters that no other implementation has.
        follows: Hyperparameters that take the value of another where no study says theirs.
        theory: What predicts it before it is trained; None where nothing does.
        supposes: Values of hyperparameters without which theory doesn't predict it.
        extra: Names of further numbers that every run of it has.
    """

    reads: tuple[str, ...]
    trained: bool
    tile: int
    own: tuple[Hyperparameter, ...] = ()
    follows: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    theory: Theory | None = None
    supposes: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    extra: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Read its own hyperparameters too."""
        _read_own(self)


@dataclass(frozen=True)
class Series:
    """Numbers of a run along something, such as the points of its curves.

    Attributes:
        index: The columns that count the points, with their types: int, float or str.
        columns: The numbers at each point.
    """

    index: Mapping[str, type]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of study: from a list of settings and seeds to numbers and series of each run.

    Its code is the function `measure` of the module of the same name in `wd.lab.studies`. The
    evidence shows its numbers beside their settings in a view of the same name (the matrix's is
    called `runs`), and each of its series in a table.

    Attributes:
        reads: The hyperparameters that a setting has; of the matrix, its implementation decides.
            Its own are added at the end, as far as none of them is named among the others.
        numbers: The names of the numbers of a run.
        series: By the name of their table.
        own: Hyperparameters that no other kind has.
        together: Hyperparameters along which settings are computed in one go.
        seeds_at_once: How many seeds are computed in one go at most, and committed together.
        refuse: Says why a setting can't be run, in two short sentences, or None.
    """

    reads: tuple[str, ...]
    numbers: tuple[str, ...]
    series: Mapping[str, Series] = field(default_factory=lambda: MappingProxyType({}))
    own: tuple[Hyperparameter, ...] = ()
    together: tuple[str, ...] = ()
    seeds_at_once: int = 100
    refuse: Callable[[Any], str | None] = lambda setting: None

    def __post_init__(self) -> None:
        """Read its own hyperparameters too."""
        _read_own(self)


def list_allowed(
    word: str, names: list[str], meant: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Say which names are allowed, the one that `word` may stand for first.

    Args:
        word: What isn't allowed.
        names: What is.
        meant: Names by other words for them; what looks alike counts after these.
    """
    known = meant.get(word.lower())
    close = [known] if known in names else difflib.get_close_matches(word[:80], names, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{hint}Allowed: {', '.join(names)}."
