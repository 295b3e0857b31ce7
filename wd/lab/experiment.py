"""The experiment: trains what a configuration asks for and the evidence doesn't hold yet."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version

import torch

from wd.config import Config, Study
from wd.evidence.keys import Cell, check_key, grid_key, made_on
from wd.evidence.store import Evidence, pending, pending_checks, pending_grids
from wd.lab.chunks import Check, Runs, compute, split
from wd.lab.data import draw_examples
from wd.lab.theory.landscape import survey_around_optimum
from wd.project import PROJECT
from wd.workers import work_through

RECORDED = ("torch", "numpy", "scipy", "matplotlib", "mkdocs", "mkdocs-material", "mkdocs-jupyter")
"""Packages whose versions are part of the provenance."""

WORTHWHILE = 8
"""From so many chunks on other processes help: each takes seconds to import torch."""

Progress = Callable[[str, int, int], None]
"""Called with a study's name, the runs done so far and the runs in all."""


def run(
    config: Config,
    evidence: Evidence,
    device: torch.device,
    progress: Progress,
    *,
    anywhere: bool = False,
) -> None:
    """Train every missing run, study by study, and record what made it.

    Args:
        config: What is asked for.
        evidence: A writable evidence file; each chunk of runs is committed by itself.
        device: Where to train.
        progress: Told after every chunk.
        anywhere: Whether cells that another device has completed count as complete.

    Raises:
        EvidenceError: If the file can't be written.
    """
    work = pending(config, evidence, device.type, anywhere=anywhere)
    cells = {(cell.study, cell.setting): cell for cell in work}
    total, done, seconds = Counter(), Counter(), Counter()
    for cell, seeds in work.items():
        total[cell.study] += len(seeds)
    chunks = [*_cut(config, work, device), *_list_checks(config, evidence)]
    for chunk, (made, spent) in _compute_all(chunks):
        if isinstance(chunk, Check):
            _record_check(chunk, made, spent, config, evidence)
            continue
        study = chunk.study
        seconds[study] += spent
        with evidence.transaction():
            for setting, outcomes in made:
                evidence.append(cells[study, setting], made_on(setting, device.type), outcomes)
                done[study] += len(outcomes)
        progress(study, done[study], total[study])
        if done[study] == total[study]:
            evidence.record("durations", [("train", study, seconds[study], total[study])])
    for study in pending_grids(config, evidence):
        _record_landscape(study, evidence)
    if chunks:
        evidence.record("provenance", _provenance(config, device).items())


def _cut(config: Config, work: dict[Cell, tuple[int, ...]], device: torch.device) -> Iterator[Runs]:
    for study in config.studies:
        lacking = {cell: seeds for cell, seeds in work.items() if cell.study == study.name}
        yield from split(study, lacking, device)


def _list_checks(config: Config, evidence: Evidence) -> list[Check]:
    return [
        Check(name, config.setting, config.checks[name])
        for name in pending_checks(config, evidence)
    ]


def _compute_all(chunks: Sequence[Runs | Check]) -> Iterator[tuple[Runs | Check, tuple]]:
    """Compute chunks, each by one thread: its calls are too short to share among cores."""
    threads = torch.get_num_threads()
    single = partial(torch.set_num_threads, 1)
    single()
    try:
        away = sum(not _stays(chunk) for chunk in chunks)
        processes = threads if away >= WORTHWHILE else 1
        yield from work_through(compute, chunks, processes, here=_stays, settle=single)
    finally:
        torch.set_num_threads(threads)


def _stays(chunk: Runs | Check) -> bool:
    """Whether this process computes a chunk itself: an accelerator is used by one alone."""
    return isinstance(chunk, Runs) and not chunk.exact and chunk.device.type != "cpu"


def _record_check(
    check: Check, facts: list[tuple], seconds: float, config: Config, evidence: Evidence
) -> None:
    key = check_key(config, check.name)
    with evidence.transaction() as db:
        db.execute("DELETE FROM facts WHERE topic = ?", (check.name,))
    evidence.record("facts", [(check.name, key, *fact) for fact in facts])
    evidence.record("durations", [("check", check.name, seconds, 0)])


def _record_landscape(study: Study, evidence: Evidence) -> None:
    """Record the surface that a study of ridge with two features and one seed stands on."""
    first = study.settings[0]
    data = draw_examples(first, study.seeds, getattr(torch, first.dtype))
    decays = sorted(setting.weight_decay for setting in study.settings)
    surface = survey_around_optimum(data.x[0].double(), data.y[0].double(), decays)
    evidence.record(
        "grids",
        [
            (study.name, name, grid_key(study), json.dumps(value.tolist()))
            for name, value in vars(surface).items()
        ],
    )


def _provenance(config: Config, device: torch.device) -> dict[str, str]:
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
    return {
        "config": config.text,
        "commit": _commit(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "device": f"{device} {name}".strip(),
        "threads": str(torch.get_num_threads()),
        "processors": str(os.cpu_count()),
        "finished": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        **{package: version(package) for package in RECORDED},
    }


def _commit() -> str:
    """The checkout's commit, "+" after it where files differ from it; empty outside a checkout."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
