"""What training and rendering need in fresh processes, and how that grows with the seeds.

`python -m benchmarks.growth STAGE CONFIG FOLDER` is such a process: it trains what a configuration
asks for, executes the programs, or renders, and prints the seconds that it took and the runs. Its
memory and that of the processes it starts are watched from outside.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.turns import Figure

ROOT = Path(__file__).resolve().parents[1]
MEMORY_BOUND_GB = 1.5
FLAT = 1.1
"""Peak memory with ten times the seeds, at most this many times as much."""
LINEAR = 1.1
"""Time per run with ten times the seeds, likewise."""
TIMES = 10
STAGES = {"run": "trained", "render": "rendered"}
INTERVAL_S = 0.05


@dataclass(frozen=True)
class Need:
    """What a process needed.

    Attributes:
        peak_gb: The most memory that it and its children held at a time, in 10⁹ bytes.
        seconds: Of training summed over processes, without imports; of rendering by the clock.
        runs: How many runs that were.
    """

    peak_gb: float
    seconds: float
    runs: int


def measure_published() -> Figure:
    """Measure the memory of the whole published matrix."""
    with TemporaryDirectory() as folder:
        need = do_in_fresh_process("run", ROOT / "report.toml", Path(folder))
    return Figure(
        f"peak memory of the published matrix ({need.runs:,} runs)",
        f"{MEMORY_BOUND_GB} GB",
        need.peak_gb / MEMORY_BOUND_GB,
        most=1,
    )


def measure_growth(seeds: int, turns: int) -> list[Figure]:
    """Measure memory and time of the sweep, trained and rendered, and with ten times the seeds.

    Args:
        seeds: The smaller number of seeds.
        turns: How often.
    """
    memory, pace = defaultdict(list), defaultdict(list)
    for _ in range(turns):
        needs = defaultdict(list)
        for factor in (1, TIMES):
            with TemporaryDirectory() as folder:
                config = Path(folder, "report.toml")
                config.write_text(_sweep(seeds * factor), encoding="utf-8")
                for stage in ("run", "programs", "render"):
                    needs[stage].append(do_in_fresh_process(stage, config, Path(folder, "build")))
        for stage in STAGES:
            small, large = needs[stage]
            memory[stage].append(large.peak_gb / small.peak_gb)
            pace[stage].append(large.seconds / large.runs / (small.seconds / small.runs))
    what, against = f"{TIMES * seeds} seeds of the sweep", f"{seeds} seeds"
    return [
        Figure(
            f"{name}, {what}, {doing}",
            against,
            statistics.median(ratios[stage]),
            turns=ratios[stage],
            most=most,
        )
        for stage, doing in STAGES.items()
        for name, ratios, most in (
            ("peak memory", memory, FLAT if stage == "run" else None),
            ("time per run", pace, LINEAR),
        )
    ]


def do_in_fresh_process(stage: str, config: Path, output: Path) -> Need:
    """Train a configuration's studies, execute the programs, or render; in a process of its own.

    Raises:
        subprocess.CalledProcessError: If it fails.
    """
    command = [sys.executable, "-m", "benchmarks.growth", stage, str(config), str(output)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        peak = _watch(process)
        said = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Need(peak / 1e9, **json.loads(said.splitlines()[-1]))


def _watch(process: subprocess.Popen) -> int:
    """Wait until a process has ended; return the most bytes that it and its children held."""
    peak, root = 0, psutil.Process(process.pid)
    while process.poll() is None:
        held = 0
        for each in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                memory = each.memory_full_info()
                # what several processes share counts once, where the system tells that
                held += getattr(memory, "pss", memory.rss)
        peak = max(peak, held)
        time.sleep(INTERVAL_S)
    return peak


def _sweep(seeds: int) -> str:
    """Both implementations on the published λ, as a configuration of its own."""
    from benchmarks.ours import choose_shape

    decays = [setting.weight_decay for setting in choose_shape("scratch", seeds).settings]
    return (
        "[study.sweep]\n"
        'implementation = ["scratch", "concise"]\n'
        f"weight_decay = {json.dumps(decays)}\n"
        f"seeds = {seeds}\n"
    )


def _do(stage: str, config: Path, output: Path) -> dict[str, float]:
    from wd import pipeline
    from wd.evidence.store import Evidence

    start = time.perf_counter()
    if stage == "render":
        pipeline.render(config, output, "cpu", None)
    else:
        pipeline.run(config, output, "cpu", None, programs=stage == "programs")
    seconds = time.perf_counter() - start
    with Evidence(output / pipeline.EVIDENCE) as evidence:
        ((trained, runs),) = evidence.rows(
            "SELECT sum(seconds), sum(items) FROM durations WHERE stage = 'train'"
        )
    return {"seconds": trained if stage == "run" else seconds, "runs": runs}


if __name__ == "__main__":
    print(json.dumps(_do(sys.argv[1], *map(Path, sys.argv[2:]))))
