"""A plan before the work: how much it is, what it will take, and whether that was meant."""

from __future__ import annotations

import shutil

import psutil

from wd.config import Config
from wd.errors import ConfigError
from wd.evidence.pending import pending
from wd.evidence.store import Evidence

MOST_RUNS = 10_000_000
MOST_SECONDS = 24 * 3600


def count_runs(config: Config) -> int:
    """How many runs a configuration asks for."""
    return sum(len(study.settings) * len(study.seeds) for study in config.studies)


def limit_runs(config: Config, *, large: bool = False) -> None:
    """Refuse more runs than anyone makes by intent, unless they are said to be so many.

    Raises:
        ConfigError: With their number.
    """
    runs = count_runs(config)
    if runs > MOST_RUNS and not large:
        raise ConfigError(
            f"this configuration asks for {runs:,} runs, more than {MOST_RUNS:,}.\n"
            "Give fewer values or seeds, or add --large."
        )


def foresee(
    config: Config,
    evidence: Evidence,
    device,
    *,
    anywhere: bool,
    large: bool = False,
    workers=None,
) -> None:
    """Say what is to be made and what it will take, and refuse what is more than usual.

    Args:
        config: What is asked for.
        evidence: What is there.
        device: Where to train.
        anywhere: As in `pending`.
        large: Whether to go on in any case.
        workers: Who will make it; None if this machine does.

    Raises:
        ClusterError: If the workers would make other numbers.
        ConfigError: If it takes more than a day, or more memory or disk than there is.
    """
    from wd.lab import experiment

    processor = workers and workers.kind.processor
    work = pending(config, evidence, device.type, processor=processor, anywhere=anywhere)
    runs, lacking = count_runs(config), sum(map(len, work.values()))
    if not work:
        return
    expected = experiment.foresee(experiment.list_chunks(config, work, device), workers)
    memory = workers.sum_memory() if workers else psutil.virtual_memory().available
    print(  # noqa: T201
        f"plan: {runs:,} runs, {runs - lacking:,} of them there; the rest takes about "
        f"{_tell_time(expected.seconds)}, {_tell_bytes(expected.memory)} of memory "
        f"and {_tell_bytes(expected.disk)} on disk",
        flush=True,
    )
    limits = (
        (expected.seconds, MOST_SECONDS, "a day"),
        (expected.memory, memory, "the free memory"),
        (
            expected.disk,
            shutil.disk_usage(evidence.path.parent).free,
            "the free disk space",
        ),
    )
    exceeded = [name for amount, most, name in limits if amount > most]
    if exceeded and not large:
        raise ConfigError(
            f"this takes more than {' and '.join(exceeded)}.\n"
            "Give fewer or smaller values, or add --large to go on."
        )


def _tell_time(seconds: float) -> str:
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 1.5 * unit:
            return f"{seconds / unit:,.0f} {name}"
    return f"{max(seconds, 1):.0f} s"


def _tell_bytes(count: float) -> str:
    for unit, name in ((1e12, "TB"), (1e9, "GB")):
        if count >= unit:
            return f"{count / unit:,.1f} {name}"
    return f"{max(count / 1e6, 1):.0f} MB"
