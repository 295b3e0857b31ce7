"""What training needs in a fresh process, and how that grows with the number of seeds.

`python -m benchmarks.growth CONFIG` is that process: it trains what a configuration asks for into a
temporary folder and prints the seconds that its chunks took, and the runs. Its memory and that of
the processes it starts are watched from outside.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
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
TIMES = 10
INTERVAL_S = 0.05


@dataclass(frozen=True)
class Need:
    """What a process needed.

    Attributes:
        peak_gb: The most memory that it and its children held at a time, in 10⁹ bytes.
        train_s: Seconds spent on training, summed over processes, without imports.
        runs: How many runs it trained.
    """

    peak_gb: float
    train_s: float
    runs: int


def measure_published() -> Figure:
    """Measure the memory of the whole published matrix."""
    need = train_in_fresh_process(ROOT / "report.toml")
    return Figure(
        f"peak memory of the published matrix ({need.runs:,} runs)",
        f"{MEMORY_BOUND_GB} GB",
        need.peak_gb / MEMORY_BOUND_GB,
        most=1,
    )


def measure_growth(seeds: int, turns: int) -> list[Figure]:
    """Measure memory and time of the sweep, and of the same with ten times the seeds.

    Args:
        seeds: The smaller number of seeds.
        turns: How often.
    """
    memory, pace = [], []
    with TemporaryDirectory() as folder:
        configs = [Path(folder, f"{factor}.toml") for factor in (1, TIMES)]
        for config, factor in zip(configs, (1, TIMES), strict=True):
            config.write_text(_sweep(seeds * factor), encoding="utf-8")
        for _ in range(turns):
            small, large = map(train_in_fresh_process, configs)
            memory.append(large.peak_gb / small.peak_gb)
            pace.append(large.train_s / large.runs / (small.train_s / small.runs))
    what, against = f"{TIMES * seeds} seeds of the sweep", f"{seeds} seeds"
    return [
        Figure(f"peak memory, {what}", against, statistics.median(memory), turns=memory, most=FLAT),
        Figure(f"time per run, {what}", against, statistics.median(pace), turns=pace),
    ]


def train_in_fresh_process(config: Path) -> Need:
    """Train a configuration's studies from nothing in a process of its own.

    Raises:
        subprocess.CalledProcessError: If it fails.
    """
    command = [sys.executable, "-m", "benchmarks.growth", str(config)]
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


def _train(config: Path) -> dict[str, float]:
    from wd import pipeline
    from wd.evidence.store import Evidence

    with TemporaryDirectory() as folder:
        output = Path(folder)
        pipeline.run(config, output, "cpu", None, programs=False)
        with Evidence(output / pipeline.EVIDENCE) as evidence:
            seconds, runs = next(
                iter(
                    evidence.rows(
                        "SELECT sum(seconds), sum(items) FROM durations WHERE stage = 'train'"
                    )
                )
            )
    return {"train_s": seconds, "runs": runs}


if __name__ == "__main__":
    print(json.dumps(_train(Path(sys.argv[1]))))
