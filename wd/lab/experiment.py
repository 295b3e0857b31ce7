"""The experiment: trains what a configuration asks for and the evidence doesn't hold yet."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import torch

from wd.config import EXACT, Config, Setting, Study
from wd.evidence import Evidence, pending, pending_checks, pending_grids
from wd.keys import Cell, check_key, grid_key, made_on
from wd.lab.data import draw_examples
from wd.lab.exact import solve
from wd.lab.landscape import survey_around_optimum
from wd.lab.matrix import train

RECORDED = ("torch", "numpy", "scipy", "matplotlib", "mkdocs", "mkdocs-material", "mkdocs-jupyter")
"""Packages whose versions are part of the provenance."""

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
    for study in config.studies:
        seeds_of = {cell: seeds for cell, seeds in work.items() if cell.study == study.name}
        total = sum(map(len, seeds_of.values()))
        done, start = 0, time.perf_counter()
        for cells, seeds in _together(seeds_of):
            cell_of = {cell.setting: cell for cell in cells}
            settings = list(cell_of)
            if settings[0].implementation in EXACT:
                results = solve(settings, seeds)
            else:
                results = train(settings, seeds, device, study.curves_every, study.decompose)
            for setting, outcomes in results:
                evidence.append(cell_of[setting], made_on(setting, device.type), outcomes)
                done += len(outcomes)
                progress(study.name, done, total)
        if total:
            seconds = time.perf_counter() - start
            evidence.record("durations", [("train", study.name, seconds, total)])
    for study in pending_grids(config, evidence):
        _record_landscape(study, evidence)
    checks = pending_checks(config, evidence)
    for name in checks:
        _check(name, config, evidence)
    if work or checks:
        evidence.record("provenance", _provenance(config, device).items())


def _check(name: str, config: Config, evidence: Evidence) -> None:
    start = time.perf_counter()
    check = import_module(f"wd.lab.checks.{name}").check
    key, seeds = check_key(config, name), range(config.checks[name])
    facts = [(name, key, *fact) for fact in check(config.setting, seeds)]
    with evidence.transaction() as db:
        db.execute("DELETE FROM facts WHERE topic = ?", (name,))
    evidence.record("facts", facts)
    evidence.record("durations", [("check", name, time.perf_counter() - start, 0)])


def _together(
    seeds_of: dict[Cell, tuple[int, ...]],
) -> list[tuple[list[Cell], tuple[int, ...]]]:
    """Group cells that differ in λ or θ alone and lack the same seeds."""
    groups: dict[tuple[Setting, tuple[int, ...]], list[Cell]] = {}
    for cell, seeds in seeds_of.items():
        shared = replace(cell.setting, weight_decay=None, theta=None)
        groups.setdefault((shared, seeds), []).append(cell)
    return [(cells, seeds) for (_, seeds), cells in groups.items()]


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
    root = Path(__file__).parents[2]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
