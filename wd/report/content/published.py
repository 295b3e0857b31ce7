"""Norms that others have printed, and where they lie in this report's distributions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from wd.errors import SiteError
from wd.project import PROJECT
from wd.report.read.estimates import Interval, estimate_share, find_settled
from wd.report.read.readings import Readings

PATH = PROJECT / "docs/published.toml"
RISK = 0.05
"""How often one of all published norms may lie farther out than is called normal, by chance."""


@dataclass(frozen=True)
class Norm:
    """A published norm of w.

    Attributes:
        value: ‖w‖ as printed, or ½‖w‖² where that was.
        program: "scratch" or "concise".
        weight_decay: λ as the program was given it.
        study: The study of this report with the settings of that run.
        source: Where it was published, by the name of its words.
        note: What to know before comparing it, likewise; often nothing.
    """

    value: float
    program: str
    weight_decay: float
    study: str
    source: str
    note: str = ""


@cache
def read_norms(path: Path = PATH, printed: str = "norm") -> tuple[Norm, ...]:
    """Read the published norms.

    Args:
        path: The file.
        printed: "norm", or "half_square" for those who print ½‖w‖².

    Raises:
        SiteError: If the file can't be read or an entry isn't complete.
    """
    try:
        return tuple(Norm(**entry) for entry in _read(path)[printed])
    except (KeyError, TypeError) as error:
        raise SiteError(f"{path}: can't be read: {error}") from None


def read_settings(study: str, path: Path = PATH) -> dict[str, float | str]:
    """Read the settings of the published runs that a study stands for.

    Raises:
        SiteError: If the file can't be read or has none for this study.
    """
    try:
        return _read(path)["settings"][study]
    except KeyError:
        raise SiteError(f"{path}: there is no table [settings.{study}]") from None


@cache
def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SiteError(f"{path}: can't be read: {error}") from None


def read_distribution(readings: Readings, norm: Norm, study: str | None = None) -> np.ndarray:
    """Read the norms that runs like a published one print, (seeds,).

    Args:
        readings: The evidence.
        norm: The published one.
        study: Another study than the one with its settings.

    Raises:
        Missing: If this build has no such study, or one with other settings than the published.
    """
    study = study or norm.study
    return find_settled(
        readings,
        study,
        implementation=norm.program,
        weight_decay=norm.weight_decay,
        **read_settings(study),
    )["w_norm"]


def find_percentile(norms: np.ndarray, value: float) -> Interval:
    """Estimate the share of runs whose norm is below a value, between 0 and 1."""
    return estimate_share(norms < value)


def find_rarity(norms: np.ndarray, value: float) -> float:
    """Compute how often chance takes a number as far out as a value, in per cent.

    The value and the norms are ranked together. If it is one of their kind every rank is equally
    likely, so that its rank from either end is at most r with a probability of 2r/(runs + 1).

    Args:
        norms: What runs print, (seeds,).
        value: The number to be judged.

    References:
        Vovk, Gammerman and Shafer, Algorithmic learning in a random world, chapter 2.
    """
    rank = 1 + min(int((norms <= value).sum()), int((norms >= value).sum()))
    return min(200 * rank / (len(norms) + 1), 100.0)


def find_limit(count: int) -> float:
    """Return how rare the rarest of so many ordinary numbers may be, in per cent.

    That of `count` numbers any is rarer has a probability of `RISK` at most (Bonferroni's
    inequality).
    """
    return 100 * RISK / count
