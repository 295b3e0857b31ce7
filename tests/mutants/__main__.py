"""`python tests/mutants`: puts faults into the code, one at a time, and asks the tests.

The sample is the same until a line of it is changed. What the tests import is imported once, and
each mutant has a process that is forked from there.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import matplotlib.pyplot  # noqa: F401
import pytest
import scipy.stats  # noqa: F401
import sklearn.linear_model  # noqa: F401
import torch  # noqa: F401
from making import Mutant, make_mutants
from tracing import OPTIONS, ROOT, TREE, WORK, Traces, find_file, fork

TESTS = (
    "tests/lab",
    "tests/evidence",
    "tests/test_cluster.py",
    "tests/test_config.py",
    "tests/test_foresight.py",
)
HOMES = {
    "wd/lab": TESTS,
    "wd/evidence": TESTS,
    "wd/config": TESTS,
    "wd/report/content/claims": tuple(
        f"tests/report/claims/test_{name}.py"
        for name in ("claims", "premises", "statements", "told")
    ),
}
"""Where the code is that is mutated, and its tests."""
EVIDENCE = ROOT / "build/evidence.sqlite"
PATIENCE = 10  # times as long as usual may a test take
STARTING = 30  # seconds more, for what another test had made when it was timed


class Chosen:
    """A plugin of pytest that runs chosen tests, and none for ever."""

    def __init__(self, durations: dict[str, float]) -> None:
        self.durations = durations

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen ones: the quickest file first, and in it the quickest test."""
        kept = [item for item in items if item.nodeid in self.durations]
        whole: dict[Path, float] = {}
        for item in kept:
            whole[item.path] = whole.get(item.path, 0) + self.durations[item.nodeid]
        kept.sort(key=lambda item: (whole[item.path], item.path, self.durations[item.nodeid]))
        items[:] = kept

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Let the process be killed when the test takes too long."""
        signal.alarm(STARTING + int(PATIENCE * self.durations[nodeid]))


def list_files(places: tuple[str, ...], pattern: str) -> list[str]:
    """List files of the copy, as paths in it."""
    found = {path for place in places for path in (TREE / place).rglob(pattern)}
    found |= {TREE / place for place in places if place.endswith(".py")}
    return sorted(path.relative_to(TREE).as_posix() for path in found)


def copy_project() -> None:
    """Copy what git knows or would ask about; compiled files in the copy stay."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    known = {name for name in names.split("\0") if name and (ROOT / name).is_file()}
    for name in {*list_files((".",), "*.py")} - known:
        (TREE / name).unlink()
    for name in known:
        (TREE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, TREE / name)


def survives(mutant: Mutant, tests: dict[str, float]) -> bool:
    """Tell whether no test fails with the fault in place."""
    files = sorted({find_file(test) for test in tests})
    if not files:
        return True

    def ask() -> int:
        code = pytest.main(["-x", *OPTIONS, *files], plugins=[Chosen(tests)])
        assert Path(sys.modules["wd"].__file__).is_relative_to(TREE)
        return int(code)

    path = TREE / mutant.path
    path.write_text(mutant.text, encoding="utf-8")
    try:
        return fork(ask) == 0
    finally:
        shutil.copy2(ROOT / mutant.path, path)


def main() -> None:
    """Try a sample, and print the survivors."""
    parser = argparse.ArgumentParser(prog="python tests/mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many mutants")
    parser.add_argument("--after", type=int, default=0, help="how many of them were tried before")
    parser.add_argument("--only", default="", help="a folder or module, such as wd/lab/theory")
    parser.add_argument("--seconds", type=float, default=15, help="of tests for each mutant")
    options = parser.parse_args()
    began = time.monotonic()
    os.environ["WD_EVIDENCE"] = str(Path(os.environ.get("WD_EVIDENCE", EVIDENCE)).resolve())
    copy_project()
    mutants = [
        mutant
        for module in list_files(tuple(HOMES), "*.py")
        if module.startswith(options.only)
        for mutant in make_mutants(module, (TREE / module).read_text(encoding="utf-8"))
    ]
    sample = sorted(mutants, key=lambda each: each.rank)[options.after : options.sample]
    homes = {each: next(home for home in HOMES if each.path.startswith(home)) for each in sample}
    traces = {
        tests: Traces(list_files(tests, "test_*.py"))
        for tests in dict.fromkeys(HOMES[home] for home in homes.values())
    }
    gc.freeze()  # what is imported here isn't looked through again in every process
    sys.dont_write_bytecode = True  # compiled mutants
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    survivors = 0
    for mutant, home in homes.items():
        tests = traces[HOMES[home]].choose(mutant.path, mutant.lines, options.seconds)
        if survives(mutant, tests):
            survivors += 1
            place = f"{mutant.path}:{mutant.lines[0]}"
            print(f"\n{place} (tests: {len(tests)})\n{mutant.diff}", flush=True)
        with (WORK / "log.txt").open("a", encoding="utf-8") as log:
            print(mutant.path, mutant.lines[0], (WORK / "output.txt").read_text()[-300:], file=log)
    minutes = (time.monotonic() - began) / 60
    killed = len(sample) - survivors
    print(f"\n{killed} of {len(sample)} killed, of {len(mutants)} mutants; {minutes:.0f} minutes")


if __name__ == "__main__":
    main()
