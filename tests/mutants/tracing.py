"""Which tests run which lines, and how long they take: a traced run of each file of tests."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build/mutants"
TREE = WORK / "tree"
"""The copy of the project in which all is done."""
OPTIONS = ["-n", "0", "-p", "no:cacheprovider", f"--basetemp={WORK / 'tmp'}"]


def fork(work: Callable[[], int]) -> int:
    """Do something in the copy, in a process with all that is imported here; return its code."""
    if not (pid := os.fork()):
        code = 1
        try:
            os.setsid()
            os.chdir(TREE)
            os.environ["PYTHONPATH"] = str(TREE)  # of processes that tests start
            sys.path[:] = [str(TREE), *(path for path in sys.path if Path(path) != ROOT)]
            with (WORK / "output.txt").open("w") as output:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
            code = work()
        except Exception:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # what a test has started and left
    return code


class Tracer:
    """A plugin of pytest that notes which test runs which lines, and how long it takes."""

    def __init__(self, tracing: coverage.Coverage) -> None:
        self.tracing = tracing
        self.durations: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note the lines that run from here on as this test's."""
        self.tracing.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what a test took, and what it took to make what it needs."""
        self.durations[report.nodeid] = self.durations.get(report.nodeid, 0) + report.duration
        if not report.passed:
            self.failed.add(report.nodeid)


def trace(file: str, result: Path) -> int:
    """Run a file's tests, and write what is known then."""
    tracing = coverage.Coverage(None, source=["wd"], config_file=False)
    tracer = Tracer(tracing)
    tracing.start()
    pytest.main([*OPTIONS, file], plugins=[tracer])
    tracing.stop()
    data = tracing.get_data()
    lines = {
        Path(path).relative_to(TREE).as_posix(): {
            line: sorted({*contexts} - {""} - tracer.failed)  # "" is while modules are imported
            for line, contexts in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }
    result.write_text(json.dumps([tracer.durations, lines, sorted(tracer.failed)]))
    return 0


class Traces:
    """All that is known of some files of tests; traced again where code or the file has changed."""

    def __init__(self, files: Iterable[str]) -> None:
        self.durations: dict[str, float] = {}
        self.lines: dict[str, dict[int, set[str]]] = {}
        code = sha256()
        for path in sorted([*TREE.rglob("wd/**/*.py"), *TREE.rglob("conftest.py")]):
            code.update(path.read_bytes())
        for file in files:
            key = sha256(code.digest() + (TREE / file).read_bytes()).hexdigest()[:16]
            result = WORK / f"trace-{Path(file).stem}-{key}.json"
            if not result.exists():
                print(f"tracing {file}", flush=True)
                fork(lambda file=file, result=result: trace(file, result))
            durations, modules, failed = json.loads(result.read_text())
            for test in failed:
                print(f"left out, as it is skipped or fails without a mutant: {test}")
            self.durations |= {each: durations[each] for each in durations.keys() - {*failed}}
            for module, lines in modules.items():
                known = self.lines.setdefault(module, {})
                for line, tests in lines.items():
                    known.setdefault(int(line), set()).update(tests)

    def choose(self, module: str, lines: tuple[int, int], seconds: float) -> dict[str, float]:
        """Choose tests, with their durations: those of the lines, of their files, of the module.

        What a file makes once is noted as its first user's, but others look at it; what runs when
        a module is imported is nobody's. So all tests of files that name the module come next.
        """
        known = self.lines.get(module, {})
        first = set().union(*(known.get(line, ()) for line in range(lines[0], lines[1] + 1)))
        near = {find_file(test) for test in first} | self._list_importers(module)
        files = near | {find_file(test) for tests in known.values() for test in tests}

        def rank(test: str) -> tuple[bool, bool, float]:
            return test not in first, find_file(test) not in near, self.durations[test]

        chosen: dict[str, float] = {}
        for test in sorted((each for each in self.durations if find_file(each) in files), key=rank):
            if not chosen or sum(chosen.values()) + self.durations[test] <= seconds:
                chosen[test] = self.durations[test]
        return chosen

    def _list_importers(self, module: str) -> set[str]:
        home, _, last = module.removesuffix(".py").replace("/", ".").rpartition(".")
        named = re.compile(rf"{home}\.{last}\b|from {home} import (\([^)]*|.*)\b{last}\b")
        files = {find_file(test) for test in self.durations}
        return {file for file in files if named.search((TREE / file).read_text("utf-8"))}


def find_file(test: str) -> str:
    """Find the file of a test."""
    return test.partition("::")[0]
